import { expectClose } from '@opi-snn/test-utils';
import { describe, expect, it } from 'vitest';
import type { Tensor } from '@tensorflow/tfjs';
import type { SelectedBackend } from '../src/backend.js';
import {
  BATCH_NORM_MOMENTUM,
  batchNormalization,
  composedBatchNormalization,
  fusedBatchNormalization,
  leanBatchNormalization,
  type BatchNormalization,
} from '../src/batch-normalization.js';
import { describeOnEachBackend } from './each-backend.js';
import { checkGradient, drawn } from './gradient-check.js';

const CHANNELS = 3;
const EPSILON = 1e-3;
const GAMMA = Float32Array.of(0.5, 1, -2);
const BETA = Float32Array.of(0, 1, 0.25);

interface Outcome {
  readonly y: Float32Array;
  readonly mean: Float32Array;
  readonly variance: Float32Array;
}

function run(
  { tf }: SelectedBackend,
  normalize: BatchNormalization,
  x: Float32Array,
  shape: number[],
): Outcome {
  const mean = tf.variable(tf.fill([CHANNELS], 0.5), false);
  const variance = tf.variable(tf.fill([CHANNELS], 2), false);
  const y = tf.tidy(() => {
    const parameters = { gamma: tf.tensor1d(GAMMA), beta: tf.tensor1d(BETA), mean, variance };
    return Float32Array.from(normalize(tf.tensor(x, shape), parameters, EPSILON).dataSync());
  });
  const outcome = {
    y,
    mean: Float32Array.from(mean.dataSync()),
    variance: Float32Array.from(variance.dataSync()),
  };
  mean.dispose();
  variance.dispose();
  return outcome;
}

// The definition, in float64.
function reference(x: Float32Array): Outcome {
  const rows = x.length / CHANNELS;
  const y = new Float32Array(x.length);
  const [means, variances] = [new Float32Array(CHANNELS), new Float32Array(CHANNELS)];
  for (let c = 0; c < CHANNELS; c += 1) {
    const values = Array.from({ length: rows }, (_, row) => x[row * CHANNELS + c]!);
    const mean = values.reduce((sum, value) => sum + value, 0) / rows;
    const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
    const scale = GAMMA[c]! / Math.sqrt(squares / rows + EPSILON);
    values.forEach((value, row) => (y[row * CHANNELS + c] = (value - mean) * scale + BETA[c]!));
    means[c] = 0.5 * (1 - BATCH_NORM_MOMENTUM) + BATCH_NORM_MOMENTUM * mean;
    variances[c] = 2 * (1 - BATCH_NORM_MOMENTUM) + BATCH_NORM_MOMENTUM * (squares / (rows - 1));
  }
  return { y, mean: means, variance: variances };
}

function expectOutcome(actual: Outcome, expected: Outcome): void {
  // Kernels sum squares in float32 and in another order; values lie within a few units.
  for (const key of ['y', 'mean', 'variance'] as const)
    expectClose(actual[key], expected[key], 'backend', { magnitude: 4, label: key });
}

describeOnEachBackend('batchNormalization', (backend, name) => {
  const shapes = [
    [4, 5, 6, CHANNELS],
    [16, CHANNELS],
  ];
  const implementations: [string, (tf: SelectedBackend['tf']) => BatchNormalization][] = [
    ['composed', composedBatchNormalization],
    ['lean', leanBatchNormalization],
  ];
  if (name === 'tensorflow') implementations.push(['fused', fusedBatchNormalization]);

  describe.each(implementations)('%s', (_, make) => {
    it.each(shapes.map((shape) => [shape]))(
      'gives the definition and moves the running statistics by the unbiased variance, %j',
      (shape) => {
        const x = drawn(
          shape.reduce((product, extent) => product * extent, 1),
          4,
          -2,
          3,
        );
        expectOutcome(run(backend(), make(backend().tf), x, shape), reference(x));
      },
    );

    it.each(shapes.map((shape) => [shape]))('has the gradient of its central difference, %j', (shape) => {
      const { tf } = backend();
      const mean = tf.variable(tf.zeros([CHANNELS]), false);
      const variance = tf.variable(tf.ones([CHANNELS]), false);
      const size = shape.reduce((product, extent) => product * extent, 1);
      checkGradient(backend(), {
        of: (x?: Tensor, gamma?: Tensor, beta?: Tensor) =>
          make(tf)(x!, { gamma: gamma!, beta: beta!, mean, variance }, EPSILON),
        shapes: [shape, [CHANNELS], [CHANNELS]],
        at: [drawn(size, 5, -2, 3), GAMMA, BETA],
      });
      mean.dispose();
      variance.dispose();
    });
  });

  it('takes the fused kernels on the tensorflow backend, elsewhere the written-out gradient', () => {
    const { tf } = backend();
    const x = drawn(48, 6);
    const chosen = run(backend(), batchNormalization(tf), x, [16, CHANNELS]);
    const [expected] = implementations
      .slice(-1)
      .map(([, make]) => run(backend(), make(tf), x, [16, CHANNELS]));
    expect(chosen).toEqual(expected);
  });
});
