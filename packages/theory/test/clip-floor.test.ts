import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { clipFloor, runIf } from '../src/index.js';
import { constant, dyadic, dyadicTheta, dyadicTimeSteps, timeSteps } from './dyadic.js';

describe('clipFloor', () => {
  it('is a staircase with T + 1 levels between 0 and θ', () => {
    const levels = [-1, 0, 0.24, 0.25, 0.5, 0.99, 1, 7].map((z) => clipFloor(z, 1, 4, 0));
    expect(levels).toEqual([0, 0, 0, 0.25, 0.5, 0.75, 1, 1]);
  });

  it('rounds to the nearest multiple of θ/T from v0 = θ/2, half a quantum up', () => {
    expect([0.124, 0.125, 0.374, 0.375, 0.4].map((z) => clipFloor(z, 1, 4))).toEqual([
      0, 0.25, 0.25, 0.5, 0.5,
    ]);
  });

  it('equals the stepped neuron for every constant input if v0 is in [0, θ]', () => {
    fc.assert(
      fc.property(
        dyadic(-2, 6),
        dyadicTheta,
        fc.integer({ min: 0, max: 64 }),
        timeSteps,
        (z, theta, share, steps) => {
          const v0 = (theta * share) / 64;
          expect(clipFloor(z, theta, steps, v0)).toBe(runIf(constant(z, steps), { theta, v0 }).averageOutput);
        },
      ),
      { numRuns: 1000 },
    );
  });

  it('equals the stepped neuron for every potential if z is in [0, θ]', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 64 }),
        dyadicTheta,
        dyadic(-6, 6),
        timeSteps,
        (share, theta, v0, steps) => {
          const z = (theta * share) / 64;
          expect(clipFloor(z, theta, steps, v0)).toBe(runIf(constant(z, steps), { theta, v0 }).averageOutput);
        },
      ),
      { numRuns: 1000 },
    );
  });

  it('is at most θ/(2T) away from clip(z, 0, θ) from v0 = θ/2', () => {
    fc.assert(
      fc.property(dyadic(-2, 6), dyadicTheta, dyadicTimeSteps, (z, theta, steps) => {
        const error = clipFloor(z, theta, steps) - Math.min(Math.max(z, 0), theta);
        expect(Math.abs(error)).toBeLessThanOrEqual(theta / (2 * steps));
      }),
    );
  });

  it('steps at a multiple of θ and not one float64 below', () => {
    fc.assert(
      fc.property(
        fc.float({ min: 0.125, max: 4, noNaN: true }),
        fc.integer({ min: 1, max: 64 }),
        (theta, n) => {
          const level = n * theta;
          expect(clipFloor(0, theta, 64, level)).toBe((theta * n) / 64);
          expect(clipFloor(0, theta, 64, level * (1 - 2 ** -53))).toBe((theta * (n - 1)) / 64);
        },
      ),
      { numRuns: 2000 },
    );
  });

  it('never gives −0', () => {
    expect(clipFloor(-0, 1, 4, 0)).toBe(0);
    expect(clipFloor(-1e-3, 1, 4, 0)).toBe(0);
  });

  it('names every argument that is out of range', () => {
    expect(() => clipFloor(Infinity, 0, 1.5, NaN)).toThrow(
      new RangeError(
        'clipFloor: z must be finite, got Infinity. theta must be finite and > 0, got 0. ' +
          'timeSteps must be an integer >= 1, got 1.5. v0 must be finite, got NaN.',
      ),
    );
  });
});
