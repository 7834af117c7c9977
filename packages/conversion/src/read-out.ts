/**
 * Delayed read-out: only the logits from step t₀ on are added up, so that steps before the first spikes of the last layer do
 * not count.
 *
 *   t₀(T) = max(0, min(T − 4, delay))
 */
export interface ReadOutRule {
  readonly kind: 'delayed';
}

/** Steps that are always read: the delay never takes more than T − 4. */
const LEAST_STEPS = 4;

/**
 * First step that is read after T steps, counted from 0.
 *
 * @param timeSteps T, integer ≥ 1
 * @param delay     estimated steps until the last layer fires, such as `propagationDelay` of `@opi-snn/theory`, ≥ 0
 * @returns t₀, integer in [0, T)
 * @throws RangeError if an argument is out of range
 * @see Bu et al. (CVPR 2025), delayed evaluation
 * @example
 * readOutStart(16, 7.9); // 7
 * readOutStart(8, 7.9); // 4
 */
export function readOutStart(timeSteps: number, delay: number): number {
  if (!Number.isInteger(timeSteps) || timeSteps < 1) {
    throw new RangeError(`readOutStart: timeSteps must be an integer ≥ 1, got ${timeSteps}.`);
  }
  if (!(delay >= 0)) throw new RangeError(`readOutStart: delay must be at least 0, got ${delay}.`);
  return Math.max(0, Math.min(timeSteps - LEAST_STEPS, Math.floor(delay)));
}

/** Accumulated logits of a run, as `record.logits` of `@opi-snn/simulation` gives them. */
export interface AccumulatedLogits {
  /** [images, timeSteps, classes], row-major; read only. */
  readonly logits: Float32Array;
  readonly images: number;
  readonly timeSteps: number;
}

/**
 * Predictions with delayed read-out at every T.
 *
 *   prediction(T) = arg max (Σ_{t ≤ T} logits − Σ_{t ≤ t₀(T)} logits);  the first class wins a tie
 *
 * @param run   accumulated logits
 * @param delay as in {@link readOutStart}
 * @returns [images, timeSteps]
 * @throws RangeError if the logits are not whole rows or `delay` is negative
 */
export function delayedPredictions(
  { logits, images, timeSteps }: AccumulatedLogits,
  delay: number,
): Uint16Array {
  const classes = logits.length / (images * timeSteps);
  if (!Number.isInteger(classes) || classes < 1) {
    throw new RangeError(
      `delayedPredictions: logits must hold whole rows of ${images} · ${timeSteps} steps, got ${logits.length} values.`,
    );
  }
  const predictions = new Uint16Array(images * timeSteps);
  for (let image = 0; image < images; image++) {
    for (let t = 1; t <= timeSteps; t++) {
      const start = readOutStart(t, delay);
      const now = (image * timeSteps + t - 1) * classes;
      const before = start === 0 ? undefined : (image * timeSteps + start - 1) * classes;
      predictions[image * timeSteps + t - 1] = largest(logits, classes, now, before);
    }
  }
  return predictions;
}

function largest(logits: Float32Array, classes: number, now: number, before: number | undefined): number {
  const gain = (c: number): number => logits[now + c]! - (before === undefined ? 0 : logits[before + c]!);
  let best = 0;
  for (let c = 1; c < classes; c++) if (gain(c) > gain(best)) best = c;
  return best;
}
