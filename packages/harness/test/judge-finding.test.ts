import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { COMBINATION_RULE, judgeFinding, SIGNIFICANCE, type Comparison } from '../src/index.js';

const finding = { id: 'claim', claim: 'A is never behind', confidence: 'recalled', source: 'here' } as const;

/** A comparison of 1,000 images at T with some wins and losses. */
const at = (
  timeSteps: number,
  wins: number,
  losses: number,
  change: Partial<Comparison> = {},
): Comparison => ({
  first: 'A',
  second: 'B',
  condition: `T = ${timeSteps}`,
  timeSteps,
  pairs: 1000,
  wins,
  losses,
  effect: (wins - losses) / 10,
  interval: { low: -1, high: 1 },
  notJudged: null,
  ...change,
});

const outcomeOf = (comparisons: readonly Comparison[]): string =>
  judgeFinding({ finding, comparisons }).outcome;

describe('judgeFinding', () => {
  test('supports a claim that is shown once and contradicted nowhere, where the curves have met', () => {
    const met = [8, 16, 32].map((t) => at(t, 30, 31));
    expect(outcomeOf([at(4, 60, 10), ...met])).toBe('supported');
  });

  test('is undecided where the curves have met everywhere', () => {
    expect(outcomeOf([8, 16, 32].map((t) => at(t, 30, 31)))).toBe('undecided');
  });

  test('contradicts a claim that fails at a single T, however often it is shown', () => {
    expect(outcomeOf([at(4, 90, 10), at(8, 90, 10), at(16, 10, 60)])).toBe('contradicted');
  });

  test('asks that every link of a chain is shown', () => {
    const link = (first: string, second: string, wins: number): Comparison =>
      at(8, wins, 20, { first, second });
    expect(outcomeOf([link('half', 'uniform', 60), link('uniform', 'zero', 70)])).toBe('supported');
    expect(outcomeOf([link('half', 'uniform', 60), link('uniform', 'zero', 21)])).toBe('undecided');
  });

  test('corrects for the number of comparisons', () => {
    // 17 wins to 5 losses: p = 0.0085 one-sided; × 5 = 0.042 passes, × 6 = 0.051 does not.
    const met = (n: number): Comparison[] => Array.from({ length: n }, (_, i) => at(i + 1, 30, 30));
    expect(outcomeOf([...met(4), at(64, 17, 5)])).toBe('supported');
    expect(outcomeOf([...met(5), at(64, 17, 5)])).toBe('undecided');
  });

  test('takes comparisons at chance level neither for, nor against, nor into the correction', () => {
    const notJudged = 'both are at chance level';
    const floor = (wins: number, losses: number): Comparison => at(1, wins, losses, { notJudged });
    const verdict = judgeFinding({
      finding,
      comparisons: [floor(0, 100), floor(100, 0), ...[2, 3, 4, 5].map((t) => at(t, 30, 30)), at(64, 17, 5)],
    });
    expect(verdict.outcome).toBe('supported');
    expect(verdict.comparisons[0]).toMatchObject({
      outcome: 'not judged',
      notJudged,
      pAdjusted: null,
      pOppositeAdjusted: null,
    });
    // The evidence is shown all the same.
    expect(verdict.comparisons[0]!.pOpposite).toBeLessThan(1e-29);
    expect(verdict.effect).toBeCloseTo(1.2 / 5, 12);
  });

  test('is undecided when nothing can be judged, and not run when there is nothing', () => {
    expect(judgeFinding({ finding, comparisons: [at(1, 9, 1, { notJudged: 'at chance' })] })).toMatchObject({
      outcome: 'undecided',
      effect: null,
      pValue: null,
    });
    expect(judgeFinding({ finding, comparisons: [] })).toMatchObject({ outcome: 'not run', effect: null });
  });

  test('shows nothing where more pairs win but the mean is lower', () => {
    const comparison = at(8, 60, 10, { effect: -2 });
    const [judged] = judgeFinding({ finding, comparisons: [comparison] }).comparisons;
    expect(judged).toMatchObject({ outcome: 'no difference shown' });
    expect(judged!.pAdjusted).toBeLessThan(SIGNIFICANCE);
  });

  test('is turned round when first and second change places', () => {
    const counts = fc.array(fc.tuple(fc.nat(200), fc.nat(200)), { minLength: 1, maxLength: 8 });
    fc.assert(
      fc.property(counts, (pairs) => {
        const there = judgeFinding({ finding, comparisons: pairs.map(([w, l], i) => at(i + 1, w, l)) });
        const back = judgeFinding({ finding, comparisons: pairs.map(([w, l], i) => at(i + 1, l, w)) });
        const turned = {
          ahead: 'behind',
          behind: 'ahead',
          'no difference shown': 'no difference shown',
        } as const;
        there.comparisons.forEach(({ outcome }, i) => {
          expect(back.comparisons[i]!.outcome).toBe(turned[outcome as keyof typeof turned]);
        });
        if (there.outcome === 'supported') expect(back.outcome).toBe('contradicted');
      }),
    );
  });

  test('raises a false alarm in at most 5 % of worlds in which nothing is ahead', () => {
    // Six T, 60 differing pairs each, fair coins from a fixed congruential generator: 2,000 worlds.
    let state = 12345;
    const coin = (): boolean => {
      state = (Math.imul(state, 1103515245) + 12345) >>> 0;
      return state >>> 31 === 1;
    };
    const outcomes = { supported: 0, contradicted: 0, undecided: 0, 'not run': 0 };
    for (let world = 0; world < 2000; world += 1) {
      const comparisons = Array.from({ length: 6 }, (_, i) => {
        const wins = Array.from({ length: 60 }, coin).filter(Boolean).length;
        return at(i + 1, wins, 60 - wins);
      });
      outcomes[judgeFinding({ finding, comparisons }).outcome] += 1;
    }
    // Each is at most 5 % by Holm; fixed coins, so this cannot fail by chance.
    expect(outcomes.supported / 2000).toBeLessThanOrEqual(0.05);
    expect(outcomes.contradicted / 2000).toBeLessThanOrEqual(0.05);
    expect(outcomes.supported + outcomes.contradicted).toBeGreaterThan(0);
  });

  test('judges a claim of this project like any other, and says whose it is', () => {
    const own = { ...finding, confidence: 'ours' } as const;
    expect(judgeFinding({ finding: own, comparisons: [] })).toEqual({
      ...judgeFinding({ finding, comparisons: [] }),
      confidence: 'ours',
    });
  });

  test('takes claim, source and confidence from the published values, and refuses an unknown id', () => {
    expect(judgeFinding({ finding: 'gain-grows-at-small-t', comparisons: [] })).toMatchObject({
      claim: 'the gain from the initial potential grows as T shrinks',
      confidence: 'confirmed',
      rule: COMBINATION_RULE,
    });
    expect(() => judgeFinding({ finding: 'gain', comparisons: [] })).toThrow(
      /^findPublishedFinding: id must be one of initial-potential-ranking, .*, got gain\.$/u,
    );
  });
});
