import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ActivationScale } from '../../src/index.js';

function scaleOf(values: readonly number[]): ActivationScale {
  const scale = new ActivationScale();
  for (const value of values) scale.add(value);
  return scale;
}

/** What the threshold f·θ would cost, value by value. */
function directError(values: readonly number[], factor: number, timeSteps: number): number {
  const quantum = (factor / timeSteps) ** 2 / 12;
  const errors = values.map((u) => (u > factor ? (u - factor) ** 2 : Math.min(u * u, u > 0 ? quantum : 0)));
  return errors.reduce((sum, error) => sum + error, 0) / values.length;
}

const activations = fc.array(fc.oneof(fc.constant(0), fc.double({ min: 1e-4, max: 100, noNaN: true })), {
  minLength: 1,
  maxLength: 200,
});

describe('ActivationScale', () => {
  test('has the exact mean square, maximum and share of active values', () => {
    const scale = scaleOf([0, 0, 0.5, 2]);
    expect([scale.count, scale.maximum, scale.meanSquare, scale.activeShare]).toEqual([4, 2, 4.25 / 4, 0.5]);
    expect(scale.shareAbove(1)).toBe(0.25);
    expect(scale.shareAbove(2)).toBe(0);
  });

  test('counts a value at the threshold itself as not clipped', () => {
    expect(scaleOf([1, 1, 1]).shareAbove(1)).toBe(0);
  });

  test('gives nearest-rank percentiles within a bin of 1.1 %, and the maximum exactly', () => {
    fc.assert(
      fc.property(activations, fc.double({ min: 1, max: 100, noNaN: true }), (values, rank) => {
        const scale = scaleOf(values);
        const sorted = values.toSorted((a, b) => a - b);
        const exact = sorted[Math.max(0, Math.ceil((rank / 100) * values.length - 1e-9) - 1)]!;
        const found = scale.percentile(rank);
        expect(found).toBeGreaterThanOrEqual(exact * 0.999_999);
        expect(found).toBeLessThanOrEqual(exact * 1.011);
        expect(scale.percentile(100)).toBe(Math.max(...values));
      }),
    );
  });

  test('expects the error of a threshold within what a bin holds', () => {
    fc.assert(
      fc.property(
        activations,
        fc.double({ min: 0.01, max: 200, noNaN: true }),
        fc.constantFrom(1, 4, 64),
        (values, factor, timeSteps) => {
          const direct = directError(values, factor, timeSteps);
          const found = scaleOf(values).expectedError(factor, timeSteps);
          // Values of the bin of the factor itself are taken for unclipped: they are off by 1.1 % of it at most.
          expect(Math.abs(found - direct)).toBeLessThanOrEqual(
            0.02 * direct + (0.011 * factor) ** 2 + factor ** 2 / 12 / timeSteps ** 2,
          );
        },
      ),
    );
  });

  test('finds the best threshold of a uniform distribution at its upper end, and a lower one for few steps', () => {
    const values = Array.from({ length: 1000 }, (_, i) => (i + 1) / 500);
    const scale = scaleOf(values);
    expect(scale.bestFactor(1024)).toBeGreaterThan(1.95);
    expect(scale.bestFactor(2)).toBeLessThan(1.95);
    expect(scaleOf([0, 0]).bestFactor(8)).toBe(1);
  });
});
