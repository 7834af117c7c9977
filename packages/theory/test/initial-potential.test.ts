import { describe, expect, it } from 'vitest';
import {
  assertInitialPotential,
  describeInitialPotential,
  type InitialPotential,
  meanInitialPotential,
  OPTIMAL_INITIAL_POTENTIAL,
  ZERO_INITIAL_POTENTIAL,
} from '../src/index.js';

const cases: readonly (readonly [InitialPotential, string, number])[] = [
  [OPTIMAL_INITIAL_POTENTIAL, 'θ/2', 0.5],
  [ZERO_INITIAL_POTENTIAL, '0', 0],
  [{ kind: 'fraction', fraction: 1 }, 'θ', 1],
  [{ kind: 'fraction', fraction: 0.3 }, '0.3 θ', 0.3],
  [{ kind: 'fraction', fraction: -0.25 }, '-0.25 θ', -0.25],
  [{ kind: 'uniform', low: 0, high: 1 }, 'uniform(0, θ)', 0.5],
  [{ kind: 'uniform', low: 0.25, high: 0.25 }, 'uniform(0.25 θ, 0.25 θ)', 0.25],
  [{ kind: 'normal', mean: 0.5, standardDeviation: 0.25 }, 'normal(0.5 θ, sd 0.25 θ)', 0.5],
  [{ kind: 'normal', mean: 0, standardDeviation: 0 }, 'normal(0, sd 0)', 0],
  [{ kind: 'fractions', fractions: [0.5, -0.25, 0.5] }, '-0.25 θ … 0.5 θ (3 values)', 0.25],
  [{ kind: 'fractions', fractions: [1 / 3] }, '0.333 θ … 0.333 θ (1 value)', 1 / 3],
];

describe('initial potential', () => {
  it.each(cases)('%o is valid, reads %s and has mean %d θ', (potential, label, mean) => {
    expect(() => {
      assertInitialPotential(potential);
    }).not.toThrow();
    expect(describeInitialPotential(potential)).toBe(label);
    expect(meanInitialPotential(potential)).toBe(mean);
  });

  it('the optimum is θ/2 (Theorem 2)', () => {
    expect(OPTIMAL_INITIAL_POTENTIAL).toEqual({ kind: 'fraction', fraction: 0.5 });
  });
});

describe('assertInitialPotential', () => {
  const refused: readonly (readonly [unknown, Error])[] = [
    [null, new TypeError('assertInitialPotential: potential must be an object, got null.')],
    [0.5, new TypeError('assertInitialPotential: potential must be an object, got number.')],
    [
      { kind: 'half' },
      new TypeError(
        'assertInitialPotential: kind must be one of fraction, uniform, normal, fractions, got "half".',
      ),
    ],
    [
      {},
      new TypeError(
        'assertInitialPotential: kind must be one of fraction, uniform, normal, fractions, got undefined.',
      ),
    ],
    [
      { kind: 'uniform', low: '0' },
      new TypeError(
        'assertInitialPotential: low must be a number, got "0". high must be a number, got undefined.',
      ),
    ],
    [
      { kind: 'uniform', low: Infinity, high: NaN },
      new RangeError(
        'assertInitialPotential: low must be finite, got Infinity. high must be finite, got NaN.',
      ),
    ],
    [
      { kind: 'uniform', low: 1, high: 0 },
      new RangeError('assertInitialPotential: low must be at most high, got low 1 and high 0.'),
    ],
    [
      { kind: 'normal', mean: NaN, standardDeviation: -1 },
      new RangeError(
        'assertInitialPotential: mean must be finite, got NaN. standardDeviation must be at least 0, got -1.',
      ),
    ],
  ];

  const refusedLists: readonly (readonly [unknown, Error])[] = [
    [
      { kind: 'fractions', fractions: 'many' },
      new TypeError('assertInitialPotential: fractions must be a list of numbers, got "many".'),
    ],
    [
      { kind: 'fractions', fractions: [] },
      new RangeError('assertInitialPotential: fractions must have at least 1 element, got 0.'),
    ],
    [
      { kind: 'fractions', fractions: [0.5, NaN] },
      new RangeError('assertInitialPotential: fractions[1] must be a finite number, got NaN.'),
    ],
    [
      { kind: 'fractions', fractions: [0.5, '1'] },
      new RangeError('assertInitialPotential: fractions[1] must be a finite number, got 1.'),
    ],
  ];

  it.each([...refused, ...refusedLists])('refuses %o with every problem named', (value, error) => {
    expect(() => {
      assertInitialPotential(value);
    }).toThrow(error);
  });
});
