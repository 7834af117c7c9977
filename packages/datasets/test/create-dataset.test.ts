import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { createDataset, firstImages } from '../src/index.js';

const content = {
  name: 'tiny',
  split: 'test',
  imageShape: [1, 2, 1],
  images: Uint8Array.of(1, 2, 3, 4, 5, 6),
  labels: Uint8Array.of(0, 1, 0),
  classes: ['a', 'b'],
} as const;

describe('createDataset', () => {
  test('hashes the shape as little-endian words, the images and the labels', () => {
    const shape = Buffer.from(Uint32Array.of(3, 1, 2, 1).buffer);
    const hash = createHash('sha256')
      .update(shape)
      .update(content.images)
      .update(content.labels)
      .digest('hex');
    expect(createDataset(content)).toEqual({ ...content, length: 3, hash });
  });

  test('hashes the same bytes in shared memory to the same value', () => {
    const shared = new Uint8Array(new SharedArrayBuffer(6));
    shared.set(content.images);
    expect(createDataset({ ...content, images: shared }).hash).toBe(createDataset(content).hash);
  });

  test('refuses what does not fit together, with the values', () => {
    expect(() => createDataset({ ...content, imageShape: [1, 0, 1] })).toThrow(
      'createDataset: imageShape must be positive integers, got [1, 0, 1].',
    );
    expect(() => createDataset({ ...content, labels: Uint8Array.of(0, 1) })).toThrow(
      'createDataset: images must hold 2 · 2 = 4 bytes, one image per label, got 6.',
    );
    expect(() => createDataset({ ...content, labels: Uint8Array.of(0, 2, 1) })).toThrow(
      'createDataset: labels[1] must be < 2, got 2.',
    );
  });
});

describe('firstImages', () => {
  const dataset = createDataset(content);

  test('is a data set of its own with its own hash, in the same memory', () => {
    const first = firstImages(dataset, 2);
    expect(first).toEqual(
      createDataset({ ...content, images: Uint8Array.of(1, 2, 3, 4), labels: Uint8Array.of(0, 1) }),
    );
    expect(first.images.buffer).toBe(dataset.images.buffer);
    expect(firstImages(dataset, 3)).toBe(dataset);
  });

  test.each([0, 4, 1.5])('refuses a count of %d', (count) => {
    expect(() => firstImages(dataset, count)).toThrow(
      `firstImages: count must be an integer in [1, 3], got ${count}.`,
    );
  });
});
