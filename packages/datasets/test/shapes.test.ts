import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { generateShapes, renderShapesImage, SHAPES_CLASSES, shapesLabel } from '../src/index.js';

const splits = fc.constantFrom('train' as const, 'test' as const);

describe('generateShapes', () => {
  // Whoever changes these bytes changes every result on them, and the committed checkpoint's meaning.
  test.each([
    ['train', '1bb5902f004355c451a0e7fae90e18dddaa14182bf128a507b66f946e21e6840'],
    ['test', '6a18638b07f0cbd0f151c9e8c21bca2111d1a74455228883dd3c44a38a7932a5'],
  ] as const)('gives the pinned bytes of the first 200 %s images', (split, hash) => {
    expect(generateShapes(split, { length: 200 }).hash).toBe(hash);
  });

  test('makes every image a function of seed, split and index alone', () => {
    fc.assert(
      fc.property(fc.nat(), splits, fc.integer({ min: 1, max: 8 }), (seed, split, length) => {
        const { images, labels } = generateShapes(split, { seed, length });
        const last = renderShapesImage(seed, split, length - 1);
        expect(Buffer.compare(images.subarray((length - 1) * 3072), last)).toBe(0);
        expect([...labels]).toEqual(Array.from({ length }, (_, i) => shapesLabel(i)));
      }),
      { numRuns: 20 },
    );
  });

  test('has ten classes that take turns, so that any whole tens are balanced', () => {
    const { labels, classes, imageShape } = generateShapes('train', { length: 100 });
    expect(classes).toBe(SHAPES_CLASSES);
    expect(new Set(classes).size).toBe(10);
    expect(imageShape).toEqual([32, 32, 3]);
    for (let label = 0; label < 10; label += 1)
      expect(labels.filter((found) => found === label)).toHaveLength(10);
  });

  test('never shows the same image twice, in the splits, in one split, or under another seed', () => {
    const size = 3072;
    const sets = [
      generateShapes('train', { length: 100 }),
      generateShapes('test', { length: 100 }),
      generateShapes('train', { length: 100, seed: 1 }),
    ];
    const seen = new Set(
      sets.flatMap(({ images }) =>
        Array.from({ length: 100 }, (_, i) =>
          Buffer.from(images.subarray(i * size, (i + 1) * size)).toString('latin1'),
        ),
      ),
    );
    expect(seen.size).toBe(300);
  });

  test('refuses lengths, seeds and arrays that are out of range', () => {
    expect(() => generateShapes('test', { length: 0 })).toThrow(
      'generateShapes: length must be an integer in [1, 2^32), got 0.',
    );
    expect(() => generateShapes('test', { length: 1, seed: -1 })).toThrow(
      /seed must be an integer in \[0, 2\^53\), got -1/,
    );
    expect(() => renderShapesImage(1, 'test', 0, new Uint8Array(3))).toThrow(
      'renderShapesImage: out must hold 3072 bytes, got 3.',
    );
  });
});
