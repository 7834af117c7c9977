import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ActivationHistogram, PERCENTILE_RELATIVE_ERROR } from '../src/activation-histogram.js';

const values = fc.array(fc.oneof(fc.constant(0), fc.float({ min: 2 ** -20, max: 2 ** 20, noNaN: true })), {
  minLength: 1,
  maxLength: 200,
});

describe('ActivationHistogram', () => {
  it('finds every nearest-rank percentile within its stated error', () => {
    fc.assert(
      fc.property(values, fc.constantFrom(0.1, 10, 50, 99, 99.9, 100), (numbers, percentile) => {
        const histogram = new ActivationHistogram();
        histogram.add(Float32Array.from(numbers));
        const sorted = [...numbers].sort((a, b) => a - b);
        const exact = sorted[Math.max(1, Math.ceil((percentile / 100) * sorted.length)) - 1]!;
        const found = histogram.percentile(percentile, true);
        expect(Math.abs(found - exact)).toBeLessThanOrEqual(PERCENTILE_RELATIVE_ERROR * exact);
      }),
      { seed: 3 },
    );
  });

  it('does not depend on how values are grouped or ordered', () => {
    fc.assert(
      fc.property(values, fc.nat(), (numbers, cut) => {
        const [whole, parts] = [new ActivationHistogram(), new ActivationHistogram()];
        whole.add(Float32Array.from(numbers));
        const at = cut % numbers.length;
        parts.add(Float32Array.from(numbers.slice(at).reverse()));
        parts.add(Float32Array.from(numbers.slice(0, at)));
        for (const percentile of [1, 25, 50, 75, 100]) {
          expect(parts.percentile(percentile, true)).toBe(whole.percentile(percentile, true));
          expect(parts.percentile(percentile, false)).toBe(whole.percentile(percentile, false));
        }
      }),
      { seed: 4 },
    );
  });

  it('counts zeros of both signs apart, and shares bins beyond its range', () => {
    const histogram = new ActivationHistogram();
    histogram.add(Float32Array.of(0, -0, 2 ** -30, 2 ** 30));
    expect(histogram.zeros).toBe(2);
    expect(histogram.count).toBe(4);
    expect(histogram.percentile(50, true)).toBe(0);
    expect(histogram.percentile(50, false)).toBeLessThan(2 ** -23);
    expect(histogram.percentile(100, false)).toBeGreaterThan(2 ** 23);
  });

  it('has no percentile without values', () => {
    const histogram = new ActivationHistogram();
    expect(histogram.percentile(50, true)).toBeNaN();
    histogram.add(Float32Array.of(0));
    expect(histogram.percentile(50, false)).toBeNaN();
  });
});
