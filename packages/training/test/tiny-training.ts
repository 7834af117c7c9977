import { createDataset, type Dataset, type Normalization } from '@opi-snn/datasets';
import { CounterRandom } from '@opi-snn/theory';
import { buildSmallVgg, type NetworkDescription } from '@opi-snn/network';
import type { TrainOptions } from '../src/train.js';
import { shortRecipe, type Recipe } from '../src/recipe.js';

/** Mean and deviation of one grey channel. */
export const GREY: Normalization = { mean: [0.5], standardDeviation: [0.25] };

/** 8x8 grey images of two classes: bright above or bright below, with noise; the same for the same seed. */
export function tinyDataset(length: number, seed = 1): Dataset {
  const random = new CounterRandom(seed);
  const labels = Uint8Array.from({ length }, (_, i) => i % 2);
  const images = Uint8Array.from({ length: length * 64 }, (_, i) => {
    const isBright = (i % 64 < 32 ? 0 : 1) === labels[Math.floor(i / 64)];
    return (isBright ? 100 : 60) + random.nextBelow(100);
  });
  return createDataset({
    name: 'tiny',
    split: 'train',
    imageShape: [8, 8, 1],
    images,
    labels,
    classes: ['above', 'below'],
  });
}

/** Two convolutions with batch norm and clip, 4 and 8 channels. */
export function tinyDescription(): NetworkDescription {
  return buildSmallVgg({ classes: 2, inputShape: [8, 8, 1], blocks: [[4], [8]] });
}

/** Six steps an epoch of 16 images each. */
export function tinyRecipe(changes: Partial<Recipe> = {}): Recipe {
  const augmentation = { crop: 1, flip: true };
  return { ...shortRecipe(GREY, 3), epochs: 2, batchSize: 16, augmentation, ...changes };
}

/** A whole run into `folder`. */
export function tinyTraining(folder: string, changes: Partial<TrainOptions> = {}): TrainOptions {
  return {
    description: tinyDescription(),
    recipe: tinyRecipe(),
    train: tinyDataset(100),
    folder,
    backend: 'wasm',
    ...changes,
  };
}
