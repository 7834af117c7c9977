import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { loadDataset, NORMALIZATIONS, trainingBatches, type TrainingBatchesOptions } from '../src/index.js';

const dataset = await loadDataset('shapes-10', 'train', { length: 50 });
const options: TrainingBatchesOptions = {
  batchSize: 16,
  seed: 7,
  epoch: 3,
  augmentation: { crop: 4, flip: true, cutout: 8 },
  normalization: NORMALIZATIONS['shapes-10'],
};

describe('trainingBatches', () => {
  test('gives full batches only, every image at most once', () => {
    const batches = [...trainingBatches(dataset, { ...options, augmentation: {} })];
    expect(batches.map(({ index }) => index)).toEqual([0, 1, 2]);
    const images = batches.flatMap((batch) =>
      Array.from({ length: 16 }, (_, i) => batch.images.subarray(i * 3072, (i + 1) * 3072).join()),
    );
    expect(new Set(images).size).toBe(48);
  });

  test('continues inside an epoch with the same bits', () => {
    const whole = [...trainingBatches(dataset, options)];
    const rest = [...trainingBatches(dataset, { ...options, from: 2 })];
    expect(rest).toEqual(whole.slice(2));
  });

  test('draws another order and augmentation in another epoch', () => {
    const [first] = trainingBatches(dataset, options);
    const [second] = trainingBatches(dataset, { ...options, epoch: 4 });
    expect([...first!.images]).not.toEqual([...second!.images]);
  });

  test('refuses a batch larger than the data set', () => {
    expect(() => [...trainingBatches(dataset, { ...options, batchSize: 51 })]).toThrow(
      'trainingBatches: batchSize must be an integer in [1, 50], got 51.',
    );
  });

  test('refuses to start behind the last batch', () => {
    expect(() => [...trainingBatches(dataset, { ...options, from: 4 })]).toThrow(
      'trainingBatches: from must be an integer in [0, 3], got 4.',
    );
    expect([...trainingBatches(dataset, { ...options, from: 3 })]).toEqual([]);
  });

  test('gives the bits that earlier trained networks saw', () => {
    const hash = createHash('sha256');
    for (const { images, labels } of trainingBatches(dataset, options)) hash.update(images).update(labels);
    expect(hash.digest('hex')).toBe('1218cbef95133f7e09cf89a56ffe0cea2fc4910183c36400d0729ae5dceb11b3');
  });
});
