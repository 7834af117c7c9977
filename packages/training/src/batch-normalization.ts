import type * as Tensorflow from '@tensorflow/tfjs';
import type { Tensor, Variable } from '@tensorflow/tfjs';
import { attribute, executeNative, floatType } from './native-operations.js';

type Tf = typeof Tensorflow;

/** Share of the new batch in the running statistics of batch norm (torch's default). */
export const BATCH_NORM_MOMENTUM = 0.1;

/** Tensors of one batch norm, each [channels]. */
export interface BatchNormParameters {
  /** γ */
  readonly gamma: Tensor;
  /** β */
  readonly beta: Tensor;
  /** Running mean; updated by every training-mode call. */
  readonly mean: Variable;
  /** Running unbiased variance; updated by every training-mode call. */
  readonly variance: Variable;
}

/** Training-mode batch norm of one backend. x: [..., channels]; returns y, shaped like x. */
export type BatchNormalization = (x: Tensor, parameters: BatchNormParameters, epsilon: number) => Tensor;

/**
 * Training-mode batch norm: y = γ (x − μ) / √(σ² + ε) + β with the batch's mean μ and biased variance σ², differentiable
 * in x, γ, β. The running statistics follow: r ← (1 − m) r + m · (batch), m = {@link BATCH_NORM_MOMENTUM}, with the
 * unbiased variance of the batch, as in torch.
 *
 * On the tensorflow backend one fused kernel forward and one backward, elsewhere {@link composedBatchNormalization}.
 *
 * @see Ioffe & Szegedy (2015), Algorithm 1
 */
export function batchNormalization(tf: Tf): BatchNormalization {
  return tf.getBackend() === 'tensorflow' ? fusedBatchNormalization(tf) : composedBatchNormalization(tf);
}

/** Batch norm composed of operations that every backend has. @internal */
export function composedBatchNormalization(tf: Tf): BatchNormalization {
  const track = (running: Variable, batch: Tensor): void => {
    running.assign(tf.add(tf.mul(running, 1 - BATCH_NORM_MOMENTUM), tf.mul(batch, BATCH_NORM_MOMENTUM)));
  };
  return (x, parameters, epsilon) => {
    const { gamma, beta } = parameters;
    const axes = Array.from({ length: x.rank - 1 }, (_, axis) => axis);
    const { mean, variance } = tf.moments(x, axes);
    const size = x.size / gamma.size;
    track(parameters.mean, mean);
    track(parameters.variance, tf.mul(variance, size / Math.max(1, size - 1)));
    const scale = tf.mul(gamma, tf.rsqrt(tf.add(variance, epsilon)));
    return tf.add(tf.mul(tf.sub(x, mean), scale), beta);
  };
}

/** Batch norm by TensorFlow's fused kernels; only with the tensorflow backend. @internal */
export function fusedBatchNormalization(tf: Tf): BatchNormalization {
  return (x, { gamma, beta, mean, variance }, epsilon) => {
    const apply = tf.customGrad((...parameters) => {
      const [input, scale, offset] = parameters.slice(0, 3) as [Tensor, Tensor, Tensor];
      const save = parameters[3] as unknown as Tensorflow.GradSaveFunc;
      const outputs = executeNative(tf, forward(epsilon), [input, scale, offset, mean, variance]);
      const [value, nextMean, nextVariance, ...reserved] = outputs as [Tensor, Tensor, Tensor, ...Tensor[]];
      mean.assign(nextMean);
      variance.assign(nextVariance);
      save([input, scale, ...reserved]);
      const gradFunc = (dy: Tensor, saved: Tensor[]): Tensor[] =>
        executeNative(tf, backward(epsilon), [dy, ...saved]).slice(0, 3);
      return { value, gradFunc };
    });
    // The kernel takes images only.
    if (x.rank === 4) return apply(x, gamma, beta);
    return tf.reshape(apply(tf.reshape(x, [x.size / gamma.size, 1, 1, gamma.size]), gamma, beta), x.shape);
  };
}

const sharedAttributes = (epsilon: number): object[] => [
  floatType('T'),
  floatType('U'),
  attribute('epsilon', epsilon),
  attribute('data_format', 'NHWC'),
  attribute('is_training', true),
];

// The kernel itself moves the running statistics; what the gradient needs are three reserved outputs.
const forward = (epsilon: number): Parameters<typeof executeNative>[1] => ({
  name: 'FusedBatchNormV3',
  attributes: [...sharedAttributes(epsilon), attribute('exponential_avg_factor', BATCH_NORM_MOMENTUM)],
  outputs: 6,
});

const backward = (epsilon: number): Parameters<typeof executeNative>[1] => ({
  name: 'FusedBatchNormGradV3',
  attributes: sharedAttributes(epsilon),
  outputs: 5,
});
