import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CounterRandom, normalQuantile, philox4x32, shuffle } from '../src/index.js';

const uint32 = fc.integer({ min: 0, max: 0xffffffff });
const seed = fc.maxSafeNat();

/** Draws 1 to 12 of seed 42, stream 7, written down when the generator was first released. */
const PINNED = {
  words: [3237177160, 4084558786, 856924898],
  normal: -2.1564037823127795,
  below: 0,
  shuffled: [5, 6, 7, 3, 2, 4, 1, 0],
};

/** Pearson's statistic of observed counts against equal expected ones. */
function chiSquare(counts: readonly number[]): number {
  const expected = counts.reduce((sum, count) => sum + count, 0) / counts.length;
  return counts.reduce((sum, count) => sum + (count - expected) ** 2 / expected, 0);
}

describe('CounterRandom', () => {
  it('gives the words of Philox4x32-10 under the stated counter and key', () => {
    const random = new CounterRandom(2 ** 32 * 5 + 42, 7, 8);
    const words = Array.from({ length: 8 }, () => random.nextUint32());
    const key = [42, 5 + 2 * 2 ** 21] as const;
    expect(words).toEqual([...philox4x32([0, 7, 8, 0], key), ...philox4x32([1, 7, 8, 0], key)]);
  });

  it('is pinned: these draws never change', () => {
    const random = new CounterRandom(42, 7);
    expect(random.nextUniform()).toBe(0.8390394449234009);
    expect([1, 2, 3].map(() => random.nextUint32())).toEqual(PINNED.words);
    expect(random.nextNormal()).toBe(PINNED.normal);
    expect(random.nextBelow(10)).toBe(PINNED.below);
    expect([...shuffle(Uint8Array.of(0, 1, 2, 3, 4, 5, 6, 7), random)]).toEqual(PINNED.shuffled);
    expect(random.position).toBe(13);
  });

  it('continues from any position, forwards and backwards, as if never interrupted', () => {
    fc.assert(
      fc.property(seed, uint32, fc.nat(50), fc.nat(50), (key, stream, first, second) => {
        const whole = new CounterRandom(key, stream);
        const words = Array.from({ length: 60 }, () => whole.nextUint32());
        const resumed = new CounterRandom(key, stream);
        for (const position of [first, second]) {
          resumed.position = position;
          expect(resumed.position).toBe(position);
          expect(resumed.nextUint32()).toBe(words[position]);
          expect(resumed.nextUint32()).toBe(words[position + 1]);
        }
      }),
    );
  });

  it('has different streams for different seeds, words and numbers of words', () => {
    const streams = [
      new CounterRandom(0),
      new CounterRandom(0, 0),
      new CounterRandom(0, 0, 0),
      new CounterRandom(0, 0, 0, 0),
      new CounterRandom(0, 1),
      new CounterRandom(1),
      new CounterRandom(2 ** 32),
      new CounterRandom(2 ** 52),
    ];
    expect(new Set(streams.map((random) => random.nextUint32())).size).toBe(streams.length);
  });

  it('draws uniform numbers that are multiples of 2⁻²⁴ in [0, 1), exact in float32', () => {
    const random = new CounterRandom(3);
    const counts = new Array<number>(64).fill(0);
    for (let i = 0; i < 64000; i++) {
      const u = random.nextUniform();
      if (u !== Math.fround(u) || u * 2 ** 24 !== Math.floor(u * 2 ** 24)) expect.fail(`inexact ${u}`);
      counts[Math.floor(u * 64)]!++;
    }
    // χ² with 63 degrees of freedom exceeds 135 with probability 4e-7.
    expect(chiSquare(counts)).toBeLessThan(135);
  });

  it('draws integers below n with equal probability, also where 2³² mod n is large', () => {
    const random = new CounterRandom(4);
    const counts = new Array<number>(3).fill(0);
    // For n = 3 · 2³⁰ plain remainders would fall below 2³⁰ with probability ½ instead of ⅓.
    for (let i = 0; i < 30000; i++) counts[Math.floor(random.nextBelow(3 * 2 ** 30) / 2 ** 30)]!++;
    // χ² with 2 degrees of freedom exceeds 28 with probability 8e-7.
    expect(chiSquare(counts)).toBeLessThan(28);
    expect(random.position).toBeGreaterThan(38000);
    expect(random.nextBelow(1)).toBe(0);
    expect(random.nextBelow(2 ** 32)).toBeLessThan(2 ** 32);
  });

  it('draws normal numbers as quantiles of one word each', () => {
    const random = new CounterRandom(5);
    const words = new CounterRandom(5);
    let sum = 0;
    let squares = 0;
    for (let i = 0; i < 10000; i++) {
      const x = random.nextNormal();
      if (x !== normalQuantile((words.nextUint32() + 0.5) / 2 ** 32)) expect.fail(`draw ${i} is ${x}`);
      sum += x;
      squares += x * x;
    }
    expect(random.position).toBe(10000);
    // Five standard errors each: probability 6e-7.
    expect(Math.abs(sum / 10000)).toBeLessThan(0.05);
    expect(Math.abs(squares / 10000 - 1)).toBeLessThan(0.0708);
  });

  it('ends after 2³⁴ draws instead of repeating itself', () => {
    const random = new CounterRandom(6);
    random.position = 2 ** 34 - 1;
    random.nextUint32();
    expect(random.position).toBe(2 ** 34);
    expect(() => random.nextUint32()).toThrow(
      new RangeError(
        'CounterRandom.nextUint32: position must be below 2^34, got 2^34. Use another stream word.',
      ),
    );
  });

  it('names every argument that is out of range', () => {
    expect(() => new CounterRandom(-1, 0, 1.5, 2, 3)).toThrow(
      new RangeError(
        'CounterRandom: seed must be an integer in [0, 2^53), got -1. stream must have at most 3 words, got 4. ' +
          'stream[1] must be an integer in [0, 2^32), got 1.5.',
      ),
    );
    const random = new CounterRandom(0);
    expect(() => (random.position = -1)).toThrow(
      new RangeError('CounterRandom.position: value must be an integer in [0, 2^34], got -1.'),
    );
    for (const n of [0, 1.5, 2 ** 32 + 1, NaN]) {
      expect(() => random.nextBelow(n)).toThrow(
        new RangeError(`CounterRandom.nextBelow: n must be an integer in [1, 2^32], got ${n}.`),
      );
    }
  });
});

describe('shuffle', () => {
  it('permutes plain and typed arrays in place', () => {
    fc.assert(
      fc.property(fc.array(fc.integer()), seed, (items, key) => {
        const shuffled = [...items];
        expect(shuffle(shuffled, new CounterRandom(key))).toBe(shuffled);
        expect([...shuffled].sort()).toEqual([...items].sort());
        expect([...shuffle(Int32Array.from(items), new CounterRandom(key))]).toEqual(shuffled);
      }),
    );
  });

  it('makes every permutation of four equally often', () => {
    const random = new CounterRandom(9);
    const counts = new Map<string, number>();
    for (let i = 0; i < 24000; i++) {
      const order = shuffle([0, 1, 2, 3], random).join('');
      counts.set(order, (counts.get(order) ?? 0) + 1);
    }
    expect(counts.size).toBe(24);
    // χ² with 23 degrees of freedom exceeds 72 with probability 6e-7.
    expect(chiSquare([...counts.values()])).toBeLessThan(72);
  });
});
