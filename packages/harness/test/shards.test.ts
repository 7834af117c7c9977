import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { DEFAULT_SHARD_SIZE, mergeShards, shardSpecs, type SimulationResult } from '../src/index.js';
import { makeRun } from './runs.js';

const cut = (from: number, to: number, size?: number): number[][] =>
  shardSpecs({ images: { from, to } }, size).map(({ images }) => [images.from, images.to]);

describe('shardSpecs', () => {
  test('cuts at multiples of the size in the data set', () => {
    expect(cut(100, 600, 250)).toEqual([
      [100, 250],
      [250, 500],
      [500, 600],
    ]);
  });

  test('covers every range once, ascending, and keeps the rest of the spec', () => {
    const ranges = fc.record({ from: fc.nat(5000), length: fc.integer({ min: 1, max: 5000 }) });
    fc.assert(
      fc.property(ranges, fc.integer({ min: 1, max: 700 }), ({ from, length }, size) => {
        const shards = shardSpecs({ images: { from, to: from + length }, seed: 7 }, size);
        expect(shards[0]!.images.from).toBe(from);
        expect(shards.at(-1)!.images.to).toBe(from + length);
        shards.forEach(({ images, seed }, i) => {
          expect(seed).toBe(7);
          expect(images.to - images.from).toBeLessThanOrEqual(size);
          if (i > 0) expect(images.from).toBe(shards[i - 1]!.images.to);
          if (i > 0) expect(images.from % size).toBe(0);
        });
      }),
    );
  });

  test('finds the full shards of a shorter run in a longer one', () => {
    const short = cut(0, 1000).map(String);
    expect(cut(0, 10_000).map(String)).toEqual(expect.arrayContaining(short));
    expect(short).toHaveLength(1000 / DEFAULT_SHARD_SIZE);
  });

  test.each([
    [0, 0, 1, 'shardSpecs: images must be a range 0 ≤ from < to of integers, got [0, 0).'],
    [-1, 2, 1, 'shardSpecs: images must be a range 0 ≤ from < to of integers, got [-1, 2).'],
    [0, 1.5, 1, 'shardSpecs: images must be a range 0 ≤ from < to of integers, got [0, 1.5).'],
    [0, 2, 0, 'shardSpecs: shardSize must be a positive integer, got 0.'],
    [0, 2, NaN, 'shardSpecs: shardSize must be a positive integer, got NaN.'],
  ])('refuses [%d, %d) in shards of %d', (from, to, size, message) => {
    expect(() => cut(from, to, size)).toThrow(new RangeError(message));
  });
});

const layers = [
  { name: 'fire', neurons: 3 },
  { name: 'logits', neurons: 2 },
];

/** A run of 12 images whose counts are all different, and the same run in pieces. */
function slice(from: number, to: number): SimulationResult {
  const images = Array.from({ length: to - from }, (_, i) => from + i);
  const run = makeRun({
    from,
    predictions: images.map((image) => [image % 3, (image * 7) % 5]),
    layers,
    firstSpikes: images.map((image) => [
      [image + 1, image % 4],
      [0, 0],
    ]),
  });
  const sum = (weight: number): number => images.reduce((total, image) => total + weight * image, 0);
  return {
    ...run,
    layers: run.layers.map((layer, i) => ({
      ...layer,
      spikes: [sum(i + 1), sum(i + 2)],
      synapticOperations: [sum(i + 3), sum(i + 4)],
    })),
  };
}

describe('mergeShards', () => {
  test('gives the run back however it was cut', () => {
    const boundaries = fc.uniqueArray(fc.integer({ min: 1, max: 11 }), { maxLength: 5 });
    fc.assert(
      fc.property(boundaries, (inner) => {
        const ends = [...inner.sort((a, b) => a - b), 12];
        const shards = ends.map((to, i) => slice(ends[i - 1] ?? 0, to));
        expect(mergeShards(shards)).toEqual(slice(0, 12));
      }),
    );
  });

  test('names every gap, overlap, and difference in time-steps or layers', () => {
    const other = { ...slice(6, 8), layers: [] };
    const longer = makeRun({ from: 8, predictions: [[0, 0, 0]], layers });
    expect(() => mergeShards([slice(0, 4), slice(5, 6), slice(5, 6), other, longer])).toThrow(
      new RangeError(
        'mergeShards: shards must continue each other, got [5, 6) after image 4; [5, 6) after image 6; ' +
          'other layers in [6, 8); 3 time-steps instead of 2 in [8, 9).',
      ),
    );
  });

  test('refuses no shards', () => {
    expect(() => mergeShards([])).toThrow(
      new RangeError('mergeShards: shards must not be empty, got 0 shards.'),
    );
  });
});
