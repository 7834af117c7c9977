import type { Comparison } from './compare.js';
import type { FindingComparison, FindingOutcome, FindingVerdict } from './finding-verdict.js';
import { holmAdjust, pairedTest } from './paired-test.js';
import type { PairedTest } from './paired-test.js';
import { findPublishedFinding } from './published-values.js';
import type { PublishedFinding } from './published-values.js';

/** Chance of any false alarm within one finding. */
export const SIGNIFICANCE = 0.05;

/** How the comparisons of a finding are combined, in words; the report prints it. */
export const COMBINATION_RULE: string =
  'Exact paired test for each comparison, one-sided in both directions, Holm-adjusted within the finding at 5 %. ' +
  'Contradicted if any comparison is significantly behind; supported if none is behind and, for each pair compared, ' +
  'at least half are significantly ahead; else not supported.';

/** What to judge. */
export interface FindingInput {
  /** The claim, or its id in the published values. */
  readonly finding: string | PublishedFinding;
  /** Comparisons that the claim says are all "ahead"; empty when nothing was run. */
  readonly comparisons: readonly Comparison[];
  /** Unit of the effects; default `percentage points`. */
  readonly effectUnit?: string;
}

/**
 * Judges a qualitative claim from paired comparisons, by {@link COMBINATION_RULE}.
 *
 * "At least half ahead" is asked of each pair of names (such as θ/2 over uniform, uniform over zero), because a chain
 * holds only when each link does. At large T all potentials meet the ANN, so a claim over a range of T need not be
 * significant at each.
 *
 * @param input  claim and comparisons
 * @returns the verdict with exact p-values
 * @throws RangeError for an unknown id or impossible counts
 */
export function judgeFinding(input: FindingInput): FindingVerdict {
  const { comparisons: counted, effectUnit = 'percentage points' } = input;
  const finding = typeof input.finding === 'string' ? findPublishedFinding(input.finding) : input.finding;
  const tests = counted.map((comparison) => pairedTest(comparison.wins, comparison.losses));
  const ahead = holmAdjust(tests.map((test) => test.pGreater));
  const behind = holmAdjust(tests.map((test) => test.pLess));
  const comparisons = counted.map((comparison, i) =>
    judged(comparison, tests[i]!, ahead[i]! < SIGNIFICANCE, behind[i]! < SIGNIFICANCE),
  );
  const { id, claim, source, confidence } = finding;
  const some = comparisons.length > 0;
  return {
    id,
    claim,
    source,
    confidence,
    comparisons,
    effectUnit,
    effect: some ? comparisons.reduce((sum, { effect }) => sum + effect, 0) / comparisons.length : null,
    pValue: some ? Math.min(...ahead) : null,
    rule: COMBINATION_RULE,
    outcome: combine(comparisons),
  };
}

function judged(
  comparison: Comparison,
  test: PairedTest,
  ahead: boolean,
  behind: boolean,
): FindingComparison {
  return {
    ...comparison,
    pValue: test.pGreater,
    log10PValue: test.log10PGreater,
    pOpposite: test.pLess,
    outcome: ahead ? 'ahead' : behind ? 'behind' : 'no difference shown',
  };
}

function combine(comparisons: readonly FindingComparison[]): FindingOutcome {
  if (comparisons.length === 0) return 'not run';
  if (comparisons.some((comparison) => comparison.outcome === 'behind')) return 'contradicted';
  const groups = groupByPair(comparisons);
  const shown = [...groups.values()].every(
    (group) => 2 * group.filter((comparison) => comparison.outcome === 'ahead').length >= group.length,
  );
  return shown ? 'supported' : 'not supported';
}

function groupByPair(comparisons: readonly FindingComparison[]): Map<string, FindingComparison[]> {
  const groups = new Map<string, FindingComparison[]>();
  for (const comparison of comparisons) {
    const key = JSON.stringify([comparison.first, comparison.second]);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [comparison]);
    else group.push(comparison);
  }
  return groups;
}
