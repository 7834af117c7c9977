import { expectClose } from '@opi-snn/test-utils';
import type { Tensor4D } from '@tensorflow/tfjs';
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { selectBackend, type SelectedBackend } from '../src/backend.js';
import { replaceInputGradient } from '../src/wasm-input-gradient.js';
import { convolutionGradient, type PaddedConvolution } from './convolution-gradient.js';
import { convolutionShapes } from './convolution-shapes.js';

let wasm: SelectedBackend;

beforeAll(async () => {
  wasm = await selectBackend('wasm');
});

const inputGradient = (backend: 'wasm' | 'cpu', shape: PaddedConvolution): Promise<Float32Array> =>
  convolutionGradient(wasm, 'input', backend, shape);

describe('Conv2DBackpropInput of the wasm backend', () => {
  it('equals the cpu backend exactly on integers, for every stride, padding and kernel size, even ones too', async () => {
    await fc.assert(
      fc.asyncProperty(convolutionShapes, async (shape) => {
        const [ours, reference] = [await inputGradient('wasm', shape), await inputGradient('cpu', shape)];
        expectClose(ours, reference, 'integer');
      }),
      { numRuns: 200, seed: 20260101 },
    );
  });

  it('is left to the library where the padding is wider than the kernel reaches', async () => {
    const shape = { batch: 2, height: 3, width: 4, channels: 2, filters: 3, kernelHeight: 2, kernelWidth: 2 };
    const padded = {
      ...shape,
      strides: [1, 2] as [number, number],
      pad: [
        [0, 0],
        [3, 1],
        [2, 2],
        [0, 0],
      ] as PaddedConvolution['pad'],
    };
    const [ours, reference] = [await inputGradient('wasm', padded), await inputGradient('cpu', padded)];
    expectClose(ours, reference, 'integer');
  });

  it('gives the gradient computed by hand: filter [2 3], stride 2, dy = [1 10]', async () => {
    const { tf } = wasm;
    const gradient = tf.tidy(() => {
      const filter = tf.tensor4d([2, 3], [1, 2, 1, 1]);
      const dy = tf.tensor4d([1, 10], [1, 1, 2, 1]);
      return tf.grad((x) => tf.sum(tf.mul(tf.conv2d(x as Tensor4D, filter, 2, 'valid'), dy)))(
        tf.zeros([1, 1, 5, 1]),
      );
    });
    expect([...(await gradient.data())]).toEqual([2, 3, 20, 30, 0]);
    gradient.dispose();
  });

  it('is replaced once, however often a backend is selected', () => {
    const { tf } = wasm;
    const before = tf.getKernel('Conv2DBackpropInput', 'wasm').kernelFunc;
    replaceInputGradient(tf);
    expect(tf.getKernel('Conv2DBackpropInput', 'wasm').kernelFunc).toBe(before);
  });
});
