import type * as Tensorflow from '@tensorflow/tfjs';
import type { Tensor } from '@tensorflow/tfjs';

type Tf = typeof Tensorflow;

/** Receives the batch's mean and unbiased variance, each [channels]; they are only valid inside the call. */
export type StatisticsListener = (mean: Tensor, variance: Tensor) => void;

/** Training-mode batch norm of one backend. x: [..., channels]; γ, β: [channels]; returns y, shaped like x. */
export type BatchNormalization = (
  x: Tensor,
  gamma: Tensor,
  beta: Tensor,
  epsilon: number,
  listener: StatisticsListener,
) => Tensor;

/**
 * Training-mode batch norm: y = γ (x − μ) / √(σ² + ε) + β with the batch's mean μ and biased variance σ².
 * On the tensorflow backend one fused kernel forward and one backward, elsewhere composed of tfjs operations
 * (memory-bound). Both are differentiable in x, γ, β; μ and σ² are not.
 *
 * @see Ioffe & Szegedy (2015), Algorithm 1
 */
export function batchNormalization(tf: Tf): BatchNormalization {
  return tf.getBackend() === 'tensorflow' ? fused(tf) : composed(tf);
}

function composed(tf: Tf): BatchNormalization {
  return (x, gamma, beta, epsilon, listener) => {
    const axes = Array.from({ length: x.rank - 1 }, (_, axis) => axis);
    const { mean, variance } = tf.moments(x, axes);
    const size = x.size / gamma.size;
    listener(mean, tf.mul(variance, size / Math.max(1, size - 1)));
    const scale = tf.mul(gamma, tf.rsqrt(tf.add(variance, epsilon)));
    return tf.add(tf.mul(tf.sub(x, mean), scale), beta);
  };
}

interface NativeBackend {
  executeMultipleOutputs(name: string, attributes: object[], inputs: Tensor[], outputs: number): Tensor[];
}

// TF_DataType and TF_AttrType values of the C API that tfjs-node's binding takes.
const FLOAT = 1;
const ATTRIBUTE = { string: 0, float: 2, boolean: 3, type: 4 } as const;

const gradientAttributes = (epsilon: number): object[] => [
  { name: 'T', type: ATTRIBUTE.type, value: FLOAT },
  { name: 'U', type: ATTRIBUTE.type, value: FLOAT },
  { name: 'epsilon', type: ATTRIBUTE.float, value: epsilon },
  { name: 'data_format', type: ATTRIBUTE.string, value: 'NHWC' },
  { name: 'is_training', type: ATTRIBUTE.boolean, value: true },
];

const forwardAttributes = (epsilon: number): object[] => [
  ...gradientAttributes(epsilon),
  { name: 'exponential_avg_factor', type: ATTRIBUTE.float, value: 1 },
];

// The kernels' variance is the unbiased one; they keep what the gradient needs in three reserved outputs.
function fused(tf: Tf): BatchNormalization {
  const execute = (name: string, attributes: object[], inputs: Tensor[], outputs: number): Tensor[] =>
    (tf.backend() as unknown as NativeBackend).executeMultipleOutputs(name, attributes, inputs, outputs);
  return (x, gamma, beta, epsilon, listener) => {
    const apply = tf.customGrad((...parameters) => {
      const [input, scale, offset] = parameters.slice(0, 3) as [Tensor, Tensor, Tensor];
      const save = parameters[3] as unknown as Tensorflow.GradSaveFunc;
      const none = tf.tensor1d([], 'float32');
      const outputs = execute(
        'FusedBatchNormV3',
        forwardAttributes(epsilon),
        [input, scale, offset, none, none],
        6,
      );
      const [value, mean, variance, ...reserved] = outputs as [Tensor, Tensor, Tensor, ...Tensor[]];
      listener(mean, variance);
      save([input, scale, ...reserved]);
      const gradFunc = (dy: Tensor, saved: Tensor[]): Tensor[] =>
        execute('FusedBatchNormGradV3', gradientAttributes(epsilon), [dy, ...saved], 5).slice(0, 3);
      return { value, gradFunc };
    });
    // The kernel takes images only.
    const images = x.rank === 4 ? x : tf.reshape(x, [x.size / gamma.size, 1, 1, gamma.size]);
    return tf.reshape(apply(images, gamma, beta), x.shape);
  };
}
