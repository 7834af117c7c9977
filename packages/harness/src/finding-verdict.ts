import type { Confidence } from './cell-verdict.js';

/**
 * - `supported`: significantly ahead somewhere, and behind nowhere
 * - `contradicted`: significantly behind somewhere
 * - `undecided`: the data show neither it nor its opposite
 * - `not run`: there was nothing to judge
 *
 * The rule with its reasons stands in `docs/judging-findings.md`.
 */
export type FindingOutcome = 'supported' | 'undecided' | 'contradicted' | 'not run';

/** One paired test inside a finding: is `first` ahead of `second`? */
export interface FindingComparison {
  /** What the finding says is ahead, such as a series' label. */
  readonly first: string;
  readonly second: string;
  /** Such as `T = 8`. */
  readonly condition: string;
  /** T; 0 where several T are taken together. */
  readonly timeSteps: number;
  /** Pairs tested: images, usually. */
  readonly pairs: number;
  /** Pairs for `first` and against it; the rest are ties and carry no information. */
  readonly wins: number;
  readonly losses: number;
  /** Mean of first − second, in `effectUnit`. */
  readonly effect: number;
  /** 95 % interval of the effect: where no difference is shown, how far behind `first` may still be. */
  readonly interval: { readonly low: number; readonly high: number };
  /** One-sided p: this many wins or more if neither were ahead. Exact. */
  readonly pValue: number;
  /** log10 of `pValue`, finite where `pValue` underflows to 0. */
  readonly log10PValue: number;
  /** One-sided p of the opposite direction. Exact. */
  readonly pOpposite: number;
  /** `pValue` and `pOpposite` adjusted for all comparisons of the finding that are judged (Holm); null when not judged. */
  readonly pAdjusted: number | null;
  readonly pOppositeAdjusted: number | null;
  /** Seeds of random potentials, over which the value of an image is the mean; absent where nothing is random. */
  readonly seeds?: readonly number[] | undefined;
  /** Why this comparison cannot be judged, decided on other images than it is made on; null when it is judged. */
  readonly notJudged: string | null;
  readonly outcome: 'ahead' | 'behind' | 'no difference shown' | 'not judged';
}

/** Who claims it: a publication, and how sure we are of what it says, or this project alone. */
export type FindingConfidence = Confidence | 'ours';

/** A qualitative claim that runs can speak for or against. */
export interface Finding {
  readonly id: string;
  readonly claim: string;
  readonly confidence: FindingConfidence;
  readonly source: string;
}

/** A qualitative claim, tested. */
export interface FindingVerdict extends Finding {
  readonly comparisons: readonly FindingComparison[];
  /** Unit of `effect`, such as `percentage points`. */
  readonly effectUnit: string;
  /** Mean effect over the comparisons that are judged; null when there are none. */
  readonly effect: number | null;
  /** Smallest Holm-adjusted one-sided p over the comparisons that are judged; null when there are none. */
  readonly pValue: number | null;
  /** The rule by which the comparisons were combined, in words. */
  readonly rule: string;
  /** What was found, in a sentence, where it is not a matter of paired tests. */
  readonly evidence?: string | undefined;
  readonly outcome: FindingOutcome;
}
