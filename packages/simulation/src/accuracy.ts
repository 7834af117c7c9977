import type { Predictions } from './prediction-hash.js';

/**
 * Number of images classified correctly after each step.
 *
 * @param labels of the whole data set, by image index
 * @returns [timeSteps], integers in [0, images]; index t holds step t + 1
 * @throws RangeError if an image has no label or the arrays do not fit together
 */
export function correctAt(
  { indices, timeSteps, predictions }: Predictions,
  labels: ArrayLike<number>,
): Uint32Array {
  if (predictions.length !== indices.length * timeSteps) {
    throw new RangeError(
      `correctAt: predictions must hold ${indices.length} · ${timeSteps} values, got ${predictions.length}.`,
    );
  }
  const correct = new Uint32Array(timeSteps);
  for (let row = 0; row < indices.length; row++) {
    const label = labels[indices[row]!];
    if (label === undefined) {
      throw new RangeError(
        `correctAt: labels must hold image ${indices[row]!}, got ${labels.length} labels.`,
      );
    }
    for (let t = 0; t < timeSteps; t++) if (predictions[row * timeSteps + t] === label) correct[t]! += 1;
  }
  return correct;
}

/**
 * Share of images classified correctly after each step.
 *
 * @param labels of the whole data set, by image index
 * @returns [timeSteps], in [0, 1]; index t holds step t + 1
 * @throws RangeError as {@link correctAt}
 * @example
 * accuracyAt({ indices: [0, 1], timeSteps: 2, predictions: Uint16Array.of(3, 3, 0, 5) }, [3, 5]); // [0.5, 1]
 */
export function accuracyAt(predictions: Predictions, labels: ArrayLike<number>): Float64Array {
  return Float64Array.from(correctAt(predictions, labels), (correct) => correct / predictions.indices.length);
}
