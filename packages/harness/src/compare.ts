import { correctAt } from './correctness.js';
import type { FindingComparison } from './finding-verdict.js';
import type { SimulationResult } from './simulation-job.js';

/** Counts of one paired comparison, before it is judged. */
export type Comparison = Pick<
  FindingComparison,
  'first' | 'second' | 'condition' | 'timeSteps' | 'pairs' | 'wins' | 'losses' | 'effect'
>;

/** A run with the name under which it is reported. */
export interface LabelledRun {
  readonly label: string;
  readonly run: SimulationResult;
}

/** Two runs over the same images. */
export interface RunPair {
  /** The one that is claimed to be ahead. */
  readonly first: LabelledRun;
  readonly second: LabelledRun;
  /** Of the whole data set. */
  readonly labels: ArrayLike<number>;
}

/**
 * Is the first run right more often than the second? One comparison per T; a pair is an image, a win an image that
 * only the first has right. Effect in percentage points.
 *
 * @param pair  two runs over the same images
 * @param timeSteps  the T to compare at
 * @returns one comparison per T
 * @throws RangeError if the runs are over different images or a T was not simulated
 */
export function compareAccuracy(pair: RunPair, timeSteps: readonly number[]): Comparison[] {
  assertSameImages('compareAccuracy', pair);
  return timeSteps.map((t) => {
    const first = correctAt(pair.first.run, pair.labels, t);
    const second = correctAt(pair.second.run, pair.labels, t);
    return compareMeasures({
      first: { label: pair.first.label, values: first },
      second: { label: pair.second.label, values: second },
      condition: `T = ${t}`,
      timeSteps: t,
      scale: 100,
    });
  });
}

/**
 * Is the gain of the first run over the second larger at a smaller T? A pair is an image; its gain at T is 1 if only
 * the first run has it right, −1 if only the second, else 0. Effect in percentage points.
 *
 * @param pair  two runs over the same images
 * @param steps  pairs [smaller T, larger T]
 * @returns one comparison per pair of T
 * @throws RangeError if the runs are over different images or a T was not simulated
 */
export function compareGains(
  pair: RunPair,
  steps: readonly (readonly [smaller: number, larger: number])[],
): Comparison[] {
  assertSameImages('compareGains', pair);
  const gainAt = (t: number): Int8Array => {
    const second = correctAt(pair.second.run, pair.labels, t);
    return Int8Array.from(correctAt(pair.first.run, pair.labels, t), (right, i) => right - second[i]!);
  };
  const gain = `gain of ${pair.first.label} over ${pair.second.label}`;
  return steps.map(([smaller, larger]) =>
    compareMeasures({
      first: { label: `${gain} at the smaller T`, values: gainAt(smaller) },
      second: { label: `${gain} at the larger T`, values: gainAt(larger) },
      condition: `T = ${smaller} against ${larger}`,
      timeSteps: smaller,
      scale: 100,
    }),
  );
}

/** Two measurements of the same things. */
export interface MeasurePair {
  /** The one that is claimed to be larger. */
  readonly first: { readonly label: string; readonly values: ArrayLike<number> };
  readonly second: { readonly label: string; readonly values: ArrayLike<number> };
  readonly condition: string;
  readonly timeSteps: number;
  /** Factor of the effect, such as 100 for percentage points; default 1. */
  readonly scale?: number;
}

/**
 * Is the first measurement larger than the second, pair by pair (sign test)? For "smaller", exchange them.
 *
 * @param pair  values of equal length ≥ 1, in the same order (images, shards, …)
 * @returns counts of pairs where it is larger and smaller, and the mean difference
 * @throws RangeError if lengths differ or are 0
 */
export function compareMeasures(pair: MeasurePair): Comparison {
  const { first, second, condition, timeSteps, scale = 1 } = pair;
  const pairs = first.values.length;
  if (pairs !== second.values.length || pairs === 0) {
    throw new RangeError(
      `compareMeasures: first and second must have the same number of values ≥ 1, got ${pairs} and ${second.values.length}.`,
    );
  }
  let wins = 0;
  let losses = 0;
  let sum = 0;
  for (let i = 0; i < pairs; i += 1) {
    const difference = first.values[i]! - second.values[i]!;
    sum += difference;
    if (difference > 0) wins += 1;
    if (difference < 0) losses += 1;
  }
  const effect = (scale * sum) / pairs;
  return { first: first.label, second: second.label, condition, timeSteps, pairs, wins, losses, effect };
}

function assertSameImages(caller: string, { first, second }: RunPair): void {
  const [a, b] = [first.run.images, second.run.images];
  if (a.from === b.from && a.to === b.to) return;
  throw new RangeError(
    `${caller}: both runs must be over the same images, got [${a.from}, ${a.to}) and [${b.from}, ${b.to}).`,
  );
}
