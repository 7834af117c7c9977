import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  clipFloor,
  type InputDistribution,
  integrateConversionError,
  optimalPotential,
  zeroMeanErrorPotential,
} from '../src/index.js';
import { dyadic, dyadicTheta, dyadicTimeSteps } from './dyadic.js';

const FALLING: InputDistribution = {
  kind: 'histogram',
  edges: [0, 0.125, 0.25, 0.5, 1],
  counts: [16, 4, 2, 1],
};

describe('optimalPotential', () => {
  it('is θ/2: no other response of the neuron is closer to clip(z, 0, θ), for any z', () => {
    fc.assert(
      fc.property(dyadic(-1, 4), dyadicTheta, dyadicTimeSteps, (z, theta, steps) => {
        const target = Math.min(Math.max(z, 0), theta);
        const distance = Math.abs(clipFloor(z, theta, steps, optimalPotential(theta)) - target);
        for (let level = 0; level <= steps; level++) {
          expect(distance).toBeLessThanOrEqual(Math.abs((theta * level) / steps - target));
        }
      }),
    );
  });

  it('refuses a threshold that is not positive', () => {
    expect(() => optimalPotential(-1)).toThrow(
      new RangeError('optimalPotential: theta must be finite and > 0, got -1.'),
    );
  });
});

describe('zeroMeanErrorPotential', () => {
  const bias = (v0: number, distribution: InputDistribution, theta: number, timeSteps: number): number =>
    integrateConversionError({ kind: 'fraction', fraction: v0 / theta }, distribution, { theta, timeSteps })
      .bias;

  it('is θ/2 for uniform inputs', () => {
    const uniform: InputDistribution = { kind: 'histogram', edges: [0, 3], counts: [1] };
    expect(zeroMeanErrorPotential(uniform, { theta: 3, timeSteps: 7 })).toBeCloseTo(1.5, 12);
  });

  it('is found by hand for a density on one step of the staircase', () => {
    // θ = 1, T = 1, z uniform in [0, ½]: mean activation ¼ = P(z + v0 ≥ 1) = (v0 − ½)/½.
    const half: InputDistribution = { kind: 'histogram', edges: [0, 0.5], counts: [1] };
    expect(zeroMeanErrorPotential(half, { theta: 1, timeSteps: 1 })).toBeCloseTo(0.625, 14);
    // z uniform in [½, 1]: mean ¾ = 1 − (1 − v0 − ½)/½.
    const upper: InputDistribution = { kind: 'histogram', edges: [0.5, 1], counts: [1] };
    expect(zeroMeanErrorPotential(upper, { theta: 1, timeSteps: 1 })).toBeCloseTo(0.375, 14);
  });

  it('leaves no mean error for any histogram, where θ/2 leaves some', () => {
    const v0 = zeroMeanErrorPotential(FALLING, { theta: 1, timeSteps: 4 });
    expect(Math.abs(bias(v0, FALLING, 1, 4))).toBeLessThan(1e-13);
    expect(Math.abs(bias(0.5, FALLING, 1, 4))).toBeGreaterThan(0.01);
    fc.assert(
      fc.property(
        fc.array(fc.nat(9), { minLength: 5, maxLength: 5 }),
        fc.integer({ min: 1, max: 32 }),
        dyadicTheta,
        (counts, timeSteps, theta) => {
          fc.pre(counts.some((count) => count > 0));
          const distribution: InputDistribution = {
            kind: 'histogram',
            edges: [-theta, 0, theta / 3, theta / 2, theta, 2 * theta],
            counts,
          };
          const unbiased = zeroMeanErrorPotential(distribution, { theta, timeSteps });
          expect(unbiased).toBeGreaterThanOrEqual(0);
          expect(unbiased).toBeLessThanOrEqual(theta);
          expect(Math.abs(bias(unbiased, distribution, theta, timeSteps))).toBeLessThan(1e-11);
        },
      ),
    );
  });

  it('is where the mean error of samples passes zero', () => {
    fc.assert(
      fc.property(
        fc.array(dyadic(-1, 2), { minLength: 1, maxLength: 20 }),
        fc.integer({ min: 1, max: 16 }),
        (values, timeSteps) => {
          const samples: InputDistribution = { kind: 'samples', values };
          const v0 = zeroMeanErrorPotential(samples, { theta: 1, timeSteps });
          expect(bias(v0 - 1e-9, samples, 1, timeSteps)).toBeGreaterThanOrEqual(-1e-9);
          expect(bias(v0 + 1e-9, samples, 1, timeSteps)).toBeLessThanOrEqual(1e-9);
        },
      ),
    );
  });

  it('is θ/2 where every potential is unbiased', () => {
    const negative: InputDistribution = { kind: 'samples', values: [-1, -2, 0] };
    expect(zeroMeanErrorPotential(negative, { theta: 3, timeSteps: 4 })).toBe(1.5);
  });

  it('says so when clipping is too large to be made up', () => {
    const large: InputDistribution = { kind: 'samples', values: [4] };
    expect(() => zeroMeanErrorPotential(large, { theta: 1, timeSteps: 4, activation: 'relu' })).toThrow(
      new RangeError(
        'zeroMeanErrorPotential: distribution must allow an unbiased potential up to theta 1, got bias 12 theta/T at ' +
          'v0 = theta. Raise theta, or compare with the clipped activation.',
      ),
    );
    expect(zeroMeanErrorPotential(large, { theta: 1, timeSteps: 4 })).toBe(0.5);
  });

  it('names every argument that is out of range', () => {
    expect(() => zeroMeanErrorPotential(FALLING, { theta: NaN, timeSteps: -1 })).toThrow(
      new RangeError(
        'zeroMeanErrorPotential: theta must be finite and > 0, got NaN. timeSteps must be an integer >= 1, got -1.',
      ),
    );
  });
});
