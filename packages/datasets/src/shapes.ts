import { CounterRandom } from '@opi-snn/theory';
import { createDataset } from './create-dataset.js';
import type { Dataset } from './dataset.js';
import { drawScene, SHAPES_CLASSES } from './shapes-scene.js';
import { paintScene, SHAPES_SIZE } from './shapes-paint.js';

export { SHAPES_CLASSES } from './shapes-scene.js';

/** Name of the embedded generated data set. */
export const EMBEDDED_DATASET = 'shapes-10';

/** Seed of the embedded set unless told otherwise: the year of the paper. */
export const DEFAULT_SHAPES_SEED = 2022;

/** Number of generated images unless told otherwise. */
export const DEFAULT_SHAPES_LENGTH: Readonly<Record<'train' | 'test', number>> = {
  train: 10_000,
  test: 2_000,
};

/** Options of {@link generateShapes}. */
export interface ShapesOptions {
  /** Integer in [0, 2⁵³); default {@link DEFAULT_SHAPES_SEED}. */
  readonly seed?: number | undefined;
  /** Number of images, integer in [1, 2³²); default {@link DEFAULT_SHAPES_LENGTH}. */
  readonly length?: number | undefined;
}

/** First stream word: keeps these draws apart from every other use of the same seed ("shap"). */
const STREAM_DOMAIN = 0x73686170;
const SPLIT_WORD = { train: 0, test: 1 } as const;

/**
 * Generates the embedded set: 32x32 RGB images of ten classes, seven plain shapes on a shaded background and three
 * textures on such a shape, with random colour, place, scale, rotation, stretch, distractors, occlusion and noise.
 *
 * Every image is a pure function of (seed, split, index), of only + − · / √ in float64: the same bytes on every
 * engine, for any length, in any order. The splits draw from different streams. Classes take turns:
 * label = index mod 10.
 *
 * @throws RangeError if seed or length is out of range
 * @example
 * generateShapes('test', { length: 20 }).labels[13]; // 3
 */
export function generateShapes(split: 'train' | 'test', options: ShapesOptions = {}): Dataset {
  const { seed = DEFAULT_SHAPES_SEED, length = DEFAULT_SHAPES_LENGTH[split] } = options;
  if (!Number.isInteger(length) || length < 1 || length > 0xffffffff) {
    throw new RangeError(`generateShapes: length must be an integer in [1, 2^32), got ${length}.`);
  }
  const bytes = SHAPES_SIZE * SHAPES_SIZE * 3;
  const images = new Uint8Array(length * bytes);
  const labels = new Uint8Array(length);
  for (let index = 0; index < length; index += 1) {
    labels[index] = shapesLabel(index);
    renderShapesImage(seed, split, index, images.subarray(index * bytes, (index + 1) * bytes));
  }
  const imageShape = [SHAPES_SIZE, SHAPES_SIZE, 3] as const;
  return createDataset({
    name: EMBEDDED_DATASET,
    split,
    imageShape,
    images,
    labels,
    classes: SHAPES_CLASSES,
  });
}

/** Label of the image at an index: index mod 10. */
export function shapesLabel(index: number): number {
  return index % SHAPES_CLASSES.length;
}

/**
 * One image of the embedded set.
 *
 * @param index integer in [0, 2³²)
 * @param out   overwritten, `[32, 32, 3]` bytes; default a new array
 * @returns `out`
 * @throws RangeError if seed or index is out of range, or `out` has a wrong length
 */
export function renderShapesImage(
  seed: number,
  split: 'train' | 'test',
  index: number,
  out: Uint8Array = new Uint8Array(SHAPES_SIZE * SHAPES_SIZE * 3),
): Uint8Array {
  if (out.length !== SHAPES_SIZE * SHAPES_SIZE * 3) {
    throw new RangeError(
      `renderShapesImage: out must hold ${SHAPES_SIZE * SHAPES_SIZE * 3} bytes, got ${out.length}.`,
    );
  }
  const random = new CounterRandom(seed, STREAM_DOMAIN, SPLIT_WORD[split], index);
  const scene = drawScene(shapesLabel(index), random);
  paintScene(scene, random, out);
  return out;
}
