import { describe, expect, it } from 'vitest';
import { normalDistribution, normalQuantile } from '../src/index.js';
import golden from './fixtures/normal.json' with { type: 'json' };

describe('normalQuantile', () => {
  it('agrees with mpmath to 1e-15 relative in all three regions', () => {
    for (const [probability, expected] of golden.quantile as [number, number][]) {
      const difference = Math.abs(normalQuantile(probability) - expected);
      expect(difference, `probability ${probability}`).toBeLessThanOrEqual(1e-15 * Math.abs(expected));
    }
  });

  it('is odd about ½ to the bit where 1 − p is exact', () => {
    for (let word = 0; word < 1000; word++) {
      const probability = (word * 2097143 + 0.5) / 2 ** 32;
      expect(normalQuantile(1 - probability)).toBe(-normalQuantile(probability));
    }
  });

  it('rises', () => {
    let previous = -Infinity;
    for (let i = 1; i < 4096; i++) {
      const x = normalQuantile(i / 4096);
      expect(x).toBeGreaterThan(previous);
      previous = x;
    }
  });

  it('is infinite at 0 and 1', () => {
    expect([0, 0.5, 1].map(normalQuantile)).toEqual([-Infinity, 0, Infinity]);
  });

  it.each([-0.1, 1.1, NaN])('refuses probability %d', (probability) => {
    expect(() => normalQuantile(probability)).toThrow(
      new RangeError(`normalQuantile: probability must be in [0, 1], got ${probability}.`),
    );
  });
});

describe('normalDistribution', () => {
  it('agrees with mpmath to 1e-14 absolute, and to 1e-6 relative in the lower tail', () => {
    for (const [x, expected] of golden.distribution as [number, number][]) {
      const difference = Math.abs(normalDistribution(x) - expected);
      expect(difference, `Φ(${x})`).toBeLessThanOrEqual(Math.min(1e-14, 1e-6 * expected));
    }
  });

  it('is 0 and 1 at infinity', () => {
    expect([-Infinity, -39, 0, 39, Infinity].map(normalDistribution)).toEqual([0, 0, 0.5, 1, 1]);
  });
});
