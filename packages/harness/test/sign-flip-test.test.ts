import fc from 'fast-check';
import { expectClose } from '@opi-snn/test-utils';
import { describe, expect, test } from 'vitest';
import { pairedTest, signFlipTest } from '../src/index.js';
import golden from './fixtures/statistics.json' with { type: 'json' };

const differences = fc.array(fc.integer({ min: -4, max: 4 }), { maxLength: 12 });

/** Every pattern of signs, one by one. */
function byEnumeration(values: readonly number[]): { greater: number; less: number } {
  const sizes = values.map(Math.abs);
  const observed = values.reduce((sum, value) => sum + value, 0);
  const patterns = 2 ** sizes.length;
  let [greater, less] = [0, 0];
  for (let pattern = 0; pattern < patterns; pattern += 1) {
    const sum = sizes.reduce((all, size, i) => all + (pattern & (1 << i) ? size : -size), 0);
    if (sum >= observed) greater += 1;
    if (sum <= observed) less += 1;
  }
  return { greater: greater / patterns, less: less / patterns };
}

describe('signFlipTest', () => {
  test('counts patterns of signs: by hand', () => {
    // ±2 ± 2 ± 1: sums 5, 3, 1, −1, 1, −1, −3, −5. Observed 3: two are as large, seven are at most that.
    const { pGreater, pLess, pTwoSided, log10PGreater } = signFlipTest([2, 2, -1]);
    expectClose([pGreater, pLess, pTwoSided], [2 / 8, 7 / 8, 1 / 2], 'float64');
    expect(log10PGreater).toBeCloseTo(Math.log10(2 / 8), 12);
    // Three seeds: right in 3, in 1, in 0 of them, where the other run is wrong, wrong, right. Differences 3, 1, −3 thirds:
    // ±3 ± 1 ± 3 is 7, 5, 1, −1, 1, −1, −5, −7, of which four are at least 1 and six at most 1.
    const seeds = signFlipTest([3, 1, -3]);
    expectClose([seeds.pGreater, seeds.pLess], [4 / 8, 6 / 8], 'float64');
  });

  test('agrees with the count of all patterns', () => {
    fc.assert(
      fc.property(differences, (values) => {
        const { greater, less } = byEnumeration(values);
        const { pGreater, pLess } = signFlipTest(values);
        expect(Math.abs(pGreater - greater)).toBeLessThanOrEqual(1e-12 * greater);
        expect(Math.abs(pLess - less)).toBeLessThanOrEqual(1e-12 * less);
      }),
      { numRuns: 200 },
    );
  });

  test('agrees with exact integers, also where p underflows', () => {
    for (const { differences: counted, log10PGreater, pLess } of golden.signFlip) {
      const values = counted.flatMap(({ value, times }) => Array.from({ length: times }, () => value));
      const got = signFlipTest(values);
      const name = JSON.stringify(counted);
      expect(Math.abs(got.log10PGreater - log10PGreater), name).toBeLessThanOrEqual(
        1e-11 * Math.max(1, -log10PGreater),
      );
      expect(Math.abs(got.pLess - pLess), name).toBeLessThanOrEqual(1e-11 * pLess);
    }
    expect(Math.min(...golden.signFlip.map(({ log10PGreater }) => log10PGreater))).toBeLessThan(-200);
  });

  test('is the exact McNemar test where differences have one size, whatever the unit', () => {
    fc.assert(
      fc.property(fc.nat(60), fc.nat(60), fc.integer({ min: 1, max: 9 }), (wins, losses, unit) => {
        const values = [
          ...Array.from({ length: wins }, () => unit),
          0,
          ...Array.from({ length: losses }, () => -unit),
        ];
        expect(signFlipTest(values)).toEqual(pairedTest(wins, losses));
      }),
    );
  });

  test('weighs large differences more than small ones, as the mean does', () => {
    // Six small wins against two large losses: the mean is negative, and so is what the test points at.
    const values = [1, 1, 1, 1, 1, 1, -6, -6];
    expect(signFlipTest(values).pLess).toBeLessThan(signFlipTest(values).pGreater);
    expect(pairedTest(6, 2).pGreater).toBeLessThan(pairedTest(6, 2).pLess);
  });

  test('refuses what is no integer', () => {
    expect(() => signFlipTest([1, 0.5])).toThrow(
      new RangeError('signFlipTest: differences must be integers, got 0.5.'),
    );
  });
});
