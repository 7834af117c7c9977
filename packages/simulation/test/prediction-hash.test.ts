import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { predictionHash } from '../src/index.js';

describe('predictionHash', () => {
  test('is SHA-256 over the bytes that its comment names', () => {
    const bytes = Buffer.from(
      '0200000003000000' + '01000000' + '040005000600' + '07000000' + '010002000301',
      'hex',
    );
    expect(
      predictionHash({ indices: [7, 1], timeSteps: 3, predictions: Uint16Array.of(1, 2, 259, 4, 5, 6) }),
    ).toBe(createHash('sha256').update(bytes).digest('hex'));
  });

  test('does not depend on the order of images, only on what was predicted for which', () => {
    const one = predictionHash({ indices: [0, 1], timeSteps: 1, predictions: Uint16Array.of(3, 4) });
    expect(predictionHash({ indices: [1, 0], timeSteps: 1, predictions: Uint16Array.of(4, 3) })).toBe(one);
    expect(predictionHash({ indices: [1, 0], timeSteps: 1, predictions: Uint16Array.of(3, 4) })).not.toBe(
      one,
    );
    expect(predictionHash({ indices: [0, 2], timeSteps: 1, predictions: Uint16Array.of(3, 4) })).not.toBe(
      one,
    );
  });

  test('refuses arrays that do not fit together', () => {
    expect(() => predictionHash({ indices: [0], timeSteps: 2, predictions: new Uint16Array(3) })).toThrow(
      new RangeError('predictionHash: predictions must hold 1 · 2 values, got 3.'),
    );
  });
});
