import { expectClose } from '@opi-snn/test-utils';
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { selectBackend, type SelectedBackend } from '../src/backend.js';
import { convolutionGradient, type PaddedConvolution } from './convolution-gradient.js';
import { convolutionShapes } from './convolution-shapes.js';

let wasm: SelectedBackend;

beforeAll(async () => {
  wasm = await selectBackend('wasm');
});

const filterGradient = (backend: 'wasm' | 'cpu', shape: PaddedConvolution): Promise<Float32Array> =>
  convolutionGradient(wasm, 'filter', backend, shape);

describe('Conv2DBackpropFilter of the wasm backend', () => {
  it('equals the cpu backend exactly on integers, for every stride, padding and kernel size, even ones too', async () => {
    await fc.assert(
      fc.asyncProperty(convolutionShapes, async (shape) => {
        const [ours, reference] = [await filterGradient('wasm', shape), await filterGradient('cpu', shape)];
        expectClose(ours, reference, 'integer');
      }),
      { numRuns: 200, seed: 20260101 },
    );
  });

  it('gives the gradient computed by hand: x = [1 2 3], dy = [1 10], kernel of 2', async () => {
    const { tf } = wasm;
    const gradient = tf.tidy(() => {
      const x = tf.tensor4d([1, 2, 3], [1, 1, 3, 1]);
      const dy = tf.tensor4d([1, 10], [1, 1, 2, 1]);
      const filter = tf.zeros([1, 2, 1, 1]);
      return tf.grad((w) => tf.sum(tf.mul(tf.conv2d(x, w as typeof x, 1, 'valid'), dy)))(filter);
    });
    expect([...(await gradient.data())]).toEqual([1 * 1 + 2 * 10, 2 * 1 + 3 * 10]);
    gradient.dispose();
  });
});
