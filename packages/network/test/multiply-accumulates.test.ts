import { describe, expect, it } from 'vitest';
import { countMultiplyAccumulates, NetworkError } from '../src/index.js';
import { describeNetwork, NO_PADDING } from './describe-network.js';

describe('countMultiplyAccumulates', () => {
  const description = describeNetwork(
    [
      { op: 'input', name: 'x', inputs: [], shape: [5, 4, 3] },
      {
        op: 'conv2d',
        name: 'conv',
        inputs: ['x'],
        kernelSize: [3, 2],
        filters: 7,
        strides: [2, 1],
        padding: { ...NO_PADDING, top: 1, left: 1 },
        bias: true,
      },
      { op: 'relu', name: 'relu', inputs: ['conv'] },
      { op: 'flatten', name: 'flat', inputs: ['relu'] },
      { op: 'dense', name: 'logits', inputs: ['flat'], units: 2, bias: true },
    ],
    'logits',
  );

  it('counts every weight at every place, padding included', () => {
    // conv: 2 rows of ⌊(5 + 1 − 3)/2⌋ + 1, 4 columns, 3·2 taps, 3 → 7 channels; dense: 56 → 2.
    const { total, byNode } = countMultiplyAccumulates(description);
    expect([...byNode]).toEqual([
      ['conv', 2 * 4 * 6 * 3 * 7],
      ['logits', 56 * 2],
    ]);
    expect(total).toBe(1008 + 112);
  });

  it('refuses an invalid description', () => {
    expect(() => countMultiplyAccumulates({ ...description, output: 'nowhere' })).toThrow(NetworkError);
  });
});
