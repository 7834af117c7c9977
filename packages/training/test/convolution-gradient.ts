import type { Tensor4D } from '@tensorflow/tfjs';
import type { SelectedBackend } from '../src/backend.js';
import { integers, type ConvolutionShape } from './convolution-shapes.js';

/** A convolution, also with paddings of one's own. */
export interface PaddedConvolution extends Omit<ConvolutionShape, 'pad'> {
  readonly pad: ConvolutionShape['pad'] | [[0, 0], [number, number], [number, number], [0, 0]];
}

/** The gradient of Σ dy·conv2d(x, filter) by one of its operands, on small integers, as a backend computes it. */
export async function convolutionGradient(
  { tf }: SelectedBackend,
  by: 'input' | 'filter',
  backend: 'wasm' | 'cpu',
  shape: PaddedConvolution,
): Promise<Float32Array> {
  await tf.setBackend(backend);
  const { batch, height, width, channels, filters, kernelHeight, kernelWidth, strides, pad } = shape;
  const gradient = tf.tidy(() => {
    const x = tf.tensor4d(integers(batch * height * width * channels, 1), [batch, height, width, channels]);
    const filterShape: [number, number, number, number] = [kernelHeight, kernelWidth, channels, filters];
    const filter = tf.tensor4d(integers(kernelHeight * kernelWidth * channels * filters, 2), filterShape);
    const output = tf.conv2d(x, filter, strides, pad);
    const dy = tf.tensor(integers(output.size, 3), output.shape);
    return by === 'input'
      ? tf.grad((input) => tf.sum(tf.mul(tf.conv2d(input as Tensor4D, filter, strides, pad), dy)))(x)
      : tf.grad((w) => tf.sum(tf.mul(tf.conv2d(x, w as Tensor4D, strides, pad), dy)))(filter);
  });
  const values = (await gradient.data()) as Float32Array;
  gradient.dispose();
  await tf.setBackend('wasm');
  return values;
}
