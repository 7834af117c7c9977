import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { logBinomialHalf, logGamma, logUpperTailHalf } from '../src/binomial.js';
import golden from './fixtures/statistics.json' with { type: 'json' };

describe('logGamma', () => {
  test('agrees with SciPy to 1e-14 relative, or absolute near its zeros at 1 and 2', () => {
    for (const { x, value } of golden.logGamma) {
      expect(Math.abs(logGamma(x) - value), `x = ${x}`).toBeLessThanOrEqual(1e-14 * Math.max(1, value));
    }
  });
});

describe('logUpperTailHalf', () => {
  test('agrees with exact fractions', () => {
    for (const { k, n, p } of golden.exactTails) {
      expect(Math.abs(Math.exp(logUpperTailHalf(k, n)) - p), `P(X ≥ ${k}), n = ${n}`).toBeLessThanOrEqual(
        1e-13 * p,
      );
    }
  });

  test('is 1 from k = 0 down and 0 beyond n', () => {
    expect([logUpperTailHalf(0, 5), logUpperTailHalf(-3, 5)]).toEqual([0, 0]);
    expect(logUpperTailHalf(6, 5)).toBe(-Infinity);
  });

  test('falls by one probability from k to k + 1', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 2000 }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (n, share) => {
          const k = Math.floor(share * n);
          const step = Math.exp(logUpperTailHalf(k, n)) - Math.exp(logUpperTailHalf(k + 1, n));
          expect(Math.abs(step - Math.exp(logBinomialHalf(k, n)))).toBeLessThan(1e-10);
        },
      ),
    );
  });
});
