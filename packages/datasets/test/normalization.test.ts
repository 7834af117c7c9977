import { describe, expect, test } from 'vitest';
import {
  DATASET_NAMES,
  generateShapes,
  NORMALIZATIONS,
  normalizationTable,
  normalizeImages,
} from '../src/index.js';

const dataset = generateShapes('test', { length: 3 });
const normalization = NORMALIZATIONS['shapes-10'];

describe('normalizeImages', () => {
  test('is (pixel/255 − mean) / deviation, rounded to float32 after each operation', () => {
    const out = normalizeImages(dataset, [2], normalization);
    const size = out.length;
    const expected = Array.from(dataset.images.subarray(2 * size, 3 * size), (pixel, i) => {
      const centred = Math.fround(Math.fround(pixel / 255) - Math.fround(normalization.mean[i % 3]!));
      return Math.fround(centred / Math.fround(normalization.standardDeviation[i % 3]!));
    });
    expect([...out]).toEqual(expected);
  });

  test('takes images in the given order, into the given array', () => {
    const out = new Float32Array(2 * 3072);
    expect(normalizeImages(dataset, [2, 0], normalization, out)).toBe(out);
    expect([...out.subarray(3072)]).toEqual([...normalizeImages(dataset, [0], normalization)]);
  });

  test('refuses an index outside the data set and an array of another length', () => {
    expect(() => normalizeImages(dataset, [0, 3], normalization)).toThrow(
      'normalizeImages: indices[1] must be an integer in [0, 3), got 3.',
    );
    expect(() => normalizeImages(dataset, [0], normalization, new Float32Array(5))).toThrow(
      'normalizeImages: out must hold 1 · 3072 = 3072 values, got 5.',
    );
  });
});

describe('normalizationTable', () => {
  test('refuses other channels, and deviations that are not positive and finite', () => {
    expect(() => normalizationTable(NORMALIZATIONS.mnist, 3)).toThrow(
      'normalizationTable: normalization must have 3 means and deviations, got 1 and 1.',
    );
    expect(() => normalizationTable({ mean: [0], standardDeviation: [0] }, 1)).toThrow(
      'normalizationTable: normalization must be finite with deviations > 0, got mean [0], standardDeviation [0].',
    );
    expect(() => normalizationTable({ mean: [Number.NaN], standardDeviation: [1] }, 1)).toThrow(
      /got mean \[NaN\]/,
    );
  });
});

describe('NORMALIZATIONS', () => {
  test('has the constants of the published code for the CIFARs', () => {
    expect(NORMALIZATIONS['cifar-10']).toEqual({
      mean: [0.4914, 0.4822, 0.4465],
      standardDeviation: [0.2023, 0.1994, 0.201],
    });
    const bytes = (values: readonly number[]): number[] =>
      values.map((value) => Number((value * 255).toFixed(9)));
    expect(bytes(NORMALIZATIONS['cifar-100'].mean)).toEqual([129.3, 124.1, 112.4]);
    expect(bytes(NORMALIZATIONS['cifar-100'].standardDeviation)).toEqual([68.2, 65.4, 70.4]);
  });

  test('fits the channels of every data set', () => {
    for (const name of DATASET_NAMES) {
      const channels = name.includes('mnist') ? 1 : 3;
      expect(normalizationTable(NORMALIZATIONS[name], channels)).toHaveLength(256 * channels);
    }
  });

  test('is that of the embedded set within 0.02, measured over 500 training images', () => {
    const { images } = generateShapes('train', { length: 500 });
    for (let channel = 0; channel < 3; channel += 1) {
      let [sum, squares] = [0, 0];
      for (let i = channel; i < images.length; i += 3) {
        sum += images[i]! / 255;
        squares += (images[i]! / 255) ** 2;
      }
      const mean = sum / (images.length / 3);
      const deviation = Math.sqrt(squares / (images.length / 3) - mean * mean);
      expect(Math.abs(mean - normalization.mean[channel]!)).toBeLessThan(0.02);
      expect(Math.abs(deviation - normalization.standardDeviation[channel]!)).toBeLessThan(0.02);
    }
  });
});
