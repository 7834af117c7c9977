/** Normalised images by their index in a data set, read batch by batch so that they never all lie in memory. */
export interface ImageSource {
  /** Number of images. */
  readonly length: number;
  /** Shape of one image, HWC. */
  readonly imageShape: readonly [height: number, width: number, channels: number];
  /**
   * Write the images `indices` into `out`, `[indices.length, height, width, channels]` row-major, normalised as the
   * network expects them.
   */
  readonly read: (indices: Uint32Array, out: Float32Array) => void | Promise<void>;
}

/**
 * Images that lie in memory, normalised already.
 *
 * @param images `[n, height, width, channels]`, row-major; read only
 * @param shape  of one image, HWC
 * @throws RangeError if the array does not hold a whole number of images
 */
export function imagesInMemory(images: Float32Array, shape: ImageSource['imageShape']): ImageSource {
  const size = shape[0] * shape[1] * shape[2];
  const length = images.length / size;
  if (!Number.isInteger(length)) {
    throw new RangeError(
      `imagesInMemory: images must hold a multiple of ${shape.join(' · ')} = ${size} values, got ${images.length}.`,
    );
  }
  return {
    length,
    imageShape: shape,
    read: (indices, out) => {
      indices.forEach((index, i) => {
        out.set(images.subarray(index * size, (index + 1) * size), i * size);
      });
    },
  };
}
