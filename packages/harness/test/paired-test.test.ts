import fc from 'fast-check';
import { expectClose } from '@opi-snn/test-utils';
import { describe, expect, test } from 'vitest';
import { holmAdjust, pairedTest } from '../src/index.js';
import golden from './fixtures/statistics.json' with { type: 'json' };

const count = fc.integer({ min: 0, max: 5000 });

describe('pairedTest', () => {
  test('agrees with SciPy to 1e-14 · n relative, up to a million pairs', () => {
    for (const { wins, losses, ...expected } of golden.paired) {
      const { pGreater, pTwoSided, log10PGreater } = pairedTest(wins, losses);
      const name = `${wins} wins, ${losses} losses`;
      const tolerance = 1e-14 * Math.max(100, wins + losses);
      expect(Math.abs(pGreater - expected.pGreater), name).toBeLessThanOrEqual(tolerance * expected.pGreater);
      expect(Math.abs(pTwoSided - expected.pTwoSided), name).toBeLessThanOrEqual(
        tolerance * expected.pTwoSided,
      );
      expect(Math.abs(log10PGreater - expected.log10PGreater), name).toBeLessThanOrEqual(
        tolerance * Math.max(1, -expected.log10PGreater),
      );
    }
  });

  test('keeps the order of magnitude where p underflows to 0', () => {
    const { pGreater, log10PGreater } = pairedTest(4864, 595);
    expect(pGreater).toBe(0);
    expect(log10PGreater).toBeCloseTo(-828.5, 1);
  });

  test('exchanges its one-sided p-values when wins and losses change places', () => {
    fc.assert(
      fc.property(count, count, (wins, losses) => {
        expect(pairedTest(wins, losses).pGreater).toBe(pairedTest(losses, wins).pLess);
      }),
    );
  });

  test('has one-sided p-values that overlap in exactly the observed outcome', () => {
    // P(X ≥ w) + P(X ≤ w) = 1 + P(X = w); 3 wins of 4: 5/16 + 15/16 = 1 + 4/16.
    const { pGreater, pLess } = pairedTest(3, 1);
    expectClose([pGreater, pLess], [5 / 16, 15 / 16], 'float64');
  });

  test('gives 1 when no pair differs: ties carry no information', () => {
    expect(pairedTest(0, 0)).toEqual({ pGreater: 1, pLess: 1, pTwoSided: 1, log10PGreater: 0 });
  });

  test('falls with every further win', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 200 }), fc.integer({ min: 0, max: 200 }), (wins, losses) => {
        const [before, after] = [pairedTest(wins, losses).pGreater, pairedTest(wins + 1, losses).pGreater];
        // Beside 1 the fall is smaller than a double can hold.
        if (before < 1 - 1e-9) expect(after).toBeLessThan(before);
        else expect(after).toBeLessThanOrEqual(before);
      }),
    );
  });

  test.each([
    [-1, 0, 'pairedTest: wins must be an integer ≥ 0, got -1.'],
    [0, 0.5, 'pairedTest: losses must be an integer ≥ 0, got 0.5.'],
    [NaN, 0, 'pairedTest: wins must be an integer ≥ 0, got NaN.'],
  ])('refuses %d wins and %d losses', (wins, losses, message) => {
    expect(() => pairedTest(wins, losses)).toThrow(new RangeError(message));
  });
});

describe('holmAdjust', () => {
  test('agrees with the definition, evaluated in exact fractions', () => {
    for (const { values, adjusted } of golden.holm) expectClose(holmAdjust(values), adjusted, 'float64');
  });

  test('never lowers a p-value, never passes 1, and keeps their order', () => {
    const pValues = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 20 });
    fc.assert(
      fc.property(pValues, (values) => {
        const adjusted = holmAdjust(values);
        values.forEach((value, i) => {
          expect(adjusted[i]).toBeGreaterThanOrEqual(value);
          expect(adjusted[i]).toBeLessThanOrEqual(1);
          values.forEach((other, j) => {
            if (value < other) expect(adjusted[i]).toBeLessThanOrEqual(adjusted[j]!);
          });
        });
      }),
    );
  });

  test('leaves a single p-value as it is', () => {
    expect(holmAdjust([0.04])).toEqual([0.04]);
  });
});
