import type { CounterRandom } from '@opi-snn/theory';

/** Which random changes a training image undergoes, in this order: crop, flip, [normalise], Cutout. */
export interface Augmentation {
  /** Zero pixels added on each side before a crop of the original size at a random place; 0 or absent for none. */
  readonly crop?: number;
  /** Mirror left to right with probability 1/2. */
  readonly flip?: boolean;
  /** Side of one square at a random centre that is set to the mean (0 after normalisation); clipped at the border. */
  readonly cutout?: number;
}

/** One image and what to do with it. */
export interface AugmentRequest {
  /** [height, width, channels], bytes. */
  readonly pixels: Uint8Array;
  readonly shape: readonly [height: number, width: number, channels: number];
  /** Normalised value by pixel · channels + channel, see `normalizationTable`. */
  readonly table: Float32Array;
  readonly augmentation: Augmentation;
  readonly random: CounterRandom;
  /** [height, width, channels], overwritten. */
  readonly out: Float32Array;
}

/**
 * Crops, flips, normalises and cuts out one image. Always takes the same draws in the same order (row and column of
 * the crop, flip, row and column of the hole; each only if asked for).
 *
 * @see He et al. (2016), 4.2 for crop and flip; DeVries & Taylor (2017) for Cutout
 */
export function augmentImage({ pixels, shape, table, augmentation, random, out }: AugmentRequest): void {
  const [height, width, channels] = shape;
  const { crop = 0, flip = false, cutout = 0 } = augmentation;
  const top = crop > 0 ? random.nextBelow(2 * crop + 1) - crop : 0;
  const left = crop > 0 ? random.nextBelow(2 * crop + 1) - crop : 0;
  const mirrored = flip && random.nextBelow(2) === 1;
  for (let row = 0; row < height; row += 1) {
    const sourceRow = row + top;
    const rowInside = sourceRow >= 0 && sourceRow < height;
    for (let column = 0; column < width; column += 1) {
      const sourceColumn = (mirrored ? width - 1 - column : column) + left;
      const to = (row * width + column) * channels;
      if (rowInside && sourceColumn >= 0 && sourceColumn < width) {
        const from = (sourceRow * width + sourceColumn) * channels;
        for (let c = 0; c < channels; c += 1) out[to + c] = table[pixels[from + c]! * channels + c]!;
      } else {
        // Padding is black, as in torchvision's RandomCrop before normalisation.
        for (let c = 0; c < channels; c += 1) out[to + c] = table[c]!;
      }
    }
  }
  if (cutout > 0) cutHole(out, shape, cutout, random.nextBelow(height), random.nextBelow(width));
}

function cutHole(
  image: Float32Array,
  [height, width, channels]: AugmentRequest['shape'],
  length: number,
  centreRow: number,
  centreColumn: number,
): void {
  const clamp = (value: number, extent: number): number => Math.min(extent, Math.max(0, value));
  const half = Math.floor(length / 2);
  const [fromColumn, toColumn] = [
    clamp(centreColumn - half, width),
    clamp(centreColumn - half + length, width),
  ];
  for (let row = clamp(centreRow - half, height); row < clamp(centreRow - half + length, height); row += 1) {
    image.fill(0, (row * width + fromColumn) * channels, (row * width + toColumn) * channels);
  }
}
