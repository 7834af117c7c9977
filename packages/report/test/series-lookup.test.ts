import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { nearestTimeSteps, optimalAndPlain, seriesNames, stepsToReachAnn } from '../src/series-lookup.js';
import { exampleResult } from './results.js';

const { measurement } = exampleResult();
const [half, uniform, normal, zero] = measurement.series;

describe('seriesNames', () => {
  test('are the labels where these differ', () => {
    expect([...seriesNames(measurement.series).values()]).toEqual(
      measurement.series.map(({ label }) => label),
    );
  });

  test('carry the id where labels are the same', () => {
    const twins = [half!, { ...zero!, label: half!.label }];
    expect([...seriesNames(twins).values()]).toEqual(['θ/2 (half)', 'θ/2 (zero)']);
  });
});

describe('optimalAndPlain', () => {
  test('are the starts at θ/2 and at 0, wherever they stand', () => {
    expect(optimalAndPlain([zero!, normal!, half!])).toEqual({ optimal: half, plain: zero });
  });

  test('are of the same method', () => {
    expect(optimalAndPlain([half!, { ...zero!, method: 'max-norm' }]).plain).toBeUndefined();
  });

  test('are the first series and none where no potential is θ/2', () => {
    expect(optimalAndPlain([uniform!, normal!])).toEqual({ optimal: uniform, plain: undefined });
    expect(optimalAndPlain([])).toEqual({ optimal: undefined, plain: undefined });
  });
});

describe('stepsToReachAnn', () => {
  const reach = (accuracies: readonly number[]): number | undefined => {
    const timeSteps = accuracies.map((_, index) => 2 ** index);
    const accuracy = accuracies.map((value, index) => ({
      ...half!.accuracy[0]!,
      timeSteps: timeSteps[index]!,
      accuracy: value,
    }));
    const ann = { ...measurement.ann!, accuracy: 0.9 };
    return stepsToReachAnn({ ...half!, accuracy }, { ...measurement, timeSteps, ann });
  };

  test('is the first T from which on no more than one percentage point is missing', () => {
    expect(reach([0.5, 0.85, 0.895, 0.9])).toBe(4);
  });

  test('does not count a T after which it falls back', () => {
    expect(reach([0.9, 0.5, 0.9, 0.91])).toBe(4);
  });

  test('is undefined where it never gets there, and where the ANN was not run', () => {
    expect(reach([0.5, 0.6])).toBeUndefined();
    expect(stepsToReachAnn(half!, { ...measurement, ann: null })).toBeUndefined();
  });
});

describe('nearestTimeSteps', () => {
  test('is nearest on a logarithmic scale, the smaller of two', () => {
    expect(nearestTimeSteps([1, 4, 64], 16)).toBe(4);
    expect(nearestTimeSteps([32, 8], 16)).toBe(8);
    expect(nearestTimeSteps([], 16)).toBeUndefined();
  });

  test('finds a T that is there', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 4096 }), { minLength: 1 }), fc.nat(11), (all, power) => {
        const wanted = 2 ** power;
        expect(all).toContain(nearestTimeSteps(all, wanted));
        expect(nearestTimeSteps([...all, wanted], wanted)).toBe(wanted);
      }),
    );
  });
});
