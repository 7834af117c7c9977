import type { SimulationResult } from './simulation-job.js';

/** The part of a run that says what was predicted. */
export type PredictedRun = Pick<SimulationResult, 'images' | 'timeSteps' | 'predictions'>;

/**
 * Which images of a run are right after T steps.
 *
 * @param run  predictions `[images, timeSteps]`
 * @param labels  of the whole data set, indexed by image number; read only
 * @param timeSteps  T, 1 ≤ T ≤ the run's time-steps
 * @returns 1 for right, 0 for wrong, one per image of the run
 * @throws RangeError if T was not simulated or labels do not reach the run's last image
 */
export function correctAt(run: PredictedRun, labels: ArrayLike<number>, timeSteps: number): Uint8Array {
  if (!Number.isInteger(timeSteps) || timeSteps < 1 || timeSteps > run.timeSteps) {
    throw new RangeError(
      `correctAt: timeSteps must be an integer in [1, ${run.timeSteps}], got ${timeSteps}.`,
    );
  }
  const { from, to } = run.images;
  if (labels.length < to) {
    throw new RangeError(`correctAt: labels must cover image ${to - 1}, got ${labels.length} labels.`);
  }
  return Uint8Array.from({ length: to - from }, (_, i) =>
    run.predictions[i * run.timeSteps + timeSteps - 1] === labels[from + i] ? 1 : 0,
  );
}

/**
 * Number of right answers after T steps.
 *
 * @param run  predictions `[images, timeSteps]`
 * @param labels  of the whole data set
 * @param timeSteps  T
 * @returns an integer in [0, images]
 * @throws as {@link correctAt}
 */
export function countCorrect(run: PredictedRun, labels: ArrayLike<number>, timeSteps: number): number {
  return correctAt(run, labels, timeSteps).reduce((sum, right) => sum + right, 0);
}
