import { createHash } from 'node:crypto';
import type { Dataset } from './dataset.js';

/**
 * Makes a {@link Dataset} of images and labels in memory: checks lengths and labels, computes the hash.
 *
 *   hash = SHA-256( uint32le[length, height, width, channels] ‖ images ‖ labels )
 *
 * The arrays are kept, not copied.
 *
 * @param content everything but `length` and `hash`; `images` `[length, height, width, channels]` row-major,
 *                `labels` `[length]`, each < classes.length
 * @throws RangeError if a dimension is not a positive integer, the lengths do not fit, or a label is out of range
 */
export function createDataset(content: Omit<Dataset, 'length' | 'hash'>): Dataset {
  const { name, split, imageShape, images, labels, classes } = content;
  const [height, width, channels] = imageShape;
  if (![height, width, channels].every((size) => Number.isInteger(size) && size >= 1)) {
    throw new RangeError(
      `createDataset: imageShape must be positive integers, got [${imageShape.join(', ')}].`,
    );
  }
  const length = labels.length;
  const pixels = height * width * channels;
  if (images.length !== length * pixels) {
    throw new RangeError(
      `createDataset: images must hold ${length} · ${pixels} = ${length * pixels} bytes, one image per label, got ${images.length}.`,
    );
  }
  const wrong = labels.findIndex((label) => label >= classes.length);
  if (wrong >= 0) {
    throw new RangeError(
      `createDataset: labels[${wrong}] must be < ${classes.length}, got ${labels[wrong]!}.`,
    );
  }
  return { name, split, length, imageShape, images, labels, classes, hash: contentHash(content) };
}

/**
 * The first `count` images as a data set of their own (with its own hash); shares memory with the whole.
 *
 * @param count integer in [1, dataset.length]
 * @throws RangeError if count is out of range
 */
export function firstImages(dataset: Dataset, count: number): Dataset {
  if (!Number.isInteger(count) || count < 1 || count > dataset.length) {
    throw new RangeError(`firstImages: count must be an integer in [1, ${dataset.length}], got ${count}.`);
  }
  if (count === dataset.length) return dataset;
  const { name, split, imageShape, images, labels, classes } = dataset;
  return createDataset({
    name,
    split,
    imageShape,
    images: images.subarray(0, (images.length / dataset.length) * count),
    labels: labels.subarray(0, count),
    classes,
  });
}

function contentHash({
  imageShape,
  images,
  labels,
}: Pick<Dataset, 'imageShape' | 'images' | 'labels'>): string {
  const header = new DataView(new ArrayBuffer(16));
  [labels.length, ...imageShape].forEach((size, index) => {
    header.setUint32(4 * index, size, true);
  });
  return createHash('sha256').update(header).update(images).update(labels).digest('hex');
}
