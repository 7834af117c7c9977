import { expectClose } from '@opi-snn/test-utils';
import { describe, expect, it } from 'vitest';
import { naturalLogarithm } from '../src/index.js';
import golden from './fixtures/normal.json' with { type: 'json' };

describe('naturalLogarithm', () => {
  it('is within one unit in the last place of mpmath, from the smallest to the largest double', () => {
    for (const [x, expected] of golden.logarithm as [number, number][]) {
      const difference = Math.abs(naturalLogarithm(x) - expected);
      expect(difference, `ln ${x}`).toBeLessThanOrEqual(Math.abs(expected) * 2 ** -52);
    }
  });

  it('agrees with Math.log over sixteen decades', () => {
    const points = Float64Array.from({ length: 4000 }, (_, i) => 10 ** ((i - 2000.3) / 250));
    expectClose(points.map(naturalLogarithm), points.map(Math.log), 'float64');
  });

  it('handles the edges as Math.log does', () => {
    expect([0, -0, 1, Infinity].map(naturalLogarithm)).toEqual([-Infinity, -Infinity, 0, Infinity]);
    expect([-1, -Infinity, NaN].map(naturalLogarithm)).toEqual([NaN, NaN, NaN]);
  });
});
