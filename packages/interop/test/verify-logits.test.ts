import type { Network } from '@opi-snn/network';
import { describe, expect, test } from 'vitest';
import { type NumpyArray, toNhwc, verifyLogits } from '../src/index.js';

/** Logits are the means of two channels: computed in the head. */
const network: Network = {
  description: {
    format: 'opi-snn-network',
    formatVersion: 1,
    name: 'means',
    nodes: [
      { op: 'input', name: 'input', inputs: [], shape: [1, 2, 2] },
      { op: 'global-average-pool', name: 'mean', inputs: ['input'] },
    ],
    output: 'mean',
  },
  tensors: new Map(),
};

const array = (shape: number[], ...values: number[]): NumpyArray => ({
  shape,
  data: Float64Array.from(values),
});
const samples = (entries: Record<string, NumpyArray>): ReadonlyMap<string, NumpyArray> =>
  new Map(Object.entries(entries));
// Two images of two channels of 1x2 pixels, channels first: means (2, 5) and (1, 0).
const input = array([2, 2, 1, 2], 1, 3, 4, 6, 1, 1, 0, 0);

describe('verifyLogits', () => {
  test('measures the largest difference and counts equal predictions', () => {
    const logits = array([2, 2], 2, 5, 1, 1.5);
    expect(verifyLogits(network, samples({ input, logits }), 'NCHW')).toEqual({
      samples: 2,
      largestDifference: 1.5,
      largestLogit: 5,
      sameArgMax: 1,
    });
  });

  test('takes channels-last images, other names, and logits with axes of one', () => {
    const x = array([2, 1, 2, 2], 1, 4, 3, 6, 1, 0, 1, 0);
    const y = array([2, 2, 1, 1], 2, 5, 1, 0);
    expect(verifyLogits(network, samples({ x, y }), 'NHWC')).toMatchObject({
      largestDifference: 0,
      sameArgMax: 2,
    });
  });

  test('counts a logit that is not a number as infinitely far', () => {
    const logits = array([2, 2], NaN, 5, 1, 0);
    expect(verifyLogits(network, samples({ input, logits }), 'NCHW').largestDifference).toBe(Infinity);
  });

  test.each([
    ['an array that is missing', { input }, /logits: an array \[n, 2\] is needed, the file has only input/],
    ['a file without arrays', {}, /input: an array \[n, 2, 1, 2\] is needed, the file has no arrays/],
    [
      'images of another size',
      { input: array([1, 2, 1, 1], 0, 0), logits: array([1, 2], 0, 0) },
      /input: an array \[n, 2, 1, 2\] is needed, the file has \[1, 2, 1, 1\]/,
    ],
    [
      'another number of images',
      { input, logits: array([1, 2], 0, 0) },
      /there are 2 images but 1 rows of logits/,
    ],
  ])('refuses %s', (_, entries, message) => {
    expect(() =>
      verifyLogits(network, samples(entries as Record<string, NumpyArray>), 'NCHW', 's.npz'),
    ).toThrow(message);
  });
});

describe('toNhwc', () => {
  test('puts the channels last', () => {
    expect([...toNhwc([1, 2, 3, 4, 5, 6, 7, 8], [2, 2, 1])]).toEqual([1, 3, 2, 4, 5, 7, 6, 8]);
  });
});
