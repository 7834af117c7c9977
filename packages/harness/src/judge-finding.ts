import type { Comparison } from './compare.js';
import type { Finding, FindingComparison, FindingOutcome, FindingVerdict } from './finding-verdict.js';
import { holmAdjust, pairedTest } from './paired-test.js';
import { findPublishedFinding } from './published-values.js';

/** Chance of any false alarm within one finding. */
export const SIGNIFICANCE = 0.05;

/** How the comparisons of a finding are combined, in words; the report prints it. */
export const COMBINATION_RULE: string =
  'Exact paired test over images for each comparison (of random potentials an image’s mean over the seeds), one-sided in ' +
  'both directions, Holm-adjusted over the ' +
  'comparisons of the finding at 5 %. Contradicted if any comparison is significantly behind; supported if none is ' +
  'behind and each pair compared is significantly ahead at least once; else undecided. Comparisons at chance level are ' +
  'not judged; one image in five, drawn by its number, decides which those are and takes no part in the tests of accuracy.';

/** What to judge. */
export interface FindingInput {
  /** The claim, or its id in the published values. */
  readonly finding: string | Finding;
  /** Comparisons that the claim says are never "behind"; empty when nothing was run. */
  readonly comparisons: readonly Comparison[];
  /** Unit of the effects; default `percentage points`. */
  readonly effectUnit?: string;
}

/**
 * Judges a qualitative claim of the form "the first is never behind" from paired comparisons, by
 * {@link COMBINATION_RULE}; `docs/judging-findings.md` gives the reasons.
 *
 * Curves that have met show no difference at their meeting point; that speaks neither for the claim nor against it.
 * "Ahead at least once" is asked of each pair of names (such as θ/2 over uniform, uniform over zero), because a chain
 * holds only when each link does.
 *
 * @param input  claim and comparisons
 * @returns the verdict with exact p-values
 * @throws RangeError for an unknown id or impossible counts
 */
export function judgeFinding(input: FindingInput): FindingVerdict {
  const { effectUnit = 'percentage points' } = input;
  const finding = typeof input.finding === 'string' ? findPublishedFinding(input.finding) : input.finding;
  const comparisons = judgeComparisons(input.comparisons);
  const judged = comparisons.filter((comparison) => comparison.notJudged === null);
  const some = judged.length > 0;
  const { id, claim, source, confidence } = finding;
  return {
    id,
    claim,
    source,
    confidence,
    comparisons,
    effectUnit,
    effect: some ? judged.reduce((sum, { effect }) => sum + effect, 0) / judged.length : null,
    pValue: some ? Math.min(...judged.map(({ pAdjusted }) => pAdjusted!)) : null,
    rule: COMBINATION_RULE,
    outcome: combine(comparisons),
  };
}

function judgeComparisons(counted: readonly Comparison[]): FindingComparison[] {
  const tests = counted.map(({ wins, losses, test }) => test ?? pairedTest(wins, losses));
  const judged = counted.flatMap(({ notJudged }, i) => (notJudged === null ? [i] : []));
  const ahead = holmAdjust(judged.map((i) => tests[i]!.pGreater));
  const behind = holmAdjust(judged.map((i) => tests[i]!.pLess));
  return counted.map(({ test: _, ...comparison }, i): FindingComparison => {
    const { pGreater, pLess, log10PGreater } = tests[i]!;
    const at = judged.indexOf(i);
    const [pAdjusted, pOppositeAdjusted] = [ahead[at] ?? null, behind[at] ?? null];
    return {
      ...comparison,
      pValue: pGreater,
      log10PValue: log10PGreater,
      pOpposite: pLess,
      pAdjusted,
      pOppositeAdjusted,
      outcome: outcomeOf(comparison.effect, pAdjusted, pOppositeAdjusted),
    };
  });
}

/** A sign test counts pairs, the effect weighs them; where the two point in different directions, nothing is shown. */
function outcomeOf(
  effect: number,
  ahead: number | null,
  behind: number | null,
): FindingComparison['outcome'] {
  if (ahead === null || behind === null) return 'not judged';
  if (ahead < SIGNIFICANCE && effect > 0) return 'ahead';
  return behind < SIGNIFICANCE && effect < 0 ? 'behind' : 'no difference shown';
}

function combine(comparisons: readonly FindingComparison[]): FindingOutcome {
  if (comparisons.length === 0) return 'not run';
  if (comparisons.some(({ outcome }) => outcome === 'behind')) return 'contradicted';
  const pairs = new Set(comparisons.map(nameOfPair));
  const shown = new Set(comparisons.filter(({ outcome }) => outcome === 'ahead').map(nameOfPair));
  return shown.size === pairs.size ? 'supported' : 'undecided';
}

function nameOfPair({ first, second }: FindingComparison): string {
  return JSON.stringify([first, second]);
}
