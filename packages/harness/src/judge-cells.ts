import type { CellOutcome, CellVerdict } from './cell-verdict.js';
import { findPublished } from './published-values.js';
import type { PublishedCell, PublishedQuery } from './published-values.js';

/** Our number for one cell, as a fraction. */
export type MeasuredCell = NonNullable<CellVerdict['got']> & { readonly timeSteps: number };

/**
 * Puts measured accuracies beside the published ones: one verdict for every T that either side has.
 *
 * A confirmed or derived value inside our 95 % interval *agrees*; above it we are *worse*, below it *better*. A recalled value is
 * shown and never judged. The published accuracy belongs to another ANN than ours: both ANNs stand in the verdict, and
 * the loss by conversion is what compares them fairly.
 *
 * @param query  data set, network and method, named as in the published data
 * @param measured  ours, by T; empty for a method that was not run
 * @param published  default {@link findPublished} of the query
 * @returns verdicts, T ascending
 */
export function judgeCells(
  query: PublishedQuery,
  measured: readonly MeasuredCell[],
  published: readonly PublishedCell[] = findPublished(query),
): CellVerdict[] {
  const steps = new Set([...measured, ...published].map((cell) => cell.timeSteps));
  return [...steps]
    .sort((a, b) => a - b)
    .map((timeSteps) => {
      const expected = published.find((cell) => cell.timeSteps === timeSteps);
      const got = measured.find((cell) => cell.timeSteps === timeSteps);
      return judgeCell({ ...query, timeSteps }, expected, got);
    });
}

function judgeCell(
  cell: PublishedQuery & { readonly timeSteps: number },
  published: PublishedCell | undefined,
  measured: MeasuredCell | undefined,
): CellVerdict {
  const { dataset, network, method, timeSteps } = cell;
  const expected = published === undefined ? null : expectedOf(published);
  const got = measured === undefined ? null : gotOf(measured);
  const difference = expected === null || got === null ? null : got.accuracy - expected.accuracy;
  return {
    dataset,
    network,
    method,
    timeSteps,
    expected,
    got,
    difference,
    outcome: outcomeOf(expected, got),
  };
}

function expectedOf(cell: PublishedCell): CellVerdict['expected'] {
  const { confidence, source, note } = cell;
  const ann = cell.ann === null ? null : cell.ann / 100;
  return { accuracy: cell.accuracy / 100, ann, confidence, source, note };
}

function gotOf({ accuracy, ann, images, seeds, interval }: MeasuredCell): CellVerdict['got'] {
  return { accuracy, ann, images, seeds, interval };
}

function outcomeOf(expected: CellVerdict['expected'], got: CellVerdict['got']): CellOutcome {
  if (expected === null) return 'no published value';
  if (got === null) return 'not run';
  if (expected.confidence === 'recalled') return 'recalled value only';
  if (expected.accuracy < got.interval.low) return 'better';
  return expected.accuracy > got.interval.high ? 'worse' : 'agrees';
}
