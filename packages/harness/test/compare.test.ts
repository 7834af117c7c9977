import { describe, expect, test } from 'vitest';
import { compareAccuracy, compareGains, imagePart, isScreeningImage } from '../src/index.js';
import { answersWithAccuracy, labelled } from './runs.js';

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

  test('takes for a random potential the mean over its seeds, image by image: by hand', () => {
    // Eight judging images. A is right on all but the last. B under seed 1, 2, 3: right on what the strings say.
    const images = labels
      .map((_, i) => i)
      .filter((i) => !isScreeningImage(i))
      .slice(0, 8);
    const few = labels.slice(0, images.at(-1)! + 1);
    const seeds = ['11100001', '10110001', '10000011'];
    const answers = (right: string, whether: (image: number) => boolean): number[][] =>
      few.map((label, i) => [images.includes(i) && whether(images.indexOf(i)) ? label : 99]);
    const first = labelled('A', { predictions: answers('', (k) => k < 7) });
    const second = labelled(
      'B',
      ...seeds.map((right) => ({ predictions: answers(right, (k) => right[k] === '1') })),
    );
    const [comparison] = compareAccuracy({ first, second, labels: few }, [1]);
    // Shares of B: 3/3, 1/3, 2/3, 1/3, 0, 0, 1/3, 3/3. Differences in thirds: 0, 2, 1, 2, 3, 3, 2, −3; their sum is 10.
    expect(comparison).toMatchObject({ pairs: 8, wins: 6, losses: 1, seeds: [1, 2, 3] });
    expect(comparison!.effect).toBeCloseTo((100 * 10) / (3 * 8), 10);
    // Signs of three 3s, three 2s and a 1 (128 patterns, sums up to 16) reach 10 in 14: none negative (16), the 1 (14), a 2
    // (12, three ways), a 2 and the 1 (10, three ways), a 3 (10, three ways); with two 2s it is 8.
    const reached = 1 + 1 + 3 + 3 + 3;
    expect(comparison!.test!.pGreater).toBeCloseTo(reached / 128, 12);
    // With seed 1 alone A wins where B is wrong, on four images, and loses the last.
    const [single] = compareAccuracy(
      { first, second: { label: 'B', runs: second.runs.slice(0, 1), seeds: [1] }, labels: few },
      [1],
    );
    expect(single).toMatchObject({ wins: 4, losses: 1, seeds: [1] });
  });

  test('of runs without randomness names no seeds', () => {
    const [comparison] = compareAccuracy({ first: run('A', [0.5]), second: run('B', [0.4], 2), labels }, [1]);
    expect(comparison).not.toHaveProperty('seeds');
  });

  test('judges the same whether a run is given once or three times', () => {
    const made = (accuracy: number, stream: number) => ({
      predictions: answersWithAccuracy(labels, accuracy, stream).map((answer) => [answer]),
    });
    const [a, b] = [made(0.5, 1), made(0.45, 2)];
    const [once] = compareAccuracy({ first: labelled('A', a), second: labelled('B', b), labels }, [1]);
    const [thrice] = compareAccuracy(
      { first: labelled('A', a), second: labelled('B', b, b, b), labels },
      [1],
    );
    expect(thrice).toEqual({ ...once, seeds: [1, 2, 3] });
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
      compareGains({ first: one, second: labelled('B', { predictions: [[1, 1]] }), labels, ann }, [[1, 2]]),
    ).toThrow(/compareGains: both runs must be over the same images/u);
  });
});
