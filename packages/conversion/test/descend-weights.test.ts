import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { descendWeights, type WeightSample } from '../src/calibration/descend-weights.js';

interface Golden {
  readonly timeSteps: number;
  readonly updates: number;
  readonly rate: number;
  readonly before: number;
  readonly after: number;
  readonly kernel: number[];
  readonly result: number[];
  readonly inputs: number[];
  readonly offsets: number[];
  readonly targets: number[];
  readonly potentials: number[];
  readonly theta: number[];
}
const golden = JSON.parse(
  readFileSync(join(import.meta.dirname, 'fixtures/weight-descent.json'), 'utf8'),
) as Golden;
const sample: WeightSample = {
  inputs: Float32Array.from(golden.inputs),
  offsets: Float32Array.from(golden.offsets),
  targets: Float32Array.from(golden.targets),
  potentials: Float32Array.from(golden.potentials),
  theta: Float32Array.from(golden.theta),
  timeSteps: golden.timeSteps,
};
const kernel = Float32Array.from(golden.kernel);

describe('descendWeights', () => {
  it('takes the steps of PyTorch: straight-through gradient, Adam, cosine', () => {
    const { updates, rate } = golden;
    const found = descendWeights(kernel, sample, { updates, rate, batch: 24, seed: 1 });
    expect(found.before).toBeCloseTo(golden.before, 12);
    expect(found.after).toBeCloseTo(golden.after, 6);
    for (const [i, value] of found.kernel.entries()) expect(value).toBeCloseTo(golden.result[i]!, 6);
  });

  it('keeps the weights where nothing is gained, and never alters those that are given', () => {
    const solved = { ...sample, targets: answers(kernel, sample) };
    const found = descendWeights(kernel, solved, { updates: 5, rate: 0.1, batch: 8, seed: 1 });
    expect(found).toEqual({ kernel, before: 0, after: 0 });
    expect([...kernel]).toEqual(golden.kernel);
  });

  it('draws its batches by the seed alone', () => {
    const options = { updates: 20, rate: 0.01, batch: 7, seed: 3 };
    const [first, again] = [descendWeights(kernel, sample, options), descendWeights(kernel, sample, options)];
    expect(again).toEqual(first);
    expect(first.after).toBeLessThan(first.before);
  });
});

/** θ/T · clip(⌊(T z + v0)/θ⌋, 0, T) written out. */
function answers(
  weights: Float32Array,
  { inputs, offsets, potentials, theta, timeSteps }: WeightSample,
): Float32Array {
  const channels = theta.length;
  const length = weights.length / channels;
  return offsets.map((offset, at) => {
    const [row, c] = [Math.floor(at / channels), at % channels];
    let z = offset;
    for (let k = 0; k < length; k++) z += inputs[row * length + k]! * weights[k * channels + c]!;
    const count = Math.floor((timeSteps * z + potentials[at]!) / theta[c]!);
    return (theta[c]! * Math.min(Math.max(count, 0), timeSteps)) / timeSteps;
  });
}
