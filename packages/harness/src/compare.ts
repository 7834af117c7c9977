import { correctAt } from './correctness.js';
import type { PredictedRun } from './correctness.js';
import type { FindingComparison } from './finding-verdict.js';
import { pairedEffect } from './paired-effect.js';
import {
  describeScreened,
  FLOOR_SHARE,
  imagePart,
  isAboveChance,
  isOffTheFloor,
  percent,
  screenAccuracy,
} from './screening.js';
import type { ScreenedAccuracy } from './screening.js';
import type { EvaluationResult, SimulationResult } from './simulation-job.js';

/** Counts of one paired comparison, before it is judged. */
export type Comparison = Pick<
  FindingComparison,
  | 'first'
  | 'second'
  | 'condition'
  | 'timeSteps'
  | 'pairs'
  | 'wins'
  | 'losses'
  | 'effect'
  | 'interval'
  | 'notJudged'
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
 * Where neither run is above chance ({@link isAboveChance}) there is nothing to rank, and the comparison is marked as not
 * to be judged. That is decided on the screening images, the comparison is made on the others.
 *
 * @param pair  two runs over the same images
 * @param timeSteps  the T to compare at
 * @returns one comparison per T
 * @throws RangeError if the runs are over different images or a T was not simulated
 */
export function compareAccuracy(pair: RunPair, timeSteps: readonly number[]): Comparison[] {
  assertSameImages('compareAccuracy', pair.first.run, pair.second.run);
  const { first, second, labels } = pair;
  return timeSteps.map((t) => ({
    first: first.label,
    second: second.label,
    condition: `T = ${t}`,
    timeSteps: t,
    ...inPercentagePoints(judgingAnswers(first.run, labels, t), judgingAnswers(second.run, labels, t)),
    notJudged: bothAtChance(pair, t),
  }));
}

/** Two runs and the ANN over the same images. */
export interface GainPair extends RunPair {
  readonly ann: EvaluationResult;
}

/**
 * Is the gain of the first run over the second larger at a smaller T? A pair is an image; its gain at T is 1 if only
 * the first run has it right, −1 if only the second, else 0. Effect in percentage points.
 *
 * A gain over a run that is on the floor ({@link isOffTheFloor}) cannot be read: that run cannot get worse, whatever
 * happens to the potential's worth. Such a comparison is marked as not to be judged, by the screening images.
 *
 * @param pair  two runs and the ANN over the same images
 * @param steps  pairs [smaller T, larger T]
 * @returns one comparison per pair of T
 * @throws RangeError if the runs are over different images or a T was not simulated
 */
export function compareGains(
  pair: GainPair,
  steps: readonly (readonly [smaller: number, larger: number])[],
): Comparison[] {
  const { first, second, labels } = pair;
  assertSameImages('compareGains', first.run, second.run);
  assertSameImages('compareGains', first.run, pair.ann);
  const gainAt = (t: number): number[] => {
    const without = judgingAnswers(second.run, labels, t);
    return judgingAnswers(first.run, labels, t).map((right, i) => right - without[i]!);
  };
  const gain = `gain of ${first.label} over ${second.label}`;
  return steps.map(([smaller, larger]) => ({
    first: `${gain} at the smaller T`,
    second: `${gain} at the larger T`,
    condition: `T = ${smaller} against ${larger}`,
    timeSteps: smaller,
    ...inPercentagePoints(gainAt(smaller), gainAt(larger)),
    notJudged: onTheFloor(pair, [smaller, larger]),
  }));
}

/** @internal */
export function judgingAnswers(run: PredictedRun, labels: ArrayLike<number>, t: number): number[] {
  return imagePart(correctAt(run, labels, t), run.images.from, 'judging');
}

type Counts = Pick<Comparison, 'pairs' | 'wins' | 'losses' | 'effect' | 'interval'>;

/**
 * With a single image, which is a screening image, there is no pair: nothing is known.
 *
 * @internal
 */
export function inPercentagePoints(first: readonly number[], second: readonly number[]): Counts {
  if (first.length === 0)
    return { pairs: 0, wins: 0, losses: 0, effect: 0, interval: { low: -100, high: 100 } };
  const { effect, interval, ...counts } = pairedEffect(first, second);
  return {
    ...counts,
    effect: 100 * effect,
    interval: { low: 100 * interval.low, high: 100 * interval.high },
  };
}

/**
 * Why two runs cannot be ranked at T, or null.
 *
 * @internal
 */
export function bothAtChance({ first, second, labels }: RunPair, t: number): string | null {
  const screened = [first, second].map(({ label, run }) => ({
    label,
    found: screenAccuracy(run, labels, t),
  }));
  if (screened.some(({ found }) => isAboveChance(found))) return null;
  const runs = screened.map(({ label, found }) => describeScreened(label, found)).join(', ');
  return `both are at chance level: ${runs}; ${chanceOf(screened[0]!.found)}`;
}

function onTheFloor({ second, labels, ann }: GainPair, steps: readonly number[]): string | null {
  const reference = screenAccuracy({ ...ann, timeSteps: 1 }, labels, 1);
  const screened = steps.map((t) => ({ t, found: screenAccuracy(second.run, labels, t) }));
  const floored = screened.filter(({ found }) => !isOffTheFloor(found, reference));
  if (floored.length === 0) return null;
  const runs = floored.map(({ t, found }) => `T = ${t}: ${describeScreened(second.label, found)}`).join(', ');
  return `on the floor (less than ${percent(FLOOR_SHARE)} % of what the ANN has above chance): ${runs}; ${chanceOf(reference)}`;
}

function chanceOf(screened: ScreenedAccuracy | null): string {
  if (screened === null) return 'no screening image';
  return `the most frequent class is ${percent(screened.chance)} % of ${screened.images} screening images`;
}

interface ImageSet {
  readonly images: SimulationResult['images'];
}

/**
 * Throws unless two runs are over the same images.
 *
 * @param caller  function named in the message
 * @param first  a run
 * @param second  another
 * @throws RangeError
 * @internal
 */
export function assertSameImages(caller: string, first: ImageSet, second: ImageSet): void {
  const [a, b] = [first.images, second.images];
  if (a.from === b.from && a.to === b.to) return;
  throw new RangeError(
    `${caller}: both runs must be over the same images, got [${a.from}, ${a.to}) and [${b.from}, ${b.to}).`,
  );
}
