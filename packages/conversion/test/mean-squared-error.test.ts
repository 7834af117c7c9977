import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { meanSquaredErrorThreshold, type ThresholdResult } from '../src/index.js';
import { GOLDEN } from './golden.js';

const NODE = { op: 'relu', name: 'act', inputs: ['z'] } as const;

function threshold(sample: Float32Array, timeSteps: number): ThresholdResult {
  const maximum = sample.reduce((largest, value) => Math.max(largest, value), 0);
  return meanSquaredErrorThreshold(
    { kind: 'mean-squared-error', timeSteps },
    { node: NODE, bound: undefined, statistics: { node: 'act', maximum, sample } },
  );
}

function theta(sample: readonly number[], timeSteps: number): number {
  const result = threshold(Float32Array.from(sample), timeSteps);
  if ('problem' in result) throw new Error(result.problem);
  return result.theta.data[0]!;
}

describe('meanSquaredErrorThreshold', () => {
  it('finds the thresholds that a search written in NumPy finds', () => {
    for (const { activations, theta: expected } of GOLDEN.searches)
      for (const [steps, value] of Object.entries(expected))
        expect(theta(activations, Number(steps)), `T = ${steps}`).toBe(Math.fround(value));
  });

  it('is the maximum where nothing is gained by clipping: activations that are multiples of max/T', () => {
    expect(theta([0, 0.25, 0.5, 0.75, 1], 4)).toBe(1);
  });

  it('is at most the maximum, at least 6 % of it, and scales with the activations', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 1, max: 64 }), { minLength: 1, maxLength: 40 }),
        fc.integer({ min: 1, max: 32 }),
        (values, timeSteps) => {
          const sample = values.map((value) => value / 64);
          const found = theta(sample, timeSteps);
          const maximum = Math.max(...sample);
          expect(found).toBeLessThanOrEqual(maximum);
          expect(found).toBeGreaterThanOrEqual(Math.fround(0.06 * maximum) - 1e-7);
          expect(
            theta(
              sample.map((value) => 4 * value),
              timeSteps,
            ),
          ).toBe(4 * found);
        },
      ),
    );
  });

  it('says what is missing without a sample', () => {
    expect(threshold(new Float32Array(), 4)).toEqual({
      problem: 'the statistics hold no sample of activations',
      remedy: 'Collect the statistics with a sample (measureStatistics)',
    });
  });
});
