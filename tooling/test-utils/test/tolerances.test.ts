import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { expectClose, TOLERANCES, type ToleranceKind } from '../src/index.js';

const failure = (run: () => void): string => {
  try {
    run();
  } catch (error) {
    return (error as Error).message;
  }
  return 'nothing was thrown';
};

describe('expectClose', () => {
  it('accepts a difference of exactly the tolerance and refuses twice as much', () => {
    for (const kind of Object.keys(TOLERANCES) as ToleranceKind[]) {
      const { relative, absolute } = TOLERANCES[kind];
      const expected = 4;
      const allowed = absolute + relative * expected;
      const options = { terms: 1 };
      expectClose(expected + allowed * 0.999, expected, kind, options);
      const tooFar = () => {
        expectClose(expected + 2 * allowed + (allowed === 0 ? 1 : 0), expected, kind, options);
      };
      expect(tooFar, kind).toThrow(kind);
    }
  });

  it('names index, actual, expected, difference and tolerance of the first and the worst element', () => {
    const message = failure(() => {
      expectClose([1, 2.5, 3, 9], [1, 2, 3, 4], 'integer', { label: 'spike counts' });
    });
    expect(message).toBe(
      'spike counts: 2 of 4 elements differ by more than integer allows\n' +
        'first at index 1: actual 2.5, expected 2, difference 0.5, tolerance 0\n' +
        'worst at index 3: actual 9, expected 4, difference 5, tolerance 0',
    );
  });

  it('allows n · 2^-24 of the sum of the terms for a reduction', () => {
    const options = { terms: 1000, magnitude: 10 };
    expectClose(1000 * 2 ** -24 * 10, 0, 'float32-reduction', options);
    expect(
      failure(() => {
        expectClose(1001 * 2 ** -24 * 10, 0, 'float32-reduction', options);
      }),
    ).toContain('tolerance 0.000596');
  });

  it('takes one magnitude per element', () => {
    expectClose([0, 1e-6], [0, 0], 'backend', { magnitude: [0, 1] });
    expect(() => {
      expectClose([1e-6, 0], [0, 0], 'backend', { magnitude: [0, 1] });
    }).toThrow('index 0');
  });

  it('lets float32 sums in any order agree with the float64 sum', () => {
    const term = fc.float({ noNaN: true, noDefaultInfinity: true, min: -1000, max: 1000 });
    fc.assert(
      fc.property(fc.array(term, { minLength: 1, maxLength: 200 }), (terms) => {
        const sum32 = terms.reduce((sum, value) => Math.fround(sum + value), 0);
        const sum64 = terms.reduce((sum, value) => sum + value, 0);
        const magnitude = terms.reduce((sum, value) => sum + Math.abs(value), 0);
        expectClose(sum32, sum64, 'float32-reduction', { terms: terms.length, magnitude });
      }),
    );
  });

  it('lets NaN agree with NaN only and an infinity with itself only', () => {
    expectClose([NaN, Infinity, -Infinity, -0], [NaN, Infinity, -Infinity, 0], 'integer');
    for (const [actual, expected] of [
      [NaN, 0],
      [0, NaN],
      [Infinity, -Infinity],
      [1, Infinity],
    ] as const) {
      expect(() => {
        expectClose(actual, expected, 'backend');
      }).toThrow('1 of 1 elements differ');
    }
  });

  it('accepts empty arrays and refuses different lengths', () => {
    expectClose([], new Float32Array(0), 'float64');
    expect(() => {
      expectClose([1], [1, 2], 'float64');
    }).toThrow('expected 2 elements, got 1');
  });

  it('asks for the number of terms of a reduction', () => {
    expect(() => {
      expectClose(1, 1, 'float32-reduction');
    }).toThrow('expectClose: terms must be given');
    expect(() => {
      expectClose(1, 1, 'float32-reduction', { terms: 1.5 });
    }).toThrow('expectClose: terms must be a positive integer, got 1.5');
  });
});
