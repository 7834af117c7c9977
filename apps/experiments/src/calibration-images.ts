import { normalizeImages, type Dataset } from '@opi-snn/datasets';
import type { Network } from '@opi-snn/network';
import { CounterRandom, shuffle } from '@opi-snn/theory';
import { normalizationOf } from './checkpoint.js';

/** Training images that a conversion is calibrated on, as the network takes them. */
export interface CalibrationImages {
  /** Normalised, [count, height, width, channels]. */
  readonly images: Float32Array;
  readonly count: number;
  readonly imageShape: Dataset['imageShape'];
  /** Where they come from, for the provenance of what is calibrated on them. */
  readonly source: {
    readonly dataSet: string;
    readonly split: string;
    /** Of the whole set. */
    readonly sha256: string;
    readonly images: number;
    /** That chose them. */
    readonly seed: number;
  };
}

/** Stream of the random numbers that choose calibration images. */
const IMAGE_STREAM = 0xca1;

/**
 * Training images drawn without repetition by a seed; never test images.
 *
 * @param network that says how images are normalised
 * @param dataset training set
 * @param options number of images (all, where the set has fewer) and seed
 * @throws UsageError if the network does not say how images are normalised
 */
export function chooseCalibrationImages(
  network: Network,
  dataset: Dataset,
  { images, seed }: { readonly images: number; readonly seed: number },
): CalibrationImages {
  const normalization = normalizationOf(network);
  const all = Array.from({ length: dataset.length }, (_, i) => i);
  shuffle(all, new CounterRandom(seed, IMAGE_STREAM));
  const chosen = all.slice(0, images);
  const { name, split, hash, imageShape } = dataset;
  return {
    images: normalizeImages(dataset, chosen, normalization),
    count: chosen.length,
    imageShape,
    source: { dataSet: name, split, sha256: hash, images: chosen.length, seed },
  };
}
