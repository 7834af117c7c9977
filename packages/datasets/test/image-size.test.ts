import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cropStart, scaledSize } from '../src/image-size.js';

describe('scaledSize', () => {
  it('makes the shorter side as long as asked and rounds the longer one down', () => {
    expect(scaledSize(500, 375, 256)).toEqual([341, 256]);
    expect(scaledSize(375, 500, 256)).toEqual([256, 341]);
    expect(scaledSize(10, 10, 256)).toEqual([256, 256]);
  });

  it('never loses a column of the crop, whatever the size', () => {
    const side = fc.integer({ min: 1, max: 10_000 });
    fc.assert(
      fc.property(side, side, (width, height) => {
        const scaled = scaledSize(width, height, 256);
        expect(Math.min(...scaled)).toBe(256);
      }),
    );
  });
});

describe('cropStart', () => {
  it('is the middle, halves to the even integer as Python rounds', () => {
    expect([256, 341, 343, 225, 227, 224].map((length) => cropStart(length, 224))).toEqual([
      16, 58, 60, 0, 2, 0,
    ]);
  });
});
