import type { Tensor, Variable } from '@tensorflow/tfjs';
import type { TrainingBatch } from '@opi-snn/datasets';
import { crossEntropy } from './cross-entropy.js';
import type { MomentumDescent } from './momentum-descent.js';
import type { Recipe } from './recipe.js';
import type { TrainableNetwork } from './trainable-network.js';

/** Outcome of one step. */
export interface StepOutcome {
  /** Mean cross-entropy of the batch, before the step. */
  readonly loss: number;
  /** Images of the batch answered rightly. */
  readonly correct: number;
}

/**
 * A step of stochastic gradient descent on one batch: forward, mean cross-entropy, backward, update. Leaves no tensor
 * behind.
 */
export function createTrainingStep(
  model: TrainableNetwork,
  descent: MomentumDescent,
  recipe: Pick<Recipe, 'labelSmoothing'>,
): (
  batch: TrainingBatch,
  imageShape: readonly [number, number, number],
  learningRate: number,
) => StepOutcome {
  const { tf } = model;
  const trainable: Variable[] = [...model.variables.values()].filter((variable) => variable.trainable);
  return (batch, imageShape, learningRate) => {
    const outcome = tf.tidy(() => {
      const size = batch.labels.length;
      const images = tf.tensor4d(batch.images, [size, ...imageShape]);
      const labels = tf.tensor1d(Int32Array.from(batch.labels), 'int32');
      let logits: Tensor | undefined;
      const { value, grads } = tf.variableGrads(() => {
        const output = model.forward(images, { training: true });
        logits = tf.keep(output.clone());
        return crossEntropy(tf, output, labels, recipe.labelSmoothing);
      }, trainable);
      descent.apply(grads, learningRate);
      const right = tf.sum(tf.cast(tf.equal(tf.argMax(logits!, 1), labels), 'float32'));
      logits!.dispose();
      return tf.stack([value, right]);
    });
    const [loss, correct] = outcome.dataSync() as Float32Array;
    outcome.dispose();
    return { loss: loss!, correct: correct! };
  };
}
