import { expectSameBits } from '@opi-snn/test-utils';
import { expect, it } from 'vitest';
import { clipActivation, qcfsActivation, rateNormActivation } from '../src/activations.js';
import type { SelectedBackend } from '../src/backend.js';
import { describeOnEachBackend } from './each-backend.js';
import { checkGradient, drawn } from './gradient-check.js';

const SHAPE = [2, 3, 4, 5];
const SIZE = 120;
const STEP = 1e-2;

/** Moves values that lie within 2 steps of a kink away from it: there no difference quotient equals a derivative. */
function awayFrom(kinks: readonly number[], values: Float32Array): Float32Array {
  return values.map((value) => (kinks.some((kink) => Math.abs(value - kink) < 3 * STEP) ? 0.37 : value));
}

/** Values, ∂/∂x and ∂/∂λ of Σ y. */
function evaluate(
  { tf }: SelectedBackend,
  activation: ReturnType<typeof clipActivation>,
  x: number[],
  bound: number[],
): { y: number[]; dx: number[]; dBound: number[] } {
  return tf.tidy(() => {
    const [input, lambda] = [tf.tensor2d(x, [x.length / bound.length, bound.length]), tf.tensor1d(bound)];
    const y = activation(input, lambda);
    const [dx, dBound] = tf.grads((a, b) => tf.sum(activation(a, b)))([input, lambda]);
    return { y: [...y.dataSync()], dx: [...dx!.dataSync()], dBound: [...dBound!.dataSync()] };
  });
}

describeOnEachBackend('clipActivation', (backend) => {
  it('gives min(max(x, 0), λ) with gradient 1 inside, and 1 to λ above', () => {
    const { y, dx, dBound } = evaluate(
      backend(),
      clipActivation(backend().tf),
      [-2, -0.5, 0.25, 1.5, 2.5, 9],
      [2],
    );
    expect(y).toEqual([0, 0, 0.25, 1.5, 2, 2]);
    expect(dx).toEqual([0, 0, 1, 1, 0, 0]);
    expect(dBound).toEqual([2]);
  });

  it('passes gradients up to λ itself and gives λ those from the next number on, for any λ', () => {
    for (const bound of drawn(50, 4, 0.01, 9)) {
      const next = Float32Array.of(bound);
      new Uint32Array(next.buffer)[0]! += 1;
      const x = [-1, -1e-30, 1e-30, bound / 2, bound, next[0]!, 10];
      const { dx, dBound } = evaluate(backend(), clipActivation(backend().tf), x, [bound]);
      expect(dx).toEqual([0, 0, 1, 1, 1, 0, 0]);
      expect(dBound).toEqual([2]);
    }
  });

  it('keeps one bound per channel apart', () => {
    const { y, dx, dBound } = evaluate(backend(), clipActivation(backend().tf), [3, 3, -1, 9], [2, 4]);
    expect(y).toEqual([2, 3, 0, 4]);
    expect(dx).toEqual([0, 1, 0, 0]);
    expect(dBound).toEqual([1, 1]);
  });

  it.each([[1], [5]])('has the gradient of its central difference, %i bounds', (bounds) => {
    const { tf } = backend();
    const bound = new Float32Array(bounds).fill(0.75);
    checkGradient(backend(), {
      of: clipActivation(tf),
      shapes: [SHAPE, [bounds]],
      at: [awayFrom([0, 0.75], drawn(SIZE, 1, -2, 2)), bound],
      step: STEP,
    });
  });

  it('gives the bits of its plain composition (−0 may become 0), and NaN for NaN', () => {
    const { tf } = backend();
    const x = Float32Array.of(0, Number.NaN, Infinity, -Infinity, 1, 1e-40, ...drawn(500, 2, -3, 3));
    for (const bound of [[1.25], new Array<number>(x.length).fill(1.25)]) {
      const [ours, plain] = tf.tidy(() => {
        const [input, lambda] = [tf.tensor1d(x), tf.tensor1d(bound)];
        return [clipActivation(tf)(input, lambda), tf.minimum(tf.relu(input), lambda)].map((tensor) =>
          Float32Array.from(tensor.dataSync()),
        );
      });
      expectSameBits(ours!, plain!);
    }
  });
});

describeOnEachBackend('qcfsActivation', (backend) => {
  it('rounds to multiples of λ/L, half upwards, within [0, λ]', () => {
    const qcfs = qcfsActivation(backend().tf, 4);
    const { y } = evaluate(backend(), qcfs, [-9, -0.25, 0, 0.2, 0.25, 0.7, 1.2, 1.74, 1.75, 9], [2]);
    expect(y).toEqual([0, 0, 0, 0, 0.5, 0.5, 1, 1.5, 2, 2]);
  });

  it('passes gradients straight through the floor: 1 for −λ/2L < x < λ − λ/2L, to λ: q − x/λ there, 1 above', () => {
    const qcfs = qcfsActivation(backend().tf, 4);
    // λ/2L = 1/4: inside are −0.125 and 0.75 (q = 1/2, x/λ = 3/8).
    const { dx, dBound } = evaluate(backend(), qcfs, [-0.5, -0.125, 0.75, 1.8, 3], [2]);
    expect(dx).toEqual([0, 1, 1, 0, 0]);
    expect(dBound).toEqual([0 - -0.0625 + (0.5 - 0.375) + 1 + 1]);
  });

  it.each([
    [1, 4],
    [5, 8],
  ])(
    'has the gradient of its central difference with the step of the floor held fixed, %i bounds, L = %i',
    (bounds, levels) => {
      const { tf } = backend();
      const lambda = 1.5;
      const half = lambda / (2 * levels);
      const x = awayFrom([-half, lambda - half], drawn(SIZE, 3, -1, 2.5));
      const at = [x, new Float32Array(bounds).fill(lambda)];
      // ⌊u⌋ = u + c with c constant: what "straight through" means.
      const jump = x.map((value) => {
        const u = (value * levels) / lambda + 0.5;
        return Math.floor(u) - u;
      });
      checkGradient(backend(), {
        of: qcfsActivation(tf, levels),
        shapes: [SHAPE, [bounds]],
        at,
        step: STEP,
        surrogate: ([input, bound]) =>
          input!.map((value, i) => {
            const limit = bound![i % bounds]!;
            const u = (value * levels) / limit + 0.5;
            if (u <= 0) return 0;
            return u >= levels ? limit : (limit * (u + jump[i]!)) / levels;
          }),
      });
    },
  );
});

describeOnEachBackend('rateNormActivation', (backend) => {
  it('gives the share of the threshold, within [0, 1], with gradient 1/v_th inside', () => {
    const rateNorm = rateNormActivation(backend().tf);
    const { y, dx, dBound } = evaluate(backend(), rateNorm, [-1, 1, 3, 9], [4]);
    expect(y).toEqual([0, 0.25, 0.75, 1]);
    expect(dx).toEqual([0, 0.25, 0.25, 0]);
    // −y/v_th of the two inside.
    expect(dBound).toEqual([-(0.25 + 0.75) / 4]);
  });

  it('has the gradient of its central difference', () => {
    const { tf } = backend();
    checkGradient(backend(), {
      of: rateNormActivation(tf),
      shapes: [SHAPE, [1]],
      at: [awayFrom([0, 0.75], drawn(SIZE, 1, -2, 2)), Float32Array.of(0.75)],
      step: STEP,
    });
  });
});
