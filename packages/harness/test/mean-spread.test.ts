import fc from 'fast-check';
import { expectClose } from '@opi-snn/test-utils';
import { describe, expect, test } from 'vitest';
import { meanSpread } from '../src/index.js';

describe('meanSpread', () => {
  test('is the mean and the sample standard deviation', () => {
    // Σ (x − 5)² = 32 over eight values: √(32 / 7).
    const { mean, standardDeviation, minimum, maximum, n } = meanSpread([2, 4, 4, 4, 5, 5, 7, 9]);
    expect({ mean, minimum, maximum, n }).toEqual({ mean: 5, minimum: 2, maximum: 9, n: 8 });
    expectClose([standardDeviation], [Math.sqrt(32 / 7)], 'float64');
  });

  test('moves with a shift and grows with a scale', () => {
    const values = fc.array(fc.integer({ min: -1000, max: 1000 }), { minLength: 2, maxLength: 20 });
    fc.assert(
      fc.property(values, fc.integer({ min: -50, max: 50 }), (list, shift) => {
        const [plain, moved] = [meanSpread(list), meanSpread(list.map((x) => 2 * x + shift))];
        expect(Math.abs(moved.mean - (2 * plain.mean + shift))).toBeLessThan(1e-9);
        expect(Math.abs(moved.standardDeviation - 2 * plain.standardDeviation)).toBeLessThan(1e-9);
      }),
    );
  });

  test('has no deviation for a single value', () => {
    expect(meanSpread([3])).toEqual({ mean: 3, standardDeviation: 0, minimum: 3, maximum: 3, n: 1 });
  });

  test.each([
    [[], 'meanSpread: values must be one or more finite numbers, got none.'],
    [[1, NaN, Infinity], 'meanSpread: values must be one or more finite numbers, got NaN, Infinity.'],
  ])('refuses %j', (values, message) => {
    expect(() => meanSpread(values)).toThrow(new RangeError(message));
  });
});
