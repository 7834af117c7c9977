import type { Dataset, Normalization } from './dataset.js';
import type { DatasetName } from './load.js';

/**
 * Mean and standard deviation per channel and data set, as fractions of 255.
 *
 * CIFAR-10 and CIFAR-100: the QCFS code (paper.md 4.2). ImageNet: those of torchvision's
 * networks. MNIST and Fashion-MNIST: the customary values.
 * `shapes-10`: rounded from its 10,000 default training images.
 */
export const NORMALIZATIONS: Readonly<Record<DatasetName, Normalization>> = {
  'cifar-10': { mean: [0.4914, 0.4822, 0.4465], standardDeviation: [0.2023, 0.1994, 0.201] },
  'cifar-100': {
    mean: [129.3 / 255, 124.1 / 255, 112.4 / 255],
    standardDeviation: [68.2 / 255, 65.4 / 255, 70.4 / 255],
  },
  imagenet: { mean: [0.485, 0.456, 0.406], standardDeviation: [0.229, 0.224, 0.225] },
  mnist: { mean: [0.1307], standardDeviation: [0.3081] },
  'fashion-mnist': { mean: [0.286], standardDeviation: [0.353] },
  'shapes-10': { mean: [0.5, 0.5, 0.5], standardDeviation: [0.215, 0.215, 0.215] },
};

/**
 * Every value a byte can take after normalisation, `[256, channels]`.
 *
 *   table[p, c] = fround( fround( fround(p / 255) − fround(mean[c]) ) / fround(standardDeviation[c]) )
 *
 * that is float32 with rounding after each operation: the same bits as PyTorch's `ToTensor` + `Normalize`.
 *
 * @param channels number of channels the normalisation must have
 * @throws RangeError if mean or standardDeviation have another length, are not finite, or a deviation is ≤ 0
 */
export function normalizationTable(
  { mean, standardDeviation }: Normalization,
  channels: number,
): Float32Array {
  if (mean.length !== channels || standardDeviation.length !== channels) {
    throw new RangeError(
      `normalizationTable: normalization must have ${channels} means and deviations, got ${mean.length} and ${standardDeviation.length}.`,
    );
  }
  if (
    !mean.every(Number.isFinite) ||
    !standardDeviation.every((deviation) => deviation > 0 && Number.isFinite(deviation))
  ) {
    throw new RangeError(
      `normalizationTable: normalization must be finite with deviations > 0, got mean [${mean.join(', ')}], standardDeviation [${standardDeviation.join(', ')}].`,
    );
  }
  const table = new Float32Array(256 * channels);
  for (let pixel = 0; pixel < 256; pixel += 1) {
    for (let channel = 0; channel < channels; channel += 1) {
      const centred = Math.fround(Math.fround(pixel / 255) - Math.fround(mean[channel]!));
      table[pixel * channels + channel] = Math.fround(centred / Math.fround(standardDeviation[channel]!));
    }
  }
  return table;
}

/**
 * Images of a data set, normalised: the constant input current of the network.
 *
 *   out[k, y, x, c] = table[images[indices[k], y, x, c], c]      (see {@link normalizationTable})
 *
 * @param indices which images, in this order; integers in [0, dataset.length)
 * @param out     overwritten and returned, `[indices.length, h, w, c]` float32; default a new array
 * @throws RangeError if an index is out of range or `out` has a wrong length
 * @example
 * const images = normalizeImages(test, [0, 1], NORMALIZATIONS['shapes-10']);
 * images.length; // 6144
 */
export function normalizeImages(
  dataset: Dataset,
  indices: ArrayLike<number>,
  normalization: Normalization,
  out?: Float32Array,
): Float32Array {
  const [height, width, channels] = dataset.imageShape;
  const size = height * width * channels;
  const length = indices.length * size;
  const result = out ?? new Float32Array(length);
  if (result.length !== length) {
    throw new RangeError(
      `normalizeImages: out must hold ${indices.length} · ${size} = ${length} values, got ${result.length}.`,
    );
  }
  const table = normalizationTable(normalization, channels);
  for (let k = 0; k < indices.length; k += 1) {
    const index = indices[k]!;
    if (!Number.isInteger(index) || index < 0 || index >= dataset.length) {
      throw new RangeError(
        `normalizeImages: indices[${k}] must be an integer in [0, ${dataset.length}), got ${index}.`,
      );
    }
    applyTable(table, channels, dataset.images, index * size, result, k * size, size);
  }
  return result;
}

/** out[to + i] = table[pixels[from + i], i mod channels] for i < size. Kernel: nothing is checked. */
export function applyTable(
  table: Float32Array,
  channels: number,
  pixels: Uint8Array,
  from: number,
  out: Float32Array,
  to: number,
  size: number,
): void {
  for (let i = 0; i < size; i += channels) {
    for (let c = 0; c < channels; c += 1) out[to + i + c] = table[pixels[from + i + c]! * channels + c]!;
  }
}
