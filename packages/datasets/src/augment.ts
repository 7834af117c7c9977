import type { CounterRandom } from '@opi-snn/theory';
import { autoAugment } from './auto-augment.js';
import type { DatasetName } from './load.js';
import type { Normalization } from './dataset.js';
import type { WorkingImage } from './geometric-operations.js';
import { applyTable, normalizationTable } from './normalization.js';

/** Which random changes a training image undergoes, in this order: crop, flip, AutoAugment, [normalise], Cutout. */
export interface Augmentation {
  /** Zero pixels added on each side before a crop of the original size at a random place; 0 or absent for none. */
  readonly crop?: number;
  /** Mirror left to right with probability 1/2. */
  readonly flip?: boolean;
  /** One of the 25 sub-policies of AutoAugment found on CIFAR-10, see `autoAugment`; RGB images only. */
  readonly autoAugment?: 'cifar-10';
  /** Side of one square at a random centre that is set to the mean (0 after normalisation); clipped at the border. */
  readonly cutout?: number;
}

/**
 * The augmentation of the published recipe for a data set: crop 4, flip, AutoAugment, and Cutout of 16 (CIFAR-10) or
 * 8 (CIFAR-100). The papers do not train on the other sets: those get the parts that leave an image in its class
 * (AutoAugment needs colour and was found on photographs; mirrored digits are none).
 *
 * @see Bu et al. (AAAI 2022), experiments; Bu et al. (ICLR 2022), appendix A.1 and code of the data loader
 */
export function paperAugmentation(dataset: DatasetName): Augmentation {
  return PAPER_AUGMENTATIONS[dataset];
}

const PAPER_AUGMENTATIONS: Readonly<Record<DatasetName, Augmentation>> = {
  'cifar-10': { crop: 4, flip: true, autoAugment: 'cifar-10', cutout: 16 },
  'cifar-100': { crop: 4, flip: true, autoAugment: 'cifar-10', cutout: 8 },
  'shapes-10': { crop: 4, flip: true, cutout: 16 },
  // The published one (random resized crop, flip, colour jitter) changes sizes, which nothing here does.
  imagenet: { flip: true },
  mnist: { crop: 4 },
  'fashion-mnist': { crop: 4, flip: true },
};

/** Augments and normalises images of one shape; keeps its buffers, so that nothing is allocated per image. */
export class Augmenter {
  readonly #image: WorkingImage;
  readonly #channels: number;
  readonly #table: Float32Array;
  readonly #augmentation: Augmentation;

  /**
   * @param imageShape    [height, width, channels]
   * @param augmentation  what to do
   * @param normalization applied before Cutout
   * @throws RangeError if the normalization does not fit, or AutoAugment is asked for on images without three channels
   */
  constructor(
    imageShape: readonly [height: number, width: number, channels: number],
    augmentation: Augmentation,
    normalization: Normalization,
  ) {
    const [height, width, channels] = imageShape;
    if (augmentation.autoAugment !== undefined && channels !== 3) {
      throw new RangeError(
        `Augmenter: imageShape must have 3 channels for autoAugment, got ${channels}. Leave autoAugment out for grey images.`,
      );
    }
    const size = height * width * channels;
    this.#image = { height, width, pixels: new Uint8Array(size), scratch: new Uint8Array(size) };
    this.#channels = channels;
    this.#table = normalizationTable(normalization, channels);
    this.#augmentation = augmentation;
  }

  /**
   * Crops, flips, augments, normalises and cuts out one image. Takes the same draws in the same order whatever they
   * are (row and column of the crop, flip, five of AutoAugment, row and column of the hole; each only if asked for).
   *
   * @param pixels `[height, width, channels]`, bytes
   * @param random advanced
   * @param out    `[height, width, channels]`, overwritten
   * @see He et al. (2016), 4.2 for crop and flip; DeVries & Taylor (2017) for Cutout
   */
  augment(pixels: Uint8Array, random: CounterRandom, out: Float32Array): void {
    const { crop = 0, flip = false, cutout = 0 } = this.#augmentation;
    const { height, width } = this.#image;
    const top = crop > 0 ? random.nextBelow(2 * crop + 1) - crop : 0;
    const left = crop > 0 ? random.nextBelow(2 * crop + 1) - crop : 0;
    const mirrored = flip && random.nextBelow(2) === 1;
    this.#cropAndFlip(pixels, top, left, mirrored);
    if (this.#augmentation.autoAugment !== undefined) autoAugment(this.#image, random);
    applyTable(this.#table, this.#channels, this.#image.pixels, 0, out, 0, out.length);
    if (cutout > 0) this.#cutHole(out, cutout, random.nextBelow(height), random.nextBelow(width));
  }

  /** pixels of the working image(y, x) = pixels(y + top, x' + left), x' = x or mirrored; black outside. */
  #cropAndFlip(pixels: Uint8Array, top: number, left: number, mirrored: boolean): void {
    const { height, width, pixels: target } = this.#image;
    const channels = this.#channels;
    const stride = width * channels;
    // Padding is black, as in torchvision's RandomCrop before normalisation.
    if (top !== 0 || left !== 0) target.fill(0);
    const [from, to] = [Math.max(0, left), Math.min(width, width + left)];
    if (from >= to) return;
    for (let row = Math.max(0, -top); row < Math.min(height, height - top); row += 1) {
      const source = (row + top) * stride;
      const line = row * stride;
      if (!mirrored) {
        target.set(
          pixels.subarray(source + from * channels, source + to * channels),
          line + (from - left) * channels,
        );
        continue;
      }
      for (let column = from; column < to; column += 1) {
        const a = source + column * channels;
        const b = line + (width - 1 - (column - left)) * channels;
        for (let c = 0; c < channels; c += 1) target[b + c] = pixels[a + c]!;
      }
    }
  }

  #cutHole(out: Float32Array, length: number, centreRow: number, centreColumn: number): void {
    const { height, width } = this.#image;
    const clamp = (value: number, extent: number): number => Math.min(extent, Math.max(0, value));
    const half = Math.floor(length / 2);
    const fromColumn = clamp(centreColumn - half, width);
    const toColumn = clamp(centreColumn - half + length, width);
    const toRow = clamp(centreRow - half + length, height);
    for (let row = clamp(centreRow - half, height); row < toRow; row += 1) {
      const line = row * width;
      out.fill(0, (line + fromColumn) * this.#channels, (line + toColumn) * this.#channels);
    }
  }
}
