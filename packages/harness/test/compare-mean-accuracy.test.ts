import { describe, expect, test } from 'vitest';
import { compareMeanAccuracy, imagePart, isScreeningImage } from '../src/index.js';
import { answersWithAccuracy, labelled } from './runs.js';

const labels = Array.from({ length: 500 }, (_, i) => i % 10);
const judging = imagePart(labels, 0, 'judging').length;

describe('compareMeanAccuracy', () => {
  test('takes the answers of an image at several T together: right at two of three beats right at one', () => {
    const first = labelled('A', { predictions: labels.map((label) => [label, label, 99]) });
    const second = labelled('B', {
      predictions: labels.map((label, i) => (i < 250 ? [label, 99, 99] : [label, label, 99])),
    });
    const comparison = compareMeanAccuracy({ first, second, labels }, [1, 2, 3]);
    const wins = labels.filter((_, i) => i < 250 && !isScreeningImage(i)).length;
    expect(comparison).toMatchObject({
      first: 'A',
      second: 'B',
      condition: 'mean over T = 1, 2, 3',
      timeSteps: 0,
      pairs: judging,
      wins,
      losses: 0,
      notJudged: null,
    });
    expect(comparison.effect).toBeCloseTo((100 * wins) / (3 * judging), 10);
  });

  test('a win at one T and a loss at another cancel', () => {
    const first = labelled('A', { predictions: labels.map((label) => [label, 99]) });
    const second = labelled('B', { predictions: labels.map((label) => [99, label]) });
    expect(compareMeanAccuracy({ first, second, labels }, [1, 2])).toMatchObject({
      wins: 0,
      losses: 0,
      effect: 0,
    });
  });

  test('takes T and seeds together', () => {
    const right = { predictions: labels.map((label) => [label, label]) };
    const half = { predictions: labels.map((label) => [label, 99]) };
    const wrong = { predictions: labels.map(() => [99, 99]) };
    const pair = { first: labelled('A', right, half, wrong), second: labelled('B', half), labels };
    // (2 + 1 + 0) of 6 is 1 of 2: nobody is ahead on any image.
    const comparison = compareMeanAccuracy(pair, [1, 2]);
    expect(comparison).toMatchObject({ wins: 0, losses: 0, effect: 0, seeds: [1, 2, 3] });
    const better = compareMeanAccuracy({ ...pair, first: labelled('A', right, right, wrong) }, [1, 2]);
    expect(better).toMatchObject({ wins: judging, losses: 0 });
    expect(better.effect).toBeCloseTo(100 * (4 / 6 - 1 / 2), 10);
  });

  test('is not judged only where both are at chance level at every T', () => {
    const atChance = (stream: number): number[] => answersWithAccuracy(labels, 0.1, stream);
    const [one, two] = [atChance(1), atChance(2)];
    const first = labelled('A', { predictions: labels.map((label, i) => [one[i]!, label]) });
    const second = labelled('B', { predictions: labels.map((_, i) => [two[i]!, two[i]!]) });
    const pair = { first, second, labels };
    expect(compareMeanAccuracy(pair, [1]).notJudged).toMatch(/^both are at chance level: A /u);
    expect(compareMeanAccuracy(pair, [1, 2]).notJudged).toBeNull();
  });

  test('refuses no T, and runs over different images', () => {
    const first = labelled('A', { predictions: [[1], [2]] });
    const second = labelled('B', { from: 1, predictions: [[1], [2]] });
    expect(() => compareMeanAccuracy({ first, second: first, labels }, [])).toThrow(
      'compareMeanAccuracy: timeSteps must name at least one T, got none.',
    );
    expect(() => compareMeanAccuracy({ first, second, labels }, [1])).toThrow(
      'compareMeanAccuracy: both runs must be over the same images, got [0, 2) and [1, 3).',
    );
  });
});
