import { correctAt } from './correctness.js';
import type { FindingComparison } from './finding-verdict.js';
import { pairedEffect } from './paired-effect.js';
import type { PairedTest } from './paired-test.js';
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
import { signFlipTest } from './sign-flip-test.js';
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
  | 'seeds'
  | 'notJudged'
> & {
  /** Default: the exact test of wins and losses, `pairedTest`. */
  readonly test?: PairedTest;
};

/** The runs of a series, with the name under which it is reported. */
export interface LabelledRuns {
  readonly label: string;
  /** One for each seed, at least one, all over the same images. */
  readonly runs: readonly SimulationResult[];
  /** Of `runs`, in their order; empty where nothing is random. */
  readonly seeds: readonly number[];
}

/** Two series over the same images. */
export interface RunPair {
  /** The one that is claimed to be ahead. */
  readonly first: LabelledRuns;
  readonly second: LabelledRuns;
  /** Of the whole data set. */
  readonly labels: ArrayLike<number>;
}

/**
 * Is the first series right more often than the second? One comparison per T; a pair is an image, a win an image that
 * the first has right under a larger share of its seeds (of single runs: that only the first has right). The test is
 * {@link signFlipTest}. Effect in percentage points.
 *
 * Where neither run is above chance ({@link isAboveChance}) there is nothing to rank, and the comparison is marked as not
 * to be judged. That is decided on the screening images, the comparison is made on the others.
 *
 * @param pair  two series over the same images
 * @param timeSteps  the T to compare at
 * @returns one comparison per T
 * @throws RangeError if the runs are over different images or a T was not simulated
 */
export function compareAccuracy(pair: RunPair, timeSteps: readonly number[]): Comparison[] {
  assertSameImages('compareAccuracy', [...pair.first.runs, ...pair.second.runs]);
  const { first, second, labels } = pair;
  return timeSteps.map((t) => ({
    first: first.label,
    second: second.label,
    condition: `T = ${t}`,
    timeSteps: t,
    ...compareShares(rightAnswers(first, labels, t), rightAnswers(second, labels, t)),
    ...seedsOf(first, second),
    notJudged: bothAtChance(pair, t),
  }));
}

/** Two series and the ANN over the same images. */
export interface GainPair extends RunPair {
  readonly ann: EvaluationResult;
}

/**
 * Is the gain of the first series over the second larger at a smaller T? A pair is an image; its gain at T is the share of
 * seeds under which the first has it right less that of the second (of single runs 1, 0 or −1). The test is
 * {@link signFlipTest}. Effect in percentage points.
 *
 * A gain over a run that is on the floor ({@link isOffTheFloor}) cannot be read: that run cannot get worse, whatever
 * happens to the potential's worth. Such a comparison is marked as not to be judged, by the screening images.
 *
 * @param pair  two series and the ANN over the same images
 * @param steps  pairs [smaller T, larger T]
 * @returns one comparison per pair of T
 * @throws RangeError if the runs are over different images or a T was not simulated
 */
export function compareGains(
  pair: GainPair,
  steps: readonly (readonly [smaller: number, larger: number])[],
): Comparison[] {
  const { first, second, labels } = pair;
  assertSameImages('compareGains', [...first.runs, ...second.runs, pair.ann]);
  const gainAt = (t: number): Shares => {
    const [a, b] = [rightAnswers(first, labels, t), rightAnswers(second, labels, t)];
    return { counts: differencesOf(a, b), of: a.of * b.of };
  };
  const gain = `gain of ${first.label} over ${second.label}`;
  return steps.map(([smaller, larger]) => ({
    first: `${gain} at the smaller T`,
    second: `${gain} at the larger T`,
    condition: `T = ${smaller} against ${larger}`,
    timeSteps: smaller,
    ...compareShares(gainAt(smaller), gainAt(larger)),
    ...seedsOf(first, second),
    notJudged: onTheFloor(pair, [smaller, larger]),
  }));
}

/**
 * One fraction per image, count / of: whole numbers, so that nothing is rounded before it is compared.
 *
 * @internal
 */
export interface Shares {
  readonly counts: readonly number[];
  readonly of: number;
}

/**
 * Under how many of its seeds a series has each judging image right after t steps.
 *
 * @internal
 */
export function rightAnswers({ runs }: LabelledRuns, labels: ArrayLike<number>, t: number): Shares {
  const answers = runs.map((run) => imagePart(correctAt(run, labels, t), run.images.from, 'judging'));
  const counts = answers[0]!.map((_, i) => answers.reduce((sum, right) => sum + right[i]!, 0));
  return { counts, of: runs.length };
}

/**
 * The seeds that a comparison is about.
 *
 * @returns nothing where nothing is random
 * @internal
 */
export function seedsOf(...series: readonly LabelledRuns[]): Pick<Comparison, 'seeds'> {
  const seeds = [...new Set(series.flatMap((one) => one.seeds))];
  return seeds.length === 0 ? {} : { seeds };
}

/** a/A − b/B in units of 1/(A·B). */
function differencesOf(first: Shares, second: Shares): number[] {
  return first.counts.map((count, i) => count * second.of - second.counts[i]! * first.of);
}

type Counts = Pick<Comparison, 'pairs' | 'wins' | 'losses' | 'effect' | 'interval' | 'test'>;

/**
 * Counts, effect in percentage points, and test. With a single image, which is a screening image, there is no pair:
 * nothing is known.
 *
 * @internal
 */
export function compareShares(first: Shares, second: Shares): Counts {
  if (first.counts.length === 0)
    return { pairs: 0, wins: 0, losses: 0, effect: 0, interval: { low: -100, high: 100 } };
  const fractions = ({ counts, of }: Shares): number[] => counts.map((count) => count / of);
  const differences = differencesOf(first, second);
  const { effect, interval, pairs } = pairedEffect(fractions(first), fractions(second));
  return {
    pairs,
    wins: differences.filter((difference) => difference > 0).length,
    losses: differences.filter((difference) => difference < 0).length,
    effect: 100 * effect,
    interval: { low: 100 * interval.low, high: 100 * interval.high },
    test: signFlipTest(differences),
  };
}

/**
 * Why two runs cannot be ranked at T, or null.
 *
 * @internal
 */
export function bothAtChance({ first, second, labels }: RunPair, t: number): string | null {
  const screened = [first, second].map(({ label, runs }) => ({
    label,
    found: screenAccuracy(runs, labels, t),
  }));
  if (screened.some(({ found }) => isAboveChance(found))) return null;
  const runs = screened.map(({ label, found }) => describeScreened(label, found)).join(', ');
  return `both are at chance level: ${runs}; ${chanceOf(screened[0]!.found)}`;
}

function onTheFloor({ second, labels, ann }: GainPair, steps: readonly number[]): string | null {
  const reference = screenAccuracy([{ ...ann, timeSteps: 1 }], labels, 1);
  const screened = steps.map((t) => ({ t, found: screenAccuracy(second.runs, labels, t) }));
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
 * Throws unless all runs are over the same images.
 *
 * @param caller  function named in the message
 * @param runs  at least one
 * @throws RangeError
 * @internal
 */
export function assertSameImages(caller: string, runs: readonly ImageSet[]): void {
  const [a] = runs.map(({ images }) => images);
  const b = runs.find(({ images }) => images.from !== a!.from || images.to !== a!.to)?.images;
  if (b === undefined) return;
  throw new RangeError(
    `${caller}: both runs must be over the same images, got [${a!.from}, ${a!.to}) and [${b.from}, ${b.to}).`,
  );
}
