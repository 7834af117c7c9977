import { expectClose } from '@opi-snn/test-utils';
import { CounterRandom } from '@opi-snn/theory';
import type { Tensor } from '@tensorflow/tfjs';
import type { SelectedBackend } from '../src/backend.js';

/** Arguments as plain numbers, one array each. */
export type Arguments = readonly Float32Array[];

/** What is checked: a function of tensors, and the shapes of its arguments. */
export interface GradientCheck {
  readonly of: (...inputs: Tensor[]) => Tensor;
  readonly shapes: readonly (readonly number[])[];
  readonly at: Arguments;
  /** Length of the step along the direction, whose elements are ±1; default 1e-2. */
  readonly step?: number;
  /**
   * What the central difference is taken of, in float64, where `of` itself has no useful one (a staircase whose gradient
   * is defined to pass straight through). Default: `of` on the backend.
   */
  readonly surrogate?: (inputs: readonly Float64Array[]) => Float64Array;
}

/** Values in [low, high), the same for the same seed. */
export function drawn(length: number, seed: number, low = -1, high = 1): Float32Array {
  const random = new CounterRandom(seed);
  return Float32Array.from({ length }, () => low + (high - low) * random.nextUniform());
}

/**
 * Compares the gradient of L(x) = Σ r · f(x), r random, along one random direction d with the central difference
 *
 *   ⟨∇L, d⟩ = (L(x + h d) − L(x − h d)) / 2h
 *
 * summed in float64, all arguments moved together.
 */
export function checkGradient(backend: SelectedBackend, check: GradientCheck): void {
  const { shapes, at, step = 1e-2 } = check;
  const directions = at.map((values, i) => drawn(values.length, 100 + i).map((value) => Math.sign(value)));
  const moved = (by: number): Float64Array[] =>
    at.map((values, i) => Float64Array.from(values, (value, j) => value + by * directions[i]![j]!));
  const weights = drawn(valuesOf(backend, check, at).length, 99);
  const loss = (by: number): number => {
    const inputs = moved(by);
    const values: ArrayLike<number> =
      check.surrogate?.(inputs) ??
      valuesOf(
        backend,
        check,
        inputs.map((input) => Float32Array.from(input)),
      );
    return Array.from(values).reduce((sum, value, i) => sum + value * weights[i]!, 0);
  };
  const numeric = (loss(step) - loss(-step)) / (2 * step);
  const gradients = analytic(backend, check, weights);
  const terms = gradients.flatMap((gradient, i) =>
    Array.from(gradient, (value, j) => value * directions[i]![j]!),
  );
  const sum = terms.reduce((total, term) => total + term, 0);
  // Terms of both signs may cancel; what counts is their size.
  const magnitude = Math.hypot(...terms);
  if (shapes.length !== at.length || magnitude === 0) throw new Error('checkGradient: nothing to check');
  expectClose(sum, numeric, 'gradient-float32', { magnitude });
}

function valuesOf({ tf }: SelectedBackend, { of, shapes }: GradientCheck, at: Arguments): Float32Array {
  return tf.tidy(() =>
    Float32Array.from(of(...at.map((values, i) => tf.tensor(values, [...shapes[i]!]))).dataSync()),
  );
}

function analytic(
  { tf }: SelectedBackend,
  { of, shapes, at }: GradientCheck,
  weights: Float32Array,
): Float32Array[] {
  return tf.tidy(() => {
    const inputs = at.map((values, i) => tf.tensor(values, [...shapes[i]!]));
    const { grads } = tf.valueAndGrads((...args: Tensor[]) => {
      const output = of(...args);
      return tf.sum(tf.mul(output, tf.tensor(weights, output.shape)));
    })(inputs);
    return grads.map((gradient) => Float32Array.from(gradient.dataSync()));
  });
}
