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
  // Smoothed afterwards: oneHot of fractions gives whole numbers on some backends and broken bits on others.
  const oneHot = tf.cast(tf.oneHot(tf.cast(labels, 'int32'), classes), 'float32');
  const target = tf.add(tf.mul(oneHot, 1 - smoothing), smoothing / classes);
  return tf.neg(tf.mean(tf.sum(tf.mul(target, tf.logSoftmax(logits)), 1)));
}
