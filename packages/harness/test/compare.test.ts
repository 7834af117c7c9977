import { describe, expect, test } from 'vitest';
import { compareAccuracy, compareGains, imagePart, isScreeningImage } from '../src/index.js';
import { answersWithAccuracy, labelled, makeRun } from './runs.js';

const IMAGES = 2000;
const labels = Array.from({ length: IMAGES }, (_, i) => i % 10);
const judging = imagePart(labels, 0, 'judging').length;

/** A run that has the given accuracy after each step. */
const run = (label: string, accuracies: readonly number[], stream = 1): ReturnType<typeof labelled> => {
  const steps = accuracies.map((accuracy) => answersWithAccuracy(labels, accuracy, stream));
  return labelled(label, { predictions: labels.map((_, i) => steps.map((step) => step[i]!)) });
};

describe('compareAccuracy', () => {
  test('counts, at each T, the judging images that only one of two runs has right', () => {
    const first = labels.map((label, i) => [i < 1000 ? label : 99, label]);
    const second = labels.map((label, i) => [i < 1500 ? 99 : label, 99]);
    const pair = {
      first: labelled('A', { predictions: first }),
      second: labelled('B', { predictions: second }),
      labels,
    };
    const [one, two] = compareAccuracy(pair, [1, 2]);
    const count = (from: number, to: number): number =>
      labels.filter((_, i) => i >= from && i < to && !isScreeningImage(i)).length;
    expect(one).toMatchObject({ first: 'A', second: 'B', condition: 'T = 1', timeSteps: 1, pairs: judging });
    expect(one).toMatchObject({ wins: count(0, 1000), losses: count(1500, 2000) });
    expect(one!.effect).toBeCloseTo((100 * (count(0, 1000) - count(1500, 2000))) / judging, 12);
    expect(two).toMatchObject({ wins: judging, losses: 0, effect: 100, notJudged: null });
  });

  test('does not rank two runs at chance level, and says what was seen', () => {
    const [comparison] = compareAccuracy(
      { first: run('A', [0.1], 1), second: run('B', [0.1], 2), labels },
      [1],
    );
    expect(comparison!.notJudged).toMatch(
      /^both are at chance level: A \d+\.\d % \(95 %: .* to .*\), B .*; the most frequent class is 12\.4 % of 386 screening images$/u,
    );
  });

  test('ranks a run above chance over one at chance', () => {
    const [comparison] = compareAccuracy(
      { first: run('A', [0.3], 1), second: run('B', [0.1], 2), labels },
      [1],
    );
    expect(comparison!.notJudged).toBeNull();
  });

  test('decides what is ranked without looking at the images that rank', () => {
    const base = answersWithAccuracy(labels, 0.1);
    const outcome = (answer: (label: number) => number): string | null => {
      const predictions = labels.map((label, i) => [isScreeningImage(i) ? base[i]! : answer(label)]);
      const pair = { first: labelled('A', { predictions }), second: run('B', [0.1], 2), labels };
      return compareAccuracy(pair, [1])[0]!.notJudged;
    };
    expect(outcome((label) => label)).toBe(outcome((label) => label + 1));
  });

  test('refuses runs over different images', () => {
    const first = labelled('A', { predictions: [[1], [2]] });
    const second = labelled('B', { from: 1, predictions: [[1], [2]] });
    expect(() => compareAccuracy({ first, second, labels }, [1])).toThrow(
      'compareAccuracy: both runs must be over the same images, got [0, 2) and [1, 3).',
    );
  });

  test('refuses a T that was not simulated', () => {
    const one = run('A', [0.5]);
    expect(() => compareAccuracy({ first: one, second: one, labels }, [2])).toThrow(
      'correctAt: timeSteps must be an integer in [1, 1], got 2.',
    );
  });

  test('knows nothing from a single image that only screens', () => {
    const first = labelled('A', { from: 1, predictions: [[0]] });
    const [comparison] = compareAccuracy({ first, second: { ...first, label: 'B' }, labels }, [1]);
    expect(comparison).toMatchObject({ pairs: 0, wins: 0, losses: 0, interval: { low: -100, high: 100 } });
  });
});

describe('compareGains', () => {
  const ann = {
    images: { from: 0, to: IMAGES },
    predictions: Uint16Array.from(answersWithAccuracy(labels, 0.9)),
  };

  test('counts the judging images whose gain is larger, and smaller, at the smaller T', () => {
    // Gain at T = 1: +1 for images below 1,000; gain at T = 2: +1 for images from 500 on, −1 below 100.
    const first = labels.map((label, i) => [i < 1000 ? label : 99, i >= 500 ? label : 99]);
    const second = labels.map((label, i) => [99, i < 100 ? label : 99]);
    const [comparison] = compareGains(
      {
        first: labelled('A', { predictions: first }),
        second: labelled('B', { predictions: second }),
        labels,
        ann,
      },
      [[1, 2]],
    );
    const count = (from: number, to: number): number =>
      labels.filter((_, i) => i >= from && i < to && !isScreeningImage(i)).length;
    expect(comparison).toMatchObject({
      first: 'gain of A over B at the smaller T',
      second: 'gain of A over B at the larger T',
      condition: 'T = 1 against 2',
      timeSteps: 1,
      wins: count(0, 500),
      losses: count(1000, 2000),
    });
    const mean = (count(0, 1000) - (count(500, 2000) - count(0, 100))) / judging;
    expect(comparison!.effect).toBeCloseTo(100 * mean, 12);
  });

  test('does not read a gain over a run on the floor, at either T', () => {
    const second = run('zero', [0.1, 0.12, 0.5, 0.8], 2);
    const found = compareGains({ first: run('half', [0.3, 0.5, 0.8, 0.85]), second, labels, ann }, [
      [1, 2],
      [2, 3],
      [3, 4],
    ]);
    expect(found.map(({ notJudged }) => notJudged === null)).toEqual([false, false, true]);
    expect(found[0]!.notJudged).toMatch(
      /^on the floor \(less than 10\.0 % of what the ANN has above chance\): T = 1: zero .*, T = 2: zero .*; the most frequent class is/u,
    );
    expect(found[1]!.notJudged).toMatch(/: T = 2: zero [^T]*$/u);
  });

  test('refuses an ANN over different images', () => {
    const one = run('A', [0.5, 0.6]);
    const short = { images: { from: 0, to: 2 }, predictions: Uint16Array.of(0, 1) };
    expect(() => compareGains({ first: one, second: one, labels, ann: short }, [[1, 2]])).toThrow(
      'compareGains: both runs must be over the same images, got [0, 2000) and [0, 2).',
    );
    expect(() =>
      compareGains(
        { first: one, second: { label: 'B', run: makeRun({ predictions: [[1, 1]] }) }, labels, ann },
        [[1, 2]],
      ),
    ).toThrow(/compareGains: both runs must be over the same images/u);
  });
});
