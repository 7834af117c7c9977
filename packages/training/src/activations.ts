import type * as Tensorflow from '@tensorflow/tfjs';
import type { Tensor } from '@tensorflow/tfjs';
import { attribute, executeNative, floatType, integerAttribute } from './native-operations.js';

type Tf = typeof Tensorflow;
/** A function of the input and of the bound λ, differentiable in both. */
export type BoundedActivation = (x: Tensor, bound: Tensor) => Tensor;

/**
 * Trainable clip (TCL; OPI's activation): y = min(max(x, 0), λ).
 *
 *   ∂y/∂x = 1 for 0 < x ≤ λ, else 0;   ∂y/∂λ = 1 for x > λ, else 0, summed over all elements that share λ
 *
 * At x = 0 itself ∂y/∂x is 1 on the tensorflow backend, where all elements share one λ.
 *
 * @see Ho & Chang (2021), TCL; code of Bu et al. (ICLR 2022), module TCL
 */
export function clipActivation(tf: Tf): BoundedActivation {
  const gradient = clipGradient(tf);
  const clamp = clamping(tf);
  const apply = tf.customGrad((x, bound, save) => {
    const [input, limit] = [x as Tensor, bound as Tensor];
    (save as Tensorflow.GradSaveFunc)([input, limit]);
    const gradFunc = (dy: Tensor, [z, lambda]: Tensor[]): Tensor[] => gradient(dy, z!, lambda!);
    return { value: clamp(input, limit), gradFunc };
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
    const [input, lambda] = [x as Tensor, scalarIfOne(tf, bound as Tensor)];
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
      return [tf.mul(dy, inside), reduceTo(tf, tf.mul(dy, dBound), (bound as Tensor).shape)];
    };
    return { value: tf.mul(q, lambda), gradFunc };
  });
  return (x, bound) => apply(x, bound);
}

/**
 * Rate-Norm: y = clip(x / v_th, 0, 1), a firing rate.
 *
 *   ∂y/∂x = 1/v_th for 0 < x < v_th, else 0;   ∂y/∂v_th = −y/v_th inside, 0 above and below
 *
 * @see Ding et al. (IJCAI 2021), Rate Norm Layer
 */
export function rateNormActivation(tf: Tf): BoundedActivation {
  const clip = clipActivation(tf);
  return (x, threshold) => tf.div(clip(x, threshold), threshold);
}

type ClipGradient = (dy: Tensor, x: Tensor, bound: Tensor) => [dx: Tensor, dBound: Tensor];

// dy above the bound goes to λ, dy above 0 less that to x.
function clipGradient(tf: Tf): ClipGradient {
  const plain: ClipGradient = (dy, x, bound) => {
    const above = tf.mul(dy, tf.step(tf.sub(x, bound)));
    return [tf.sub(tf.mul(dy, tf.step(x)), above), reduceTo(tf, above, bound.shape)];
  };
  if (tf.getBackend() !== 'tensorflow') return plain;
  return (dy, x, bound) => (bound.size > 1 ? plain(dy, x, bound) : fusedClipGradient(tf, dy, x, bound));
}

// The gradient of TensorFlow's fake quantisation goes to x inside [min, max] and to max above, in one kernel. Its range is
// moved so that 0 falls on a level: with the two steps of two bits in a narrow range, [0, λ] stays as it is, to the bit.
function fusedClipGradient(tf: Tf, dy: Tensor, x: Tensor, bound: Tensor): [Tensor, Tensor] {
  const operation = {
    name: 'FakeQuantWithMinMaxVarsGradient',
    attributes: [integerAttribute('num_bits', 2), attribute('narrow_range', true)],
    outputs: 3,
  };
  const inputs = [dy, x, tf.scalar(0), scalarIfOne(tf, bound)];
  const [dx, , dBound] = executeNative(tf, operation, inputs) as [Tensor, Tensor, Tensor];
  return [dx, tf.reshape(dBound, bound.shape)];
}

// min(max(x, 0), λ); on the tensorflow backend, whose kernel takes one λ only, in one pass.
function clamping(tf: Tf): (x: Tensor, bound: Tensor) => Tensor {
  const plain = (x: Tensor, bound: Tensor): Tensor => tf.minimum(tf.relu(x), scalarIfOne(tf, bound));
  if (tf.getBackend() !== 'tensorflow') return plain;
  const clipByValue = { name: 'ClipByValue', attributes: [floatType('T')], outputs: 1 };
  return (x, bound) =>
    bound.size > 1
      ? plain(x, bound)
      : executeNative(tf, clipByValue, [x, tf.scalar(0), scalarIfOne(tf, bound)])[0]!;
}

// The wasm backend compares with a scalar ten to twenty times faster than with one value in a vector.
function scalarIfOne(tf: Tf, bound: Tensor): Tensor {
  return bound.size === 1 ? tf.reshape(bound, []) : bound;
}

// Sums over all axes ([1]: one bound for the layer) or all but the last ([channels]).
function reduceTo(tf: Tf, x: Tensor, shape: readonly number[]): Tensor {
  if (shape[0] === 1) return tf.reshape(tf.sum(x), [1]);
  return tf.sum(
    x,
    Array.from({ length: x.rank - 1 }, (_, axis) => axis),
  );
}
