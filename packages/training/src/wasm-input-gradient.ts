import type * as Tensorflow from '@tensorflow/tfjs';
import type { Tensor4D } from '@tensorflow/tfjs';

type Tf = typeof Tensorflow;

/** Attributes of the kernel `Conv2DBackpropInput`, as `tf.conv2d`'s gradient passes them. */
interface InputGradientAttributes {
  readonly strides: number | [number, number];
  readonly pad: 'same' | 'valid' | number | Tensorflow.backend_util.ExplicitPadding;
  readonly dataFormat: 'NHWC' | 'NCHW';
  readonly dimRoundingMode?: 'floor' | 'round' | 'ceil';
  readonly inputShape: [number, number, number, number];
}

const KERNEL = 'Conv2DBackpropInput';
const ours = new WeakSet<Tensorflow.KernelFunc>();

/**
 * Replaces the wasm backend's gradient of a convolution by its input, plain loops that took half of a training step, by
 * the backend's own convolution:
 *
 *   dX[n, p, q, c] = Σ_{i, j, o} dY'[n, p + top − i, q + left − j, o] · W[i, j, c, o]
 *
 * with dY' as dY with stride − 1 zeros after every row and column; that is a convolution of dY' by the filter turned by
 * 180° with input and output channels exchanged. What does not fit this form stays with the kernel that was there.
 *
 * @internal
 */
export function replaceInputGradient(tf: Tf): void {
  const existing = tf.getKernel(KERNEL, 'wasm');
  if (ours.has(existing.kernelFunc)) return;
  const kernelFunc: Tensorflow.KernelFunc = (args) => {
    const dy = args.inputs['dy'] as Tensor4D;
    const filter = args.inputs['filter'] as Tensor4D;
    const attributes = args.attrs as unknown as InputGradientAttributes;
    return inputGradient(tf, dy, filter, attributes) ?? existing.kernelFunc(args);
  };
  ours.add(kernelFunc);
  tf.unregisterKernel(KERNEL, 'wasm');
  tf.registerKernel({ ...existing, kernelFunc });
}

function inputGradient(
  tf: Tf,
  dy: Tensor4D,
  filter: Tensor4D,
  { strides, pad, dataFormat, dimRoundingMode, inputShape }: InputGradientAttributes,
): Tensor4D | undefined {
  if (dataFormat !== 'NHWC') return undefined;
  const { padInfo, strideHeight, strideWidth, filterHeight, filterWidth, outHeight, outWidth } =
    tf.backend_util.computeConv2DInfo(inputShape, filter.shape, strides, 1, pad, dimRoundingMode);
  const [, height, width] = inputShape;
  const rows = margins(height, {
    kernel: filterHeight,
    before: padInfo.top,
    spread: outHeight * strideHeight,
  });
  const columns = margins(width, {
    kernel: filterWidth,
    before: padInfo.left,
    spread: outWidth * strideWidth,
  });
  if (rows === undefined || columns === undefined) return undefined;
  return tf.tidy(() => {
    const turned = tf.transpose(tf.reverse(filter, [0, 1]), [0, 1, 3, 2]);
    const spread = spreadOut(tf, dy, strideHeight, strideWidth);
    const surplus = tf.conv2d(spread, turned, 1, [[0, 0], rows, columns, [0, 0]]);
    return tf.slice(surplus, 0, inputShape);
  });
}

/**
 * Zeros before and after dY' along one axis, so that the convolution gives at least `size` values; undefined where
 * there would have to be fewer than none.
 */
function margins(
  size: number,
  { kernel, before, spread }: { kernel: number; before: number; spread: number },
): [number, number] | undefined {
  const first = kernel - 1 - before;
  return first < 0 ? undefined : [first, Math.max(0, size - spread + before)];
}

/** dY with `rows` − 1 rows and `columns` − 1 columns of zeros after each of its own. */
function spreadOut(tf: Tf, dy: Tensor4D, rows: number, columns: number): Tensor4D {
  const [batch, height, width, channels] = dy.shape;
  const tall = tf.pad2d(tf.reshape(dy, [batch * height, width * channels]), [
    [0, 0],
    [0, (rows - 1) * width * channels],
  ]);
  const wide = tf.pad2d(tf.reshape(tall, [batch * height * rows * width, channels]), [
    [0, 0],
    [0, (columns - 1) * channels],
  ]);
  return tf.reshape(wide, [batch, height * rows, width * columns, channels]);
}
