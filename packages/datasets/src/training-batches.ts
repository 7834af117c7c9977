import { CounterRandom, shuffle } from '@opi-snn/theory';
import { augmentImage, type Augmentation } from './augment.js';
import type { Dataset, Normalization } from './dataset.js';
import { normalizationTable } from './normalization.js';

/** Options of {@link trainingBatches}. */
export interface TrainingBatchesOptions {
  /** Images a batch, integer ≥ 1; a last incomplete batch is left out, so that every batch has equal weight. */
  readonly batchSize: number;
  /** Integer in [0, 2⁵³). */
  readonly seed: number;
  /** Integer ≥ 0: order and augmentation are functions of (seed, epoch, index of the image) alone. */
  readonly epoch: number;
  readonly augmentation?: Augmentation;
  readonly normalization: Normalization;
  /** First batch to yield, for a run that continues inside an epoch; default 0. */
  readonly from?: number;
}

/** A batch ready for training. */
export interface TrainingBatch {
  /** Number of the batch in its epoch. */
  readonly index: number;
  /** [batchSize, height, width, channels], normalised and augmented; a new array every time. */
  readonly images: Float32Array;
  /** [batchSize] */
  readonly labels: Uint8Array;
}

// Streams of the generator: order of the images, and one per image for its augmentation.
const ORDER = 0;
const AUGMENTATION = 1;

/** Number of batches that {@link trainingBatches} yields in an epoch. */
export function batchesPerEpoch(length: number, batchSize: number): number {
  return Math.floor(length / batchSize);
}

/**
 * One epoch of training: the images in an order drawn from (seed, epoch), augmented, normalised, in batches.
 *
 * @throws RangeError if batchSize is not an integer in [1, dataset.length]
 */
export function* trainingBatches(
  dataset: Dataset,
  options: TrainingBatchesOptions,
): Generator<TrainingBatch> {
  const { batchSize, seed, epoch, augmentation = {}, from = 0 } = options;
  if (!Number.isInteger(batchSize) || batchSize < 1 || batchSize > dataset.length) {
    throw new RangeError(
      `trainingBatches: batchSize must be an integer in [1, ${dataset.length}], got ${batchSize}.`,
    );
  }
  const [height, width, channels] = dataset.imageShape;
  const size = height * width * channels;
  const table = normalizationTable(options.normalization, channels);
  const order = shuffle(
    Uint32Array.from({ length: dataset.length }, (_, i) => i),
    new CounterRandom(seed, ORDER, epoch),
  );
  for (let index = from; index < batchesPerEpoch(dataset.length, batchSize); index += 1) {
    const chosen = order.subarray(index * batchSize, (index + 1) * batchSize);
    const images = new Float32Array(batchSize * size);
    chosen.forEach((image, position) => {
      augmentImage({
        pixels: dataset.images.subarray(image * size, (image + 1) * size),
        shape: dataset.imageShape,
        table,
        augmentation,
        random: new CounterRandom(seed, AUGMENTATION, epoch, image),
        out: images.subarray(position * size, (position + 1) * size),
      });
    });
    yield { index, images, labels: Uint8Array.from(chosen, (image) => dataset.labels[image]!) };
  }
}
