import type * as Tensorflow from '@tensorflow/tfjs';
import type { Tensor4D } from '@tensorflow/tfjs';

type Tf = typeof Tensorflow;

/** Attributes of the kernel `Conv2DBackpropFilter`, as `tf.conv2d`'s gradient passes them. */
interface FilterGradientAttributes {
  readonly strides: number | [number, number];
  readonly pad: 'same' | 'valid' | number | Tensorflow.backend_util.ExplicitPadding;
  readonly dimRoundingMode?: 'floor' | 'round' | 'ceil';
  readonly filterShape: [number, number, number, number];
}

const KERNEL = 'Conv2DBackpropFilter';

/**
 * Gives the wasm backend of TensorFlow.js the kernel it lacks for training, the gradient of a convolution by its
 * filter, and does nothing where it exists:
 *
 *   dW[i, j, c, o] = Σ_{n, y, x} X[n, s y + i − top, s x + j − left, c] · dY[n, y, x, o]
 *
 * which is itself a convolution: the input with batch and channels exchanged, by dY as a filter whose taps lie s
 * apart (dilation = stride). Rows and columns that the stride never reaches yield surplus results, which are cut.
 *
 * @internal
 */
export function registerFilterGradient(tf: Tf): void {
  // Declared as always there, but it is not.
  const existing = tf.getKernel(KERNEL, 'wasm') as Tensorflow.KernelConfig | undefined;
  if (existing !== undefined) return;
  tf.registerKernel({
    kernelName: KERNEL,
    backendName: 'wasm',
    kernelFunc: ({ inputs, attrs }) =>
      filterGradient(
        tf,
        inputs['x'] as Tensor4D,
        inputs['dy'] as Tensor4D,
        attrs as unknown as FilterGradientAttributes,
      ),
  });
}

function filterGradient(
  tf: Tf,
  x: Tensor4D,
  dy: Tensor4D,
  { strides, pad, dimRoundingMode, filterShape }: FilterGradientAttributes,
): Tensor4D {
  const { padInfo, strideHeight, strideWidth } = tf.backend_util.computeConv2DInfo(
    x.shape,
    filterShape,
    strides,
    1,
    pad,
    dimRoundingMode,
  );
  return tf.tidy(() => {
    const gradient = tf.conv2d(
      tf.transpose(x, [3, 1, 2, 0]),
      tf.transpose(dy, [1, 2, 0, 3]),
      1,
      [
        [0, 0],
        [padInfo.top, padInfo.bottom],
        [padInfo.left, padInfo.right],
        [0, 0],
      ],
      'NHWC',
      [strideHeight, strideWidth],
    );
    const [height, width, channels, filters] = filterShape;
    const reached = tf.slice(gradient, [0, 0, 0, 0], [channels, height, width, filters]);
    return tf.transpose(reached, [1, 2, 0, 3]);
  });
}
