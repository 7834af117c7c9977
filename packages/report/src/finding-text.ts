import type { FindingComparison, FindingVerdict } from '@opi-snn/harness';
import { count, pValue, signed } from './number-format.js';
import { OUTCOME_SIGNS, outcomeText } from './outcome-sign.js';
import { cell, numbers, words, type TableCell, type TableModel } from './table.js';

/**
 * What speaks for or against a finding, in one sentence.
 *
 * @param finding  judged
 * @returns plain text
 */
export function evidence(finding: FindingVerdict): string {
  const { outcome, comparisons, effect, effectUnit, pValue: p } = finding;
  if (finding.evidence !== undefined) return finding.evidence;
  if (comparisons.length === 0) return 'Nothing was run that could show it.';
  const outcomes = ['ahead', 'behind', 'no difference shown', 'not judged'] as const;
  const parts = outcomes.flatMap((wanted) => {
    const n = comparisons.filter((one) => one.outcome === wanted).length;
    return n === 0 ? [] : [`${n} ${wanted}`];
  });
  const tests = comparisons.length === 1 ? 'one paired test' : `${comparisons.length} paired tests`;
  const mean = effect === null ? '' : `; mean effect ${signed(effect)} ${effectUnit}`;
  const smallest = outcome === 'supported' ? `; smallest adjusted ${pValue(p)}` : '';
  return `Of ${tests}: ${parts.join(', ')}${mean}${smallest}.${seedsText(comparisons)}`;
}

/** Which seeds stand behind comparisons with a random potential. */
function seedsText(comparisons: readonly FindingComparison[]): string {
  const seeds = [...new Set(comparisons.flatMap((one) => one.seeds ?? []))];
  if (seeds.length === 0) return '';
  return seeds.length === 1
    ? ` Random potentials: seed ${seeds[0]!}.`
    : ` Random potentials: an image’s mean over the seeds ${seeds.join(', ')}.`;
}

/**
 * The paired tests of a finding, those of the same two sides together.
 *
 * @param finding  judged
 * @returns such as `θ/2 against 0: T = 4 +4.60 ▲; T = 8 +1.50 ○`
 */
export function comparisonLines({ comparisons }: FindingVerdict): string[] {
  const sides = (one: FindingComparison): string => `${one.first} against ${one.second}`;
  return [...new Set(comparisons.map(sides))].map((pair) => {
    const tests = comparisons
      .filter((one) => sides(one) === pair)
      .map(
        ({ condition, effect, outcome }) => `${condition} ${signed(effect)} ${OUTCOME_SIGNS[outcome].symbol}`,
      );
    return `${pair}: ${tests.join('; ')}`;
  });
}

/**
 * The paired tests of a finding with all their numbers.
 *
 * @param finding  judged
 * @returns one row per test
 */
export function comparisonTable(finding: FindingVerdict): TableModel {
  const seeded = finding.comparisons.some(({ seeds }) => seeds !== undefined);
  return {
    title: `Paired tests: ${finding.claim}`,
    note:
      `Wins and losses are the pairs that differ${seeded ? '; of random potentials the mean over the seeds named counts' : ''}. Effect in ${finding.effectUnit} with its 95 % interval. ` +
      'p is one-sided, in the direction of the effect, adjusted for all tests of the finding (Holm).',
    columns: [
      words('Condition'),
      words('First'),
      words('Second'),
      numbers('Pairs'),
      numbers('Wins'),
      numbers('Losses'),
      numbers('Effect'),
      numbers('p'),
      words('First is'),
    ],
    rows: finding.comparisons.map(comparisonRow),
  };
}

function comparisonRow(one: FindingComparison): TableCell[] {
  const { outcome, effect, interval, notJudged } = one;
  const adjusted = effect < 0 ? one.pOppositeAdjusted : one.pAdjusted;
  return [
    cell(
      one.condition,
      ...(one.seeds === undefined
        ? []
        : [`${one.seeds.length === 1 ? 'seed' : 'seeds'} ${one.seeds.join(', ')}`]),
    ),
    cell(one.first),
    cell(one.second),
    cell(count(one.pairs)),
    cell(count(one.wins)),
    cell(count(one.losses)),
    cell(signed(effect), `${signed(interval.low)} to ${signed(interval.high)}`),
    cell(pValue(adjusted)),
    {
      ...cell(outcomeText(outcome), ...(notJudged === null ? [] : [notJudged])),
      tone: OUTCOME_SIGNS[outcome].tone,
    },
  ];
}
