import type { Confidence } from './cell-verdict.js';

/**
 * - `supported`: the data show it
 * - `not supported`: the data show neither it nor its opposite
 * - `contradicted`: the data show the opposite
 * - `not run`: there was nothing to judge
 */
export type FindingOutcome = 'supported' | 'not supported' | 'contradicted' | 'not run';

/** One paired test inside a finding: is `first` ahead of `second`? */
export interface FindingComparison {
  /** What the finding says is ahead, such as a series' label. */
  readonly first: string;
  readonly second: string;
  /** Such as `T = 8`. */
  readonly condition: string;
  readonly timeSteps: number;
  /** Pairs tested: images, usually. */
  readonly pairs: number;
  /** Pairs for `first` and against it; the rest are ties and carry no information. */
  readonly wins: number;
  readonly losses: number;
  /** Mean of first − second, in `effectUnit`. */
  readonly effect: number;
  /** One-sided p: this many wins or more if neither were ahead. Exact. */
  readonly pValue: number;
  /** log10 of `pValue`, finite where `pValue` underflows to 0. */
  readonly log10PValue: number;
  /** One-sided p of the opposite direction. Exact. */
  readonly pOpposite: number;
  readonly outcome: 'ahead' | 'behind' | 'no difference shown';
}

/** A qualitative claim of the paper, tested. */
export interface FindingVerdict {
  readonly id: string;
  readonly claim: string;
  readonly source: string;
  readonly confidence: Confidence;
  readonly comparisons: readonly FindingComparison[];
  /** Unit of `effect`, such as `percentage points`. */
  readonly effectUnit: string;
  /** Mean effect over the comparisons; null when there are none. */
  readonly effect: number | null;
  /** Smallest Holm-adjusted one-sided p over the comparisons; null when there are none. */
  readonly pValue: number | null;
  /** The rule by which the comparisons were combined, in words. */
  readonly rule: string;
  readonly outcome: FindingOutcome;
}
