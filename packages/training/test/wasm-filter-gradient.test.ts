import { expectClose } from '@opi-snn/test-utils';
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { selectBackend, type SelectedBackend } from '../src/backend.js';
import { convolutionShapes, integers, type ConvolutionShape } from './convolution-shapes.js';

let wasm: SelectedBackend;

beforeAll(async () => {
  wasm = await selectBackend('wasm');
});

async function filterGradient(backend: 'wasm' | 'cpu', shape: ConvolutionShape): Promise<Float32Array> {
  const { tf } = wasm;
  await tf.setBackend(backend);
  const { batch, height, width, channels, filters, kernelHeight, kernelWidth, strides, pad } = shape;
  const gradient = tf.tidy(() => {
    const x = tf.tensor4d(integers(batch * height * width * channels, 1), [batch, height, width, channels]);
    const filterShape: [number, number, number, number] = [kernelHeight, kernelWidth, channels, filters];
    const filter = tf.tensor4d(integers(kernelHeight * kernelWidth * channels * filters, 2), filterShape);
    const output = tf.conv2d(x, filter, strides, pad);
    const dy = tf.tensor(integers(output.size, 3), output.shape);
    return tf.grad((w) => tf.sum(tf.mul(tf.conv2d(x, w as typeof filter, strides, pad), dy)))(filter);
  });
  const values = (await gradient.data()) as Float32Array;
  gradient.dispose();
  await tf.setBackend('wasm');
  return values;
}

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
