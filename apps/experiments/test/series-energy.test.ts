import type { Series, SeriesInput } from '@opi-snn/harness';
import type { Network, NetworkNode } from '@opi-snn/network';
import { describe, expect, test } from 'vitest';
import { withEnergy } from '../src/experiments/series-energy.js';

/** image [1, 1, 1] → flatten → first, 1 neuron, with or without a bias → logits of `classes`. */
function network({ bias, classes }: { readonly bias: boolean; readonly classes: number }): Network {
  const nodes: NetworkNode[] = [
    { op: 'input', name: 'image', inputs: [], shape: [1, 1, 1] },
    { op: 'flatten', name: 'flat', inputs: ['image'] },
    { op: 'dense', name: 'first', inputs: ['flat'], units: 1, bias: false },
    {
      op: 'integrate-and-fire',
      name: 'fire',
      inputs: ['first'],
      reset: 'subtraction',
      initialPotential: { kind: 'fraction', fraction: 0.5 },
    },
    { op: 'dense', name: 'logits', inputs: ['fire'], units: classes, bias },
  ];
  const ones = (shape: readonly number[]): { shape: readonly number[]; data: Float32Array } => ({
    shape,
    data: new Float32Array(shape.reduce((product, extent) => product * extent, 1)).fill(1),
  });
  return {
    description: { format: 'opi-snn-network', formatVersion: 1, name: 'tiny', nodes, output: 'logits' },
    tensors: new Map([
      ['first/kernel', ones([1, 1])],
      ['fire/threshold', ones([1])],
      ['logits/kernel', ones([1, classes])],
      ...(bias ? [['logits/bias', ones([classes])] as const] : []),
    ]),
  };
}

const point = (timeSteps: number): Series['cost'][number] => ({
  timeSteps,
  spikesPerNeuronPerStep: 0,
  spikesPerImage: 0,
  synapticOperationsPerImage: 0,
});
const series: Series = {
  id: 'half',
  label: 'θ/2',
  method: 'opi',
  initialPotential: { kind: 'fraction', fraction: 0.5 },
  runs: [],
  accuracy: [],
  cost: [point(2), point(4)],
  layers: [],
};
const part = (timeSteps: number, snn: Network): Parameters<typeof withEnergy>[1][number] => ({
  timeSteps,
  snn,
  input: {} as SeriesInput,
});
const snnEnergies = (parts: Parameters<typeof withEnergy>[1]): (number | undefined)[] =>
  withEnergy(series, parts).cost.map(({ energy }) => energy?.int8.snn);

describe('withEnergy', () => {
  test('counts what spikes do not decide on the network that ran: one that ran up to T = 4 for both T', () => {
    // int8 weights, int32 sums: 0.2 pJ a multiplication, 0.1 pJ an addition. The image: 1 MAC. Each step: 1 comparison, 1
    // addition of what the image brings, and 1 for each of the 2 biases.
    const withBias = network({ bias: true, classes: 2 });
    const [two, four] = snnEnergies([part(4, withBias)]);
    expect(two).toBeCloseTo(0.3 + 2 * 0.4, 12);
    expect(four).toBeCloseTo(0.3 + 4 * 0.4, 12);
  });

  test('takes for each T the network that was made for it, and its ANN', () => {
    const withBias = network({ bias: true, classes: 2 });
    const without = network({ bias: false, classes: 4 });
    const [two, four] = snnEnergies([part(2, without), part(4, withBias)]);
    expect(two).toBeCloseTo(0.3 + 2 * 0.2, 12);
    expect(four).toBeCloseTo(0.3 + 4 * 0.4, 12);
    const ann = withEnergy(series, [part(2, without), part(4, withBias)]).cost.map(
      ({ energy }) => energy!.int8.ann,
    );
    expect(ann[0]).toBeCloseTo(5 * 0.3, 12);
    expect(ann[1]).toBeCloseTo(3 * 0.3, 12);
  });
});
