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
 * On the tensorflow backend one fused kernel forward and one backward, elsewhere {@link leanBatchNormalization}.
 *
 * @see Ioffe & Szegedy (2015), Algorithm 1
 */
export function batchNormalization(tf: Tf): BatchNormalization {
  return tf.getBackend() === 'tensorflow' ? fusedBatchNormalization(tf) : leanBatchNormalization(tf);
}

/** Batch norm in plain operations, differentiated by TensorFlow.js: the reference of the others. @internal */
export function composedBatchNormalization(tf: Tf): BatchNormalization {
  return (x, parameters, epsilon) => {
    const { gamma, beta } = parameters;
    const { mean, variance } = tf.moments(x, allButLast(x));
    track(tf, parameters, { mean, variance, size: x.size / gamma.size });
    const scale = tf.mul(gamma, tf.rsqrt(tf.add(variance, epsilon)));
    return tf.add(tf.mul(tf.sub(x, mean), scale), beta);
  };
}

/**
 * Batch norm in plain operations with its gradient written out, which takes about half the passes over x:
 *
 *   ∂x = γ r (∂y − mean(∂y) − (x − μ) r² mean(∂y (x − μ))),   r = 1 / √(σ² + ε)
 *   ∂γ = r Σ ∂y (x − μ),   ∂β = Σ ∂y
 *
 * @see Ioffe & Szegedy (2015), section 3
 * @internal
 */
export function leanBatchNormalization(tf: Tf): BatchNormalization {
  return (x, running, epsilon) => {
    const axes = allButLast(x);
    const size = x.size / running.gamma.size;
    const apply = tf.customGrad((...parameters) => {
      const [input, gamma, beta] = parameters.slice(0, 3) as [Tensor, Tensor, Tensor];
      const save = parameters[3] as unknown as Tensorflow.GradSaveFunc;
      const mean = tf.mean(input, axes);
      const centred = tf.sub(input, mean);
      const variance = tf.mean(tf.mul(centred, centred), axes);
      track(tf, running, { mean, variance, size });
      const inverse = tf.rsqrt(tf.add(variance, epsilon));
      const scale = tf.mul(gamma, inverse);
      save([centred, inverse, scale]);
      const gradFunc = (dy: Tensor, saved: Tensor[]): Tensor[] => {
        const [xc, r, s] = saved as [Tensor, Tensor, Tensor];
        const dBeta = tf.sum(dy, axes);
        const product = tf.sum(tf.mul(dy, xc), axes);
        const slope = tf.mul(tf.mul(s, tf.square(r)), tf.div(product, size));
        const offset = tf.mul(s, tf.div(dBeta, size));
        const dx = tf.sub(tf.sub(tf.mul(dy, s), tf.mul(xc, slope)), offset);
        return [dx, tf.mul(product, r), dBeta];
      };
      return { value: tf.add(tf.mul(centred, scale), beta), gradFunc };
    });
    return apply(x, running.gamma, running.beta);
  };
}

function allButLast(x: Tensor): number[] {
  return Array.from({ length: x.rank - 1 }, (_, axis) => axis);
}

function track(
  tf: Tf,
  running: BatchNormParameters,
  batch: { readonly mean: Tensor; readonly variance: Tensor; readonly size: number },
): void {
  const unbiased = tf.mul(batch.variance, batch.size / Math.max(1, batch.size - 1));
  for (const [statistic, value] of [
    [running.mean, batch.mean],
    [running.variance, unbiased],
  ] as const) {
    statistic.assign(tf.add(tf.mul(statistic, 1 - BATCH_NORM_MOMENTUM), tf.mul(value, BATCH_NORM_MOMENTUM)));
  }
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
