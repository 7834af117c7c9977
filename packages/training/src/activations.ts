import type * as Tensorflow from '@tensorflow/tfjs';
import type { Tensor } from '@tensorflow/tfjs';

type Tf = typeof Tensorflow;
/** A function of the input and of the bound λ, differentiable in both. */
export type BoundedActivation = (x: Tensor, bound: Tensor) => Tensor;

/**
 * Trainable clip (TCL; OPI's activation): y = min(max(x, 0), λ).
 *
 *   ∂y/∂x = 1 for 0 < x < λ, else 0;   ∂y/∂λ = 1 for x > λ, else 0, summed over all elements that share λ
 *
 * @see Ho & Chang (2021), TCL; code of Bu et al. (ICLR 2022), module TCL
 */
export function clipActivation(tf: Tf): BoundedActivation {
  const positivePart = gate(tf);
  const apply = tf.customGrad((x, bound, save) => {
    const [input, limit] = [x as Tensor, bound as Tensor];
    (save as Tensorflow.GradSaveFunc)([input, limit]);
    // dy above the bound goes to λ, dy above 0 less that to x.
    const gradFunc = (dy: Tensor, saved: Tensor[]): Tensor[] => {
      const [z, lambda] = saved as [Tensor, Tensor];
      const above = positivePart(dy, tf.sub(z, lambda));
      return [tf.sub(positivePart(dy, z), above), reduceTo(tf, above, lambda.shape)];
    };
    return { value: tf.minimum(tf.relu(input), limit), gradFunc };
  });
  return (x, bound) => apply(x, bound);
}

/**
 * Quantization-clip-floor-shift: y = λ · clip(⌊x L/λ + 1/2⌋ / L, 0, 1), straight through the floor.
 *
 *   ∂y/∂x = 1 for −λ/(2L) < x < λ − λ/(2L), else 0
 *   ∂y/∂λ = q − x/λ inside, 1 above, 0 below, with q the quantised value y/λ
 *
 * @see Bu et al. (ICLR 2022), Eq. 15; the gradient for λ follows their code, the printed one is wrong
 */
export function qcfsActivation(tf: Tf, levels: number): BoundedActivation {
  const apply = tf.customGrad((x, bound, save) => {
    const [input, lambda] = [x as Tensor, bound as Tensor];
    const scaled = tf.floor(tf.add(tf.mul(tf.div(input, lambda), levels), 0.5));
    const q = tf.div(tf.clipByValue(scaled, 0, levels), levels);
    (save as Tensorflow.GradSaveFunc)([input, lambda, q]);
    const gradFunc = (dy: Tensor, saved: Tensor[]): Tensor[] => {
      const [z, limit, quantised] = saved as [Tensor, Tensor, Tensor];
      const half = tf.div(limit, 2 * levels);
      const above = tf.cast(tf.greaterEqual(z, tf.sub(limit, half)), 'float32');
      const below = tf.cast(tf.lessEqual(z, tf.neg(half)), 'float32');
      const inside = tf.sub(tf.sub(1, above), below);
      const dBound = tf.add(above, tf.mul(inside, tf.sub(quantised, tf.div(z, limit))));
      return [tf.mul(dy, inside), reduceTo(tf, tf.mul(dy, dBound), limit.shape)];
    };
    return { value: tf.mul(q, lambda), gradFunc };
  });
  return (x, bound) => apply(x, bound);
}

// dy where the feature is > 0, else 0; on the tensorflow backend one kernel without a temporary.
function gate(tf: Tf): (dy: Tensor, feature: Tensor) => Tensor {
  if (tf.getBackend() !== 'tensorflow') return (dy, feature) => tf.mul(dy, tf.step(feature));
  const native = tf.backend() as unknown as NativeBackend;
  return (dy, feature) => native.executeSingleOutput('ReluGrad', FLOAT_TYPE, [dy, feature]);
}

interface NativeBackend {
  executeSingleOutput(name: string, attributes: readonly object[], inputs: Tensor[]): Tensor;
}

// T = TF_FLOAT (1) as an attribute of kind "type" (TF_ATTR_TYPE) of the TensorFlow C API.
const FLOAT_TYPE = [{ name: 'T', type: 4, value: 1 }];

// Sums over all axes ([1]: one bound for the layer) or all but the last ([channels]).
function reduceTo(tf: Tf, x: Tensor, shape: readonly number[]): Tensor {
  if (shape[0] === 1) return tf.reshape(tf.sum(x), [1]);
  return tf.sum(
    x,
    Array.from({ length: x.rank - 1 }, (_, axis) => axis),
  );
}
