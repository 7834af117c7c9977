import { expectClose } from '@opi-snn/test-utils';
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { selectBackend, type SelectedBackend } from '../src/backend.js';

interface Shape {
  readonly batch: number;
  readonly height: number;
  readonly width: number;
  readonly channels: number;
  readonly filters: number;
  readonly kernelHeight: number;
  readonly kernelWidth: number;
  readonly strides: [number, number];
  readonly pad: 'same' | 'valid';
}

// Small integers: every product and sum is exact in float32, so the order of additions cannot matter.
function integers(size: number, seed: number): Float32Array {
  return Float32Array.from({ length: size }, (_, i) => ((i * 7 + seed * 3 + ((i * i) % 11)) % 9) - 4);
}

let wasm: SelectedBackend;

beforeAll(async () => {
  wasm = await selectBackend('wasm');
});

async function filterGradient(backend: 'wasm' | 'cpu', shape: Shape): Promise<Float32Array> {
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

const shapes = fc
  .record({
    batch: fc.integer({ min: 1, max: 3 }),
    height: fc.integer({ min: 1, max: 7 }),
    width: fc.integer({ min: 1, max: 7 }),
    channels: fc.integer({ min: 1, max: 5 }),
    filters: fc.integer({ min: 1, max: 5 }),
    kernelHeight: fc.integer({ min: 1, max: 4 }),
    kernelWidth: fc.integer({ min: 1, max: 4 }),
    strides: fc.tuple(fc.integer({ min: 1, max: 3 }), fc.integer({ min: 1, max: 3 })),
    pad: fc.constantFrom('same' as const, 'valid' as const),
  })
  .filter(
    (shape) =>
      shape.pad === 'same' || (shape.kernelHeight <= shape.height && shape.kernelWidth <= shape.width),
  );

describe('Conv2DBackpropFilter of the wasm backend', () => {
  it('equals the cpu backend exactly on integers, for every stride, padding and kernel size, even ones too', async () => {
    await fc.assert(
      fc.asyncProperty(shapes, async (shape) => {
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
