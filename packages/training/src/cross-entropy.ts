import type * as Tensorflow from '@tensorflow/tfjs';
import type { Tensor } from '@tensorflow/tfjs';

/**
 * Mean cross-entropy with label smoothing:
 *
 *   −mean over the batch of Σ_k t_k · log softmax(logits)_k,    t = (1 − s) · one-hot + s / classes
 *
 * @param logits [batch, classes]
 * @param labels [batch], int32, each in [0, classes)
 * @param smoothing s in [0, 1)
 * @see Szegedy et al. (2016), section 7
 * @internal
 */
export function crossEntropy(
  tf: typeof Tensorflow,
  logits: Tensor,
  labels: Tensor,
  smoothing: number,
): Tensorflow.Scalar {
  const classes = logits.shape[logits.rank - 1]!;
  const spread = smoothing / classes;
  const target = tf.oneHot(tf.cast(labels, 'int32'), classes, 1 - smoothing + spread, spread);
  return tf.neg(tf.mean(tf.sum(tf.mul(target, tf.logSoftmax(logits)), 1)));
}
