import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { temporaryFolder } from '@opi-snn/test-utils';
import { describe, expect, test } from 'vitest';
import { DATASET_NAMES, loadDataset, NORMALIZATIONS, normalizeImages } from '../src/index.js';

const realData = process.env['OPI_DATA_DIR'] ?? '';

describe('the embedded set', () => {
  test('is a pure function of seed, split and index', async () => {
    const [few, more] = [
      await loadDataset('shapes-10', 'test', { length: 20 }),
      await loadDataset('shapes-10', 'test', { length: 40 }),
    ];
    const size = few.images.length;
    expect(Buffer.compare(Buffer.from(few.images), Buffer.from(more.images.subarray(0, size)))).toBe(0);
    expect([...few.labels]).toEqual([...more.labels.subarray(0, 20)]);
  });

  test('has disjoint training and test images, ten classes, bytes', async () => {
    const train = await loadDataset('shapes-10', 'train', { length: 10 });
    const held = await loadDataset('shapes-10', 'test', { length: 10 });
    expect(train.hash).not.toBe(held.hash);
    expect(train.classes).toHaveLength(10);
    expect(train.imageShape).toEqual([32, 32, 3]);
    expect(train.images).toHaveLength(10 * 32 * 32 * 3);
  });
});

describe('loadDataset', () => {
  test('names every missing file, and how to get them', async () => {
    const folder = temporaryFolder();
    await expect(loadDataset('cifar-10', 'train', { folder })).rejects.toThrow(
      /data_batch_1\.bin[^]*data_batch_5\.bin[^]*opi data fetch cifar-10/,
    );
  });

  test('refuses a truncated file with found and expected size', async () => {
    const folder = temporaryFolder();
    await mkdir(join(folder, 'cifar-10-batches-bin'));
    await writeFile(join(folder, 'cifar-10-batches-bin', 'test_batch.bin'), new Uint8Array(3073));
    await expect(loadDataset('cifar-10', 'test', { folder })).rejects.toThrow(/30,?730,?000[^]*3,?073/);
  });

  test.skipIf(realData === '')('reads the official files (skipped without OPI_DATA_DIR)', async () => {
    const cifar = await loadDataset('cifar-10', 'test', { folder: realData });
    expect(cifar.length).toBe(10_000);
    const counts = new Array<number>(10).fill(0);
    for (const label of cifar.labels) counts[label]! += 1;
    expect(counts).toEqual(new Array<number>(10).fill(1000));
    expect([...cifar.labels.subarray(0, 5)]).toEqual([3, 8, 8, 0, 6]);
  });
});

describe('normalizeImages', () => {
  test('is (pixel/255 − mean) / deviation, rounded to float32 after each operation', async () => {
    const dataset = await loadDataset('shapes-10', 'test', { length: 3 });
    const normalization = NORMALIZATIONS['shapes-10'];
    const out = normalizeImages(dataset, [2], normalization);
    const size = out.length;
    const expected = Array.from(dataset.images.subarray(2 * size, 3 * size), (pixel, i) => {
      const centred = Math.fround(Math.fround(pixel / 255) - Math.fround(normalization.mean[i % 3]!));
      return Math.fround(centred / Math.fround(normalization.standardDeviation[i % 3]!));
    });
    expect([...out]).toEqual(expected);
  });

  test('knows a normalisation for every data set', () => {
    for (const name of DATASET_NAMES) expect(NORMALIZATIONS[name].mean.length).toBeGreaterThan(0);
  });
});
