import { describe, expect, test } from 'vitest';
import {
  compact,
  count,
  duration,
  inPercent,
  percent,
  percentInterval,
  pValue,
  signed,
} from '../src/number-format.js';

describe('number formats', () => {
  test.each([
    ['percent', percent(0.93384), '93.38'],
    ['percent, 1 digit', percent(0.93384, 1), '93.4'],
    ['percent of nothing', percent(null), '–'],
    ['percent of nothing', percent(undefined), '–'],
    ['inPercent', inPercent(0.5), '50.0\u00a0%'],
    ['percentInterval', percentInterval({ low: 0.929, high: 0.938 }), '92.9–93.8'],
    ['signed, above zero', signed(0.5), '+0.50'],
    ['signed, below zero', signed(-1.2), '−1.20'],
    ['signed, rounded to zero from below', signed(-0.001), '0.00'],
    ['signed of nothing', signed(null), '–'],
    ['count', count(10_000), '10,000'],
    ['count, rounded', count(999.6), '1,000'],
    ['compact, small', compact(0.01234), '0.0123'],
    ['compact, middle', compact(4.5678), '4.57'],
    ['compact, large', compact(12_345.6), '12,346'],
    ['compact, huge', compact(12_345_678), '1.2e+7'],
    ['compact, tiny', compact(-0.000_012), '-1.2e-5'],
    ['compact, zero', compact(-0), '0'],
    ['compact of nothing', compact(null), '–'],
    ['pValue', pValue(0.0314), 'p = 0.031'],
    ['pValue, small', pValue(2e-12), 'p = 2e-12'],
    ['pValue, underflown', pValue(0), 'p < 1e-300'],
    ['pValue of nothing', pValue(null), '–'],
    ['duration, seconds', duration(3.21), '3.2\u00a0s'],
    ['duration, just a minute', duration(59.96), '1 min 00 s'],
    ['duration, minutes', duration(245), '4 min 05 s'],
    ['duration, hours', duration(7800), '2 h 10 min'],
  ])('%s', (_, text, expected) => {
    expect(text).toBe(expected);
  });
});
