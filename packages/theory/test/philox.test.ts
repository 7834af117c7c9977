import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { philox4x32, philox4x32Into } from '../src/index.js';

type Words4 = [number, number, number, number];
type Words2 = [number, number];

/** Random123 1.14, tests/kat_vectors, lines "philox4x32 10": counter, key, expected. */
const KNOWN_ANSWERS: readonly string[] = [
  '00000000 00000000 00000000 00000000 00000000 00000000 6627e8d5 e169c58d bc57ac4c 9b00dbd8',
  'ffffffff ffffffff ffffffff ffffffff ffffffff ffffffff 408f276d 41c83b0e a20bc7c6 6d5451fd',
  '243f6a88 85a308d3 13198a2e 03707344 a4093822 299f31d0 d16cfe09 94fdcceb 5001e420 24126ea1',
];

/** Philox4x32-10 as the paper writes it, with 64-bit products in BigInt. */
function philoxByBigInt(counter: readonly number[], key: readonly number[]): number[] {
  let [c0, c1, c2, c3] = counter.map(BigInt) as [bigint, bigint, bigint, bigint];
  let [k0, k1] = key.map(BigInt) as [bigint, bigint];
  for (let round = 0; round < 10; round++) {
    const p0 = 0xd2511f53n * c0;
    const p1 = 0xcd9e8d57n * c2;
    [c0, c1, c2, c3] = [(p1 >> 32n) ^ c1 ^ k0, p1 & 0xffffffffn, (p0 >> 32n) ^ c3 ^ k1, p0 & 0xffffffffn];
    k0 = (k0 + 0x9e3779b9n) & 0xffffffffn;
    k1 = (k1 + 0xbb67ae85n) & 0xffffffffn;
  }
  return [c0, c1, c2, c3].map(Number);
}

const uint32 = fc.integer({ min: 0, max: 0xffffffff });

describe('philox4x32', () => {
  it.each(KNOWN_ANSWERS)('gives the known answer of Random123: %s', (line) => {
    const words = line.split(' ').map((word) => parseInt(word, 16));
    expect([...philox4x32(words.slice(0, 4) as Words4, words.slice(4, 6) as Words2)]).toEqual(words.slice(6));
  });

  it('equals the 64-bit definition for every counter and key', () => {
    fc.assert(
      fc.property(fc.tuple(uint32, uint32, uint32, uint32), fc.tuple(uint32, uint32), (counter, key) => {
        expect([...philox4x32(counter, key)]).toEqual(philoxByBigInt(counter, key));
      }),
      { numRuns: 500 },
    );
  });

  it('may write over its own counter', () => {
    const counter = Uint32Array.of(1, 2, 3, 4);
    const key = Uint32Array.of(5, 6);
    philox4x32Into(counter, key, counter);
    expect(counter).toEqual(philox4x32([1, 2, 3, 4], [5, 6]));
    expect(key).toEqual(Uint32Array.of(5, 6));
  });

  it('names every word that is not an unsigned 32-bit integer', () => {
    expect(() => philox4x32([-1, 0, 0.5, 0], [0, 2 ** 32])).toThrow(
      new RangeError(
        'philox4x32: counter[0] must be an integer in [0, 2^32), got -1. ' +
          'counter[2] must be an integer in [0, 2^32), got 0.5. key[1] must be an integer in [0, 2^32), got 4294967296.',
      ),
    );
  });
});
