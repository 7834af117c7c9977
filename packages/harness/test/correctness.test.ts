import { describe, expect, test } from 'vitest';
import { correctAt, countCorrect } from '../src/index.js';
import { makeRun } from './runs.js';

const run = makeRun({
  from: 2,
  predictions: [
    [1, 1, 3],
    [0, 4, 4],
  ],
});
const labels = [9, 9, 1, 4];

describe('correctAt', () => {
  test('compares each image with its label by its number in the data set', () => {
    expect([1, 2, 3].map((t) => [...correctAt(run, labels, t)])).toEqual([
      [1, 0],
      [1, 1],
      [0, 1],
    ]);
  });

  test.each([0, 4, 1.5, NaN])('refuses T = %d', (t) => {
    expect(() => correctAt(run, labels, t)).toThrow(
      new RangeError(`correctAt: timeSteps must be an integer in [1, 3], got ${t}.`),
    );
  });

  test('refuses labels that end before the images', () => {
    expect(() => correctAt(run, [9, 9, 1], 1)).toThrow(
      new RangeError('correctAt: labels must cover image 3, got 3 labels.'),
    );
  });
});

describe('countCorrect', () => {
  test('adds up', () => {
    expect([1, 2, 3].map((t) => countCorrect(run, labels, t))).toEqual([1, 2, 1]);
  });
});
