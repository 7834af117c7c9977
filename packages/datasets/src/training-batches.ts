import { CounterRandom, shuffle } from '@opi-snn/theory';
import { Augmenter, type Augmentation } from './augment.js';
import type { Dataset, Labels, Normalization } from './dataset.js';

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
  /** First batch to yield, for a run that continues inside an epoch, integer in [0, batches an epoch]; default 0. */
  readonly from?: number;
}

/** A batch ready for training. */
export interface TrainingBatch {
  /** Number of the batch in its epoch. */
  readonly index: number;
  /** [batchSize, height, width, channels], normalised and augmented; a new array every time. */
  readonly images: Float32Array;
  /** [batchSize] */
  readonly labels: Labels;
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
 * @throws RangeError if batchSize or from is out of range, or normalization or augmentation do not fit the images
 */
export function* trainingBatches(
  dataset: Dataset,
  options: TrainingBatchesOptions,
): Generator<TrainingBatch> {
  const maker = new BatchMaker(dataset, options);
  for (const { index, chosen } of epochBatches(dataset.length, options, 'trainingBatches'))
    yield maker.make(index, chosen);
}

/** The images of one batch, `chosen` `[batchSize]`. */
export interface ChosenBatch {
  readonly index: number;
  readonly chosen: Uint32Array;
}

/** Which images make up the batches of an epoch, from `options.from` on. */
export function epochBatches(
  length: number,
  options: Pick<TrainingBatchesOptions, 'batchSize' | 'seed' | 'epoch' | 'from'>,
  caller: string,
): readonly ChosenBatch[] {
  const { batchSize, seed, epoch, from = 0 } = options;
  if (!Number.isInteger(batchSize) || batchSize < 1 || batchSize > length) {
    throw new RangeError(`${caller}: batchSize must be an integer in [1, ${length}], got ${batchSize}.`);
  }
  const count = batchesPerEpoch(length, batchSize);
  if (!Number.isInteger(from) || from < 0 || from > count) {
    throw new RangeError(`${caller}: from must be an integer in [0, ${count}], got ${from}.`);
  }
  const order = shuffle(
    Uint32Array.from({ length }, (_, i) => i),
    new CounterRandom(seed, ORDER, epoch),
  );
  return Array.from({ length: count - from }, (_, i) => {
    const index = from + i;
    return { index, chosen: order.slice(index * batchSize, (index + 1) * batchSize) };
  });
}

/** Turns chosen images into batches: augmented by draws from (seed, epoch, image), normalised. */
export class BatchMaker {
  readonly #images: Uint8Array;
  readonly #labels: Labels;
  readonly #size: number;
  readonly #augmenter: Augmenter;
  readonly #seed: number;
  readonly #epoch: number;

  constructor(
    { images, labels, imageShape }: Pick<Dataset, 'images' | 'labels' | 'imageShape'>,
    options: Pick<TrainingBatchesOptions, 'seed' | 'epoch' | 'augmentation' | 'normalization'>,
  ) {
    this.#images = images;
    this.#labels = labels;
    this.#size = imageShape[0] * imageShape[1] * imageShape[2];
    this.#augmenter = new Augmenter(imageShape, options.augmentation ?? {}, options.normalization);
    this.#seed = options.seed;
    this.#epoch = options.epoch;
  }

  make(index: number, chosen: Uint32Array): TrainingBatch & { images: Float32Array<ArrayBuffer> } {
    const size = this.#size;
    const images = new Float32Array(chosen.length * size);
    const labels = this.#labels.slice(0, chosen.length);
    chosen.forEach((image, position) => {
      this.#augmenter.augment(
        this.#images.subarray(image * size, (image + 1) * size),
        new CounterRandom(this.#seed, AUGMENTATION, this.#epoch, image),
        images.subarray(position * size, (position + 1) * size),
      );
      labels[position] = this.#labels[image]!;
    });
    return { index, images, labels };
  }
}
