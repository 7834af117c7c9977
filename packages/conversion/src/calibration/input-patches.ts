import type { Conv2dNode, DenseNode } from '@opi-snn/network';

/** Rows of a matrix, with what they belong to. */
export interface InputPatches {
  /** `[rows, K]`: what the kernel, as a matrix `[K, channels]`, is multiplied with at a place of an image; K ordered as the kernel. */
  readonly inputs: Float32Array;
  /** Place of each row among those of all images: image · places + place. */
  readonly places: Uint32Array;
}

/**
 * The inputs of a convolution or dense layer at some places of its output: place p of image i is used where
 * (p + i) mod `every` = 0.
 *
 * @param values input of the layer, `[images, height, width, channels]` or `[images, features]`
 * @param shape  of one image
 * @param every  one place in so many
 * @internal
 */
export function inputPatches(
  layer: Conv2dNode | DenseNode,
  { values, shape }: { readonly values: Float32Array; readonly shape: readonly number[] },
  every = 1,
): InputPatches {
  const size = shape.reduce((product, extent) => product * extent, 1);
  const images = values.length / size;
  const window = layer.op === 'dense' ? { places: 1, width: 1, size } : windowOf(layer, shape);
  const places: number[] = [];
  for (let image = 0; image < images; image++) {
    for (let place = 0; place < window.places; place++) {
      if ((place + image) % every === 0) places.push(image * window.places + place);
    }
  }
  const inputs = new Float32Array(places.length * window.size);
  places.forEach((at, row) => {
    const image = values.subarray(
      Math.floor(at / window.places) * size,
      (Math.floor(at / window.places) + 1) * size,
    );
    const out = inputs.subarray(row * window.size, (row + 1) * window.size);
    if (layer.op === 'dense') out.set(image);
    else copyWindow(layer, { image, shape }, at % window.places, window.width, out);
  });
  return { inputs, places: Uint32Array.from(places) };
}

interface Window {
  /** Of one image. */
  readonly places: number;
  /** Places in a row. */
  readonly width: number;
  /** K. */
  readonly size: number;
}

function windowOf(
  { kernelSize, strides, padding }: Conv2dNode,
  [height, width, channels]: readonly number[],
): Window {
  const [rows, columns] = [
    Math.floor((height! + padding.top + padding.bottom - kernelSize[0]) / strides[0]) + 1,
    Math.floor((width! + padding.left + padding.right - kernelSize[1]) / strides[1]) + 1,
  ];
  return { places: rows * columns, width: columns, size: kernelSize[0] * kernelSize[1] * channels! };
}

/** Zeros where the window leaves the image. */
function copyWindow(
  { kernelSize, strides, padding }: Conv2dNode,
  {
    image,
    shape: [height, width, channels],
  }: { readonly image: Float32Array; readonly shape: readonly number[] },
  place: number,
  columns: number,
  out: Float32Array,
): void {
  const top = Math.floor(place / columns) * strides[0] - padding.top;
  const left = (place % columns) * strides[1] - padding.left;
  for (let row = 0; row < kernelSize[0]; row++) {
    for (let column = 0; column < kernelSize[1]; column++) {
      const [y, x] = [top + row, left + column];
      if (y < 0 || y >= height! || x < 0 || x >= width!) continue;
      const from = (y * width! + x) * channels!;
      out.set(image.subarray(from, from + channels!), (row * kernelSize[1] + column) * channels!);
    }
  }
}
