import { describe, expect, test } from 'vitest';
import { comparisonLines, comparisonTable, evidence } from '../src/finding-text.js';
import { exampleResult } from './results.js';

const { findings } = exampleResult().measurement;
const [ranking, gains, , notRun] = findings;

describe('evidence', () => {
  test('counts the tests by what they show', () => {
    expect(evidence(ranking!)).toBe(
      'Of 6 paired tests: 2 ahead, 3 no difference shown, 1 not judged; mean effect +11.22 percentage points.',
    );
  });

  test('names the smallest p only where it speaks for the verdict', () => {
    expect(evidence(gains!)).toMatch(/; smallest adjusted p = 3e-7\.$/u);
    expect(evidence({ ...gains!, outcome: 'contradicted' })).not.toContain('p =');
  });

  test('names the seeds of random potentials', () => {
    const [one, ...rest] = gains!.comparisons;
    const seeded = (seeds: number[]): typeof gains => ({
      ...gains!,
      comparisons: [{ ...one!, seeds }, ...rest],
    });
    expect(evidence(seeded([4])!)).toMatch(/ Random potentials: seed 4\.$/u);
    expect(evidence(seeded([1, 2, 3])!)).toMatch(
      / Random potentials: an image’s mean over the seeds 1, 2, 3\.$/u,
    );
    expect(evidence(gains!)).not.toContain('seed');
  });

  test('is what the finding says itself, where that is no matter of paired tests', () => {
    expect(evidence({ ...notRun!, evidence: '5 of 5 layers are equal.' })).toBe('5 of 5 layers are equal.');
  });

  test('says that nothing was run', () => {
    expect(evidence(notRun!)).toBe('Nothing was run that could show it.');
  });
});

describe('comparisonLines', () => {
  test('puts the tests of the same two sides into one line', () => {
    expect(comparisonLines(ranking!)).toEqual([
      'θ/2 against uniform(0, θ): T = 1 +26.83 ▲; T = 4 +20.12 ▲; T = 16 0.00 ○',
      'uniform(0, θ) against 0: T = 1 +14.02 ·; T = 4 +6.71 ○; T = 16 +2.44 ○',
    ]);
  });
});

describe('comparisonTable', () => {
  test('has a row for every test, with counts, effect, interval and p', () => {
    const { rows } = comparisonTable(ranking!);
    expect(rows).toHaveLength(6);
    const [first] = ranking!.comparisons;
    expect(rows[0]!.map(({ text }) => text)).toEqual([
      'T = 1',
      'θ/2',
      'uniform(0, θ)',
      String(first!.pairs),
      String(first!.wins),
      String(first!.losses),
      '+26.83',
      expect.stringMatching(/^p = \de-\d+$/u),
      '▲ ahead',
    ]);
  });

  test('names the seeds under the condition, and what wins are then', () => {
    const [one, two] = ranking!.comparisons;
    const { rows, note } = comparisonTable({ ...ranking!, comparisons: [{ ...one!, seeds: [1, 2] }, two!] });
    expect(rows.map(([condition]) => condition!.below)).toEqual([['seeds 1, 2'], []]);
    expect(note).toContain('of random potentials the mean over the seeds named counts');
  });

  test('gives the reason why a test is not judged', () => {
    const row = comparisonTable(ranking!).rows.find((cells) => cells.at(-1)!.text === '· not judged');
    expect(row!.at(-1)!.below).toEqual([ranking!.comparisons[3]!.notJudged]);
    expect(row!.at(-1)!.below[0]).toMatch(/\w/u);
  });

  test('takes the p of the direction of the effect', () => {
    const [one] = ranking!.comparisons;
    const behind = { ...one!, effect: -1, pAdjusted: 1, pOppositeAdjusted: 0.25, outcome: 'behind' as const };
    const [row] = comparisonTable({ ...ranking!, comparisons: [behind] }).rows;
    expect(row!.map(({ text }) => text)).toContain('p = 0.250');
  });
});
