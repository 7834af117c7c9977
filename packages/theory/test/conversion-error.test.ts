import { expectClose } from '@opi-snn/test-utils';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  expectedConversionError,
  type InitialPotential,
  type InputDistribution,
  integrateConversionError,
  OPTIMAL_INITIAL_POTENTIAL,
  runIf,
} from '../src/index.js';
import { constant, dyadic, dyadicTheta, dyadicTimeSteps, timeSteps } from './dyadic.js';
import golden from './fixtures/conversion-error.json' with { type: 'json' };

const fraction = (value: number): InitialPotential => ({ kind: 'fraction', fraction: value });
const histogram = (edges: number[], counts: number[]): InputDistribution => ({
  kind: 'histogram',
  edges,
  counts,
});
const UNIFORM: InitialPotential = { kind: 'uniform', low: 0, high: 1 };

describe('expectedConversionError', () => {
  it.each([
    [fraction(0), 0.5, 1 / 3],
    [fraction(0.25), 0.25, 7 / 48],
    [fraction(0.5), 0, 1 / 12],
    [fraction(0.75), -0.25, 7 / 48],
    [fraction(1), -0.5, 1 / 3],
    [UNIFORM, 0, 1 / 6],
    [{ kind: 'normal', mean: 0.5, standardDeviation: 0.25 } as const, 0, 1 / 12 + 1 / 16],
    [{ kind: 'fractions', fractions: [0, 0.5, 1] } as const, 0, 1 / 4],
  ])('is the table of Theorem 2: %o has bias %d and squared error %d', (potential, bias, squaredError) => {
    const error = expectedConversionError(potential);
    expectClose([error.bias, error.squaredError], [bias, squaredError], 'float64');
  });

  it('equals the neuron stepped over a fine dyadic grid of inputs, exactly but for the cell of the grid', () => {
    // Midpoints of 64 cells per quantum: the mean is exact, the mean square lacks the cell's variance 1/(12 · 64²).
    for (const [theta, steps] of [
      [1, 4],
      [2, 8],
      [0.5, 16],
    ] as const) {
      const quantum = theta / steps;
      for (const k of [0, 0.25, 0.5, 0.75, 1]) {
        let sum = 0;
        let squares = 0;
        const cells = 64 * steps;
        for (let cell = 0; cell < cells; cell++) {
          const z = ((cell + 0.5) * quantum) / 64;
          const error = (z - runIf(constant(z, steps), { theta, v0: k * theta }).averageOutput) / quantum;
          sum += error;
          squares += error * error;
        }
        const { bias, squaredError } = expectedConversionError(fraction(k));
        expect(sum / cells).toBe(bias);
        expectClose([squares / cells + 1 / (12 * 64 ** 2)], [squaredError], 'float64');
      }
    }
  });

  it('is smallest at θ/2 among all potentials', () => {
    const best = expectedConversionError(OPTIMAL_INITIAL_POTENTIAL).squaredError;
    fc.assert(
      fc.property(fc.double({ min: 0, max: 1, noNaN: true }), (k) => {
        expect(expectedConversionError(fraction(k)).squaredError).toBeGreaterThanOrEqual(best);
      }),
    );
    expect(expectedConversionError(UNIFORM).squaredError).toBeGreaterThan(best);
  });

  it('refuses a malformed potential', () => {
    expect(() => expectedConversionError(fraction(NaN))).toThrow('fraction must be finite, got NaN.');
  });
});

describe('integrateConversionError', () => {
  it('of many fractions is the mean over them', () => {
    const distribution = histogram([-0.5, 0.1, 0.4, 1.5], [3, 2, 1]);
    const options = { theta: 1, timeSteps: 4 };
    const each = [0.1, 0.5, 0.7].map((k) => integrateConversionError(fraction(k), distribution, options));
    const all = integrateConversionError(
      { kind: 'fractions', fractions: [0.1, 0.5, 0.7] },
      distribution,
      options,
    );
    const mean = (key: 'bias' | 'squaredError'): number => each.reduce((sum, one) => sum + one[key], 0) / 3;
    expectClose([all.bias, all.squaredError], [mean('bias'), mean('squaredError')], 'float64');
  });

  it('equals the closed form for inputs uniform in [0, θ] and potentials in [0, θ]', () => {
    const potentials: InitialPotential[] = [
      ...[0, 0.1, 0.5, 0.7, 1].map(fraction),
      UNIFORM,
      { kind: 'uniform', low: 0.2, high: 0.4 },
      { kind: 'normal', mean: 0.5, standardDeviation: 0.05 },
    ];
    for (const potential of potentials) {
      for (const steps of [1, 3, 4, 32]) {
        const error = integrateConversionError(potential, histogram([0, 0.7], [5]), {
          theta: 0.7,
          timeSteps: steps,
        });
        const expected = expectedConversionError(potential);
        expect(error.bias).toBeCloseTo(expected.bias, 12);
        expect(error.squaredError).toBeCloseTo(expected.squaredError, 12);
      }
    }
  });

  it('holds for densities that are constant within each step of the staircase (the paper’s assumption)', () => {
    // v0 = θ/4, T = 4, θ = 1: breakpoints 0, 3/16, 7/16, 11/16, 15/16, 1, densities p, with p0 = p4.
    const edges = [0, 3 / 16, 7 / 16, 11 / 16, 15 / 16, 1];
    const counts = [3, 7, 1, 2, 4, 3]
      .slice(0, 5)
      .map((p, i) => (i === 4 ? 3 : p) * (edges[i + 1]! - edges[i]!));
    const error = integrateConversionError(fraction(0.25), histogram(edges, counts), {
      theta: 1,
      timeSteps: 4,
    });
    expectClose([error.bias, error.squaredError], [0.25, 7 / 48], 'float64');
  });

  it('shows that wide normal potentials are clipped: at s = 1 below 1/12 + s²', () => {
    const wide: InitialPotential = { kind: 'normal', mean: 0.5, standardDeviation: 1 };
    for (const steps of [4, 8, 16, 32]) {
      const { bias, squaredError } = integrateConversionError(wide, histogram([0, 1], [1]), {
        theta: 1,
        timeSteps: steps,
      });
      expect(bias).toBeCloseTo(0, 9);
      expect(squaredError).toBeGreaterThan(0.7);
      expect(squaredError).toBeLessThan(1 / 12 + 1);
    }
  });

  it.each(golden.cases.map((entry) => [JSON.stringify(entry), entry] as const))(
    'agrees with neurons stepped on a grid by Python: %s',
    (_, entry) => {
      const { potential, histogram: bins, timeSteps: steps, activation } = entry;
      const error = integrateConversionError(
        potential as InitialPotential,
        { kind: 'histogram', ...bins },
        { theta: golden.theta, timeSteps: steps, activation: activation as 'clip' | 'relu' },
      );
      // The grid's own error, see the generator; relative for the squares, which reach 60.
      expect(Math.abs(error.bias - entry.bias)).toBeLessThan(1e-3);
      expect(Math.abs(error.squaredError - entry.squaredError)).toBeLessThan(1e-3 * (1 + entry.squaredError));
    },
  );

  it('is the mean over samples of the stepped neuron’s error, exactly for dyadic values', () => {
    fc.assert(
      fc.property(
        fc.array(dyadic(-2, 4), { minLength: 1, maxLength: 16 }),
        fc.integer({ min: -2, max: 1 }).map((k) => 2 ** k),
        dyadicTimeSteps,
        dyadic(-2, 3),
        fc.constantFrom('clip', 'relu'),
        (values, theta, steps, k, activation) => {
          const errors = values.map((z) => {
            const a = Math.min(Math.max(z, 0), activation === 'clip' ? theta : Infinity);
            return ((a - runIf(constant(z, steps), { theta, v0: k * theta }).averageOutput) * steps) / theta;
          });
          const mean = (numbers: number[]): number => numbers.reduce((sum, x) => sum + x, 0) / numbers.length;
          expect(
            integrateConversionError(
              fraction(k),
              { kind: 'samples', values },
              { theta, timeSteps: steps, activation },
            ),
          ).toEqual({ bias: mean(errors), squaredError: mean(errors.map((error) => error * error)) });
        },
      ),
    );
  });

  it('averages a uniform potential over its distribution', () => {
    fc.assert(
      fc.property(dyadic(-1, 3), dyadicTheta, timeSteps, (z, theta, steps) => {
        const distribution: InputDistribution = { kind: 'samples', values: [z] };
        const options = { theta, timeSteps: steps };
        const shares = Array.from({ length: 400 }, (_, i) => -0.5 + (2 * (i + 0.5)) / 400);
        const mean = shares
          .map((k) => integrateConversionError(fraction(k), distribution, options))
          .reduce((sum, error) => sum + error.squaredError / 400, 0);
        const uniform: InitialPotential = { kind: 'uniform', low: -0.5, high: 1.5 };
        const { squaredError } = integrateConversionError(uniform, distribution, options);
        // At most three jumps of the count, each misplaced by half a share: 3/800 of a change of at most 2 · 3 + 1.
        expect(Math.abs(squaredError - mean)).toBeLessThan(0.03);
      }),
      { numRuns: 50 },
    );
  });

  it('gives θ/2 the smallest squared error for every distribution of inputs', () => {
    fc.assert(
      fc.property(
        fc.array(fc.nat(20), { minLength: 6, maxLength: 6 }),
        timeSteps,
        fc.constantFrom<InitialPotential>(fraction(0), fraction(0.45), fraction(0.6), UNIFORM, {
          kind: 'normal',
          mean: 0.5,
          standardDeviation: 0.25,
        }),
        (counts, steps, other) => {
          fc.pre(counts.some((count) => count > 0));
          const distribution = histogram([-1, 0, 0.1, 0.3, 0.35, 1, 1.5], counts);
          const options = { theta: 1, timeSteps: steps };
          const best = integrateConversionError(
            OPTIMAL_INITIAL_POTENTIAL,
            distribution,
            options,
          ).squaredError;
          const { squaredError } = integrateConversionError(other, distribution, options);
          expect(squaredError).toBeGreaterThanOrEqual(best - 1e-9);
        },
      ),
    );
  });

  it('does not change when bins are split or merged', () => {
    const options = { theta: 1, timeSteps: 5 };
    const one = integrateConversionError(UNIFORM, histogram([-0.5, 1], [3]), options);
    const many = integrateConversionError(UNIFORM, histogram([-0.5, 0, 0.5, 1], [1, 1, 1]), options);
    expectClose([many.bias, many.squaredError], [one.bias, one.squaredError], 'float64');
  });

  it('names every problem of the arguments', () => {
    const options = { theta: 1, timeSteps: 4 };
    expect(() =>
      integrateConversionError(UNIFORM, histogram([0, 1], [1]), { theta: 0, timeSteps: 0 }),
    ).toThrow(
      new RangeError(
        'integrateConversionError: theta must be finite and > 0, got 0. timeSteps must be an integer >= 1, got 0.',
      ),
    );
    expect(() => integrateConversionError(UNIFORM, histogram([0, 0, Infinity], [-1]), options)).toThrow(
      new RangeError(
        'integrateConversionError: edges must have 2 elements, one more than counts, got 3. ' +
          'edges[2] must be finite, got Infinity. edges[1] must be greater than edges[0] = 0, got 0. ' +
          'counts[0] must be finite and >= 0, got -1.',
      ),
    );
    expect(() => integrateConversionError(UNIFORM, histogram([0], []), options)).toThrow(
      'counts must have at least 1 element, got 0.',
    );
    expect(() => integrateConversionError(UNIFORM, histogram([0, 1, 2], [0, 0]), options)).toThrow(
      'counts must have an element > 0, got only zeros.',
    );
    expect(() => integrateConversionError(UNIFORM, { kind: 'samples', values: [] }, options)).toThrow(
      'values must have at least 1 element, got 0.',
    );
    expect(() => integrateConversionError(UNIFORM, { kind: 'samples', values: [0, NaN] }, options)).toThrow(
      'values[1] must be finite, got NaN.',
    );
  });
});
