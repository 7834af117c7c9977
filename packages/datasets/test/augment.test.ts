import { expectSameBits } from '@opi-snn/test-utils';
import { CounterRandom } from '@opi-snn/theory';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  Augmenter,
  autoAugment,
  DATASET_NAMES,
  NORMALIZATIONS,
  normalizationTable,
  paperAugmentation,
  renderShapesImage,
  type Augmentation,
} from '../src/index.js';

type Shape = readonly [height: number, width: number, channels: number];

/** Per-pixel definition of crop, flip, AutoAugment, normalisation and Cutout, draw by draw. */
function reference(pixels: Uint8Array, shape: Shape, augmentation: Augmentation, seed: number): Float32Array {
  const [height, width, channels] = shape;
  const { crop = 0, flip = false, cutout = 0 } = augmentation;
  const random = new CounterRandom(seed);
  const top = crop > 0 ? random.nextBelow(2 * crop + 1) - crop : 0;
  const left = crop > 0 ? random.nextBelow(2 * crop + 1) - crop : 0;
  const mirrored = flip && random.nextBelow(2) === 1;
  const at = (y: number, x: number, c: number): number =>
    y < 0 || y >= height || x < 0 || x >= width ? 0 : pixels[(y * width + x) * channels + c]!;
  const cropped = Uint8Array.from(pixels, (_, i) => {
    const [y, x, c] = [Math.floor(i / channels / width), Math.floor(i / channels) % width, i % channels];
    return at(y + top, (mirrored ? width - 1 - x : x) + left, c);
  });
  if (augmentation.autoAugment)
    autoAugment({ height, width, pixels: cropped, scratch: new Uint8Array(cropped.length) }, random);
  const table = normalizationTable(normalization(channels), channels);
  const out = Float32Array.from(cropped, (value, i) => table[value * channels + (i % channels)]!);
  if (cutout === 0) return out;
  const [row, column] = [random.nextBelow(height), random.nextBelow(width)];
  const inHole = (position: number, centre: number): boolean =>
    position >= centre - Math.floor(cutout / 2) && position < centre - Math.floor(cutout / 2) + cutout;
  return out.map((value, i) => {
    const pixel = Math.floor(i / channels);
    return inHole(Math.floor(pixel / width), row) && inHole(pixel % width, column) ? 0 : value;
  });
}

function normalization(channels: number): { mean: number[]; standardDeviation: number[] } {
  const values = [0.25, 0.5, 0.75].slice(0, channels);
  return { mean: values, standardDeviation: values };
}

function augmented(pixels: Uint8Array, shape: Shape, augmentation: Augmentation, seed: number): Float32Array {
  const out = new Float32Array(pixels.length);
  const augmenter = new Augmenter(shape, augmentation, normalization(shape[2]));
  // A first image leaves its traces in the buffers; they must not show.
  augmenter.augment(new Uint8Array(pixels.length).fill(201), new CounterRandom(1), out);
  augmenter.augment(pixels, new CounterRandom(seed), out);
  return out;
}

const shapes = fc.tuple(
  fc.integer({ min: 1, max: 9 }),
  fc.integer({ min: 1, max: 9 }),
  fc.constantFrom(1, 3),
);
const augmentations = fc.record({
  crop: fc.integer({ min: 0, max: 12 }),
  flip: fc.boolean(),
  cutout: fc.integer({ min: 0, max: 12 }),
});

describe('Augmenter', () => {
  test('crops with black, flips, normalises and cuts out as defined pixel by pixel', () => {
    fc.assert(
      fc.property(shapes, augmentations, fc.nat(), (shape, augmentation, seed) => {
        const random = new CounterRandom(seed, 1);
        const pixels = Uint8Array.from({ length: shape[0] * shape[1] * shape[2] }, () =>
          random.nextBelow(256),
        );
        expectSameBits(
          augmented(pixels, shape, augmentation, seed),
          reference(pixels, shape, augmentation, seed),
        );
      }),
      { numRuns: 300 },
    );
  });

  test('applies AutoAugment after the flip and before normalisation and Cutout', () => {
    const shape = [32, 32, 3] as const;
    for (let seed = 0; seed < 50; seed += 1) {
      const pixels = renderShapesImage(5, 'train', seed);
      const augmentation = paperAugmentation('cifar-100');
      expectSameBits(
        augmented(pixels, shape, augmentation, seed),
        reference(pixels, shape, augmentation, seed),
      );
    }
  });

  test('takes draws of a fixed number, so that an image never changes those of another part', () => {
    const augmenter = new Augmenter([32, 32, 3], paperAugmentation('cifar-10'), normalization(3));
    for (let seed = 0; seed < 50; seed += 1) {
      const random = new CounterRandom(seed);
      augmenter.augment(renderShapesImage(5, 'train', seed), random, new Float32Array(3072));
      expect(random.position).toBe(10);
    }
  });

  test('refuses AutoAugment for grey images', () => {
    expect(() => new Augmenter([28, 28, 1], { autoAugment: 'cifar-10' }, normalization(1))).toThrow(
      'Augmenter: imageShape must have 3 channels for autoAugment, got 1. Leave autoAugment out for grey images.',
    );
  });
});

describe('paperAugmentation', () => {
  test('is crop 4, flip, AutoAugment, and Cutout 16 for CIFAR-10, 8 for CIFAR-100', () => {
    const common = { crop: 4, flip: true, autoAugment: 'cifar-10' };
    expect(paperAugmentation('cifar-10')).toEqual({ ...common, cutout: 16 });
    expect(paperAugmentation('cifar-100')).toEqual({ ...common, cutout: 8 });
  });

  test('fits the images of every data set', () => {
    for (const name of DATASET_NAMES) {
      const channels = NORMALIZATIONS[name].mean.length;
      expect(
        () => new Augmenter([28, 28, channels], paperAugmentation(name), NORMALIZATIONS[name]),
      ).not.toThrow();
    }
  });
});
