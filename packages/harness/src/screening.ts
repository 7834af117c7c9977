import { philox4x32 } from '@opi-snn/theory';
import { correctAt } from './correctness.js';
import type { PredictedRun } from './correctness.js';
import type { Interval } from './wilson.js';
import { wilsonInterval } from './wilson.js';

/** Probability with which an image belongs to those that only decide what can be judged; the others judge. */
export const SCREENING_SHARE = 0.2;

/** ASCII "screening": no seed of a run is this large. */
const SCREENING_KEY: readonly [number, number] = [0x73637265, 0x656e696e];

/** Share of the ANN's accuracy above chance that a run must keep for its accuracy to be off the floor. */
export const FLOOR_SHARE = 0.1;

/** Which part of the images is wanted. */
export type ImagePart = 'screening' | 'judging';

/** A run's accuracy on the screening images, beside what guessing reaches there. */
export interface ScreenedAccuracy {
  readonly accuracy: number;
  /** Wilson 95 %. */
  readonly interval: Interval;
  /** Share of the most frequent class: what the best constant answer reaches. */
  readonly chance: number;
  /** Number of screening images. */
  readonly images: number;
}

/**
 * Whether an image only screens. Drawn once and for all from its number in the data set, like a lot with probability
 * {@link SCREENING_SHARE}: a fixed stride would pick single classes from a set that is stored in the order of its classes.
 *
 * @param image  number in the data set, integer in [0, 2³²)
 * @returns true for about one image in five
 */
export function isScreeningImage(image: number): boolean {
  return philox4x32([image, 0, 0, 0], SCREENING_KEY)[0]! < SCREENING_SHARE * 2 ** 32;
}

/**
 * One part of a list that has one entry per image of a range. The parts are disjoint, so that which comparisons are
 * judged does not depend on the images that judge them.
 *
 * @param values  one per image
 * @param from  number of the first image
 * @param part  `screening`: those of {@link isScreeningImage}; `judging`: the rest
 * @returns the values of that part, in order
 */
export function imagePart(values: ArrayLike<number>, from: number, part: ImagePart): number[] {
  return Array.from(values).filter((_, i) => isScreeningImage(from + i) === (part === 'screening'));
}

/**
 * Accuracy and chance level on the screening images.
 *
 * @param runs  predictions `[images, timeSteps]` of one or more runs over the same images; their mean counts
 * @param labels  of the whole data set
 * @param timeSteps  T
 * @returns the screened accuracy; null when the run has no screening image
 * @throws RangeError as {@link correctAt}
 */
export function screenAccuracy(
  runs: readonly PredictedRun[],
  labels: ArrayLike<number>,
  timeSteps: number,
): ScreenedAccuracy | null {
  const { from, to } = runs[0]!.images;
  const right = runs.flatMap((run) => imagePart(correctAt(run, labels, timeSteps), from, 'screening'));
  if (right.length === 0) return null;
  const correct = right.reduce((sum, value) => sum + value, 0) / runs.length;
  const seen = imagePart(
    Array.from({ length: to - from }, (_, i) => labels[from + i]!),
    from,
    'screening',
  );
  const counts = new Map<number, number>();
  for (const label of seen) counts.set(label, (counts.get(label) ?? 0) + 1);
  return {
    accuracy: correct / seen.length,
    interval: wilsonInterval(correct, seen.length),
    chance: Math.max(...counts.values()) / seen.length,
    images: seen.length,
  };
}

/**
 * Whether a run knows anything at all about the images: its accuracy is significantly above the best constant answer.
 *
 * @param screened  accuracy on the screening images
 * @returns false at chance level, or without screening images
 */
export function isAboveChance(screened: ScreenedAccuracy | null): boolean {
  return screened !== null && screened.interval.low > screened.chance;
}

/**
 * Whether an accuracy has room to fall: significantly above chance plus {@link FLOOR_SHARE} of what the ANN has above
 * chance. On the floor, a gain over this run measures only how far the other one has risen from the floor.
 *
 * @param screened  accuracy on the screening images
 * @param ann  the ANN's on the same images
 * @returns false on the floor, or without screening images
 */
export function isOffTheFloor(screened: ScreenedAccuracy | null, ann: ScreenedAccuracy | null): boolean {
  if (screened === null || ann === null) return false;
  return screened.interval.low > screened.chance + FLOOR_SHARE * Math.max(0, ann.accuracy - ann.chance);
}

/**
 * A screened accuracy in words, for the reason why something is not judged.
 *
 * @param label  of the run
 * @param screened  accuracy on the screening images
 * @returns such as `θ/2 10.5 % (95 %: 7.0 to 15.5)`
 * @internal
 */
export function describeScreened(label: string, screened: ScreenedAccuracy | null): string {
  if (screened === null) return `${label} has no screening image`;
  const { accuracy, interval } = screened;
  return `${label} ${percent(accuracy)} % (95 %: ${percent(interval.low)} to ${percent(interval.high)})`;
}

/**
 * @param fraction  in [0, 1]
 * @returns percent with one decimal
 * @internal
 */
export function percent(fraction: number): string {
  return (100 * fraction).toFixed(1);
}
