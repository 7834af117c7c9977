import { describe, expect, test } from 'vitest';
import { imagesInMemory } from '../src/index.js';

describe('imagesInMemory', () => {
  test('writes the images asked for, in the order asked for', async () => {
    const source = imagesInMemory(Float32Array.of(0, 1, 10, 11, 20, 21), [1, 2, 1]);
    expect([source.length, source.imageShape]).toEqual([3, [1, 2, 1]]);
    const out = new Float32Array(6);
    await source.read(Uint32Array.of(2, 0, 2), out);
    expect([...out]).toEqual([20, 21, 0, 1, 20, 21]);
  });

  test('refuses part of an image', () => {
    expect(() => imagesInMemory(new Float32Array(7), [1, 2, 3])).toThrow(
      new RangeError('imagesInMemory: images must hold a multiple of 1 · 2 · 3 = 6 values, got 7.'),
    );
  });
});
