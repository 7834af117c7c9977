import fc from 'fast-check';
import { expectClose } from '@opi-snn/test-utils';
import { describe, expect, test } from 'vitest';
import { wilsonInterval, Z_95 } from '../src/index.js';
import golden from './fixtures/statistics.json' with { type: 'json' };

const counts = fc
  .integer({ min: 1, max: 100_000 })
  .chain((n) => fc.record({ n: fc.constant(n), correct: fc.integer({ min: 0, max: n }) }));

describe('wilsonInterval', () => {
  test('agrees with SciPy, and so does the normal quantile', () => {
    for (const { correct, n, low, high } of golden.wilson) {
      const interval = wilsonInterval(correct, n);
      // Near the ends both are differences of nearly equal numbers: absolute, not relative.
      expect(Math.abs(interval.low - low), `${correct} of ${n}`).toBeLessThan(1e-14);
      expect(Math.abs(interval.high - high), `${correct} of ${n}`).toBeLessThan(1e-14);
    }
    expectClose([Z_95], [golden.z95], 'float64');
  });

  test('ends at the proportions that are exactly z standard errors away', () => {
    fc.assert(
      fc.property(counts, ({ n, correct }) => {
        const { low, high } = wilsonInterval(correct, n);
        for (const p of [low, high].filter((end) => end > 1e-6 && end < 1 - 1e-6)) {
          const distance = Math.abs(correct / n - p) / Math.sqrt((p * (1 - p)) / n);
          expect(Math.abs(distance - Z_95)).toBeLessThan(1e-6);
        }
      }),
    );
  });

  test('holds the observed proportion, stays in [0, 1] and is mirrored when right and wrong change places', () => {
    fc.assert(
      fc.property(counts, ({ n, correct }) => {
        const { low, high } = wilsonInterval(correct, n);
        expect(low).toBeGreaterThanOrEqual(0);
        expect(low).toBeLessThanOrEqual(correct / n);
        expect(high).toBeGreaterThanOrEqual(correct / n);
        expect(high).toBeLessThanOrEqual(1);
        const mirrored = wilsonInterval(n - correct, n);
        expect(Math.abs(mirrored.low - (1 - high))).toBeLessThan(1e-12);
      }),
    );
  });

  test('touches 0 and 1 exactly when nothing or everything is right', () => {
    expect(wilsonInterval(0, 7).low).toBe(0);
    expect(wilsonInterval(7, 7).high).toBe(1);
  });

  test('takes a mean over seeds that is not a whole number', () => {
    const { low, high } = wilsonInterval(4.5, 10);
    expect(low).toBeGreaterThan(wilsonInterval(4, 10).low);
    expect(high).toBeLessThan(wilsonInterval(5, 10).high);
  });

  test.each([
    [1, 0, 1, 'wilsonInterval: n must be a positive integer, got 0.'],
    [1, 2.5, 1, 'wilsonInterval: n must be a positive integer, got 2.5.'],
    [11, 10, 1, 'wilsonInterval: correct must be in [0, 10], got 11.'],
    [NaN, 10, 1, 'wilsonInterval: correct must be in [0, 10], got NaN.'],
    [5, 10, -1, 'wilsonInterval: z must be positive, got -1.'],
    [5, 10, Infinity, 'wilsonInterval: z must be positive, got Infinity.'],
  ])('refuses correct = %d, n = %d, z = %d', (correct, n, z, message) => {
    expect(() => wilsonInterval(correct, n, z)).toThrow(new RangeError(message));
  });
});
