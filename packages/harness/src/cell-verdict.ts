import type { Interval } from './wilson.js';

/**
 * How sure we are of what a publication says: read in the named source, following from equations that were, or only
 * remembered.
 */
export type Confidence = 'confirmed' | 'derived' | 'recalled';

/**
 * What became of one cell of a published table.
 *
 * - `agrees`: the published value lies in our 95 % interval
 * - `better`, `worse`: it lies below, above our interval
 * - `recalled value only`: the published number is not confirmed; shown beside ours, never judged
 * - `not run`: there is a published value, and we have none
 * - `no published value`: we have a value, and there is nothing to compare it with
 */
export type CellOutcome =
  'agrees' | 'better' | 'worse' | 'recalled value only' | 'not run' | 'no published value';

/** One cell: dataset × network × method × T. Accuracies are fractions in [0, 1]. */
export interface CellVerdict {
  readonly dataset: string;
  readonly network: string;
  readonly method: string;
  readonly timeSteps: number;
  /** What was published; null when nothing was. */
  readonly expected: {
    readonly accuracy: number;
    /** The ANN behind it, whose accuracy bounds it; null when unknown. */
    readonly ann: number | null;
    readonly confidence: Confidence;
    readonly source: string;
    readonly note: string | null;
  } | null;
  /** What we measured; null when it was not run. */
  readonly got: {
    readonly accuracy: number;
    readonly ann: number | null;
    readonly images: number;
    readonly seeds: number;
    readonly interval: Interval;
  } | null;
  /** got − expected; null unless both are there. */
  readonly difference: number | null;
  readonly outcome: CellOutcome;
}
