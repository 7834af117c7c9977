import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { contentAddress, hashPredictions, sha256 } from '../src/index.js';
import { decodePredictions, encodePredictions } from '../src/hash.js';

describe('sha256', () => {
  test('gives the digests of FIPS 180-4', () => {
    expect(sha256('')).toBe('e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855');
    expect(sha256('abc')).toBe('ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad');
    expect(sha256(new TextEncoder().encode('abc'))).toBe(sha256('abc'));
  });
});

describe('contentAddress', () => {
  test('is the digest of the canonical JSON', () => {
    expect(contentAddress({ b: 1, a: [true] })).toBe(sha256('{"a":[true],"b":1}'));
  });

  test('differs whenever the values differ', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.jsonValue(), (a, b) => {
        const same = JSON.stringify(a) === JSON.stringify(b);
        fc.pre(same || !isSameUpToOrderAndZero(a, b));
        expect(contentAddress(a) === contentAddress(b)).toBe(same);
      }),
    );
  });
});

function isSameUpToOrderAndZero(a: unknown, b: unknown): boolean {
  try {
    expect(JSON.parse(JSON.stringify(a))).toEqual(JSON.parse(JSON.stringify(b)));
    return true;
  } catch {
    return false;
  }
}

describe('hashPredictions', () => {
  test('hashes 16-bit little-endian numbers', () => {
    expect(hashPredictions(Uint16Array.of(0, 1, 258))).toBe(sha256(Uint8Array.of(0, 0, 1, 0, 2, 1)));
  });

  test('reads a view into a larger buffer from its place', () => {
    const view = new Uint16Array(Uint16Array.of(9, 1, 2, 9).buffer, 2, 2);
    expect(hashPredictions(view)).toBe(hashPredictions(Uint16Array.of(1, 2)));
  });
});

describe('decodePredictions', () => {
  test('takes back what encodePredictions wrote, from any offset', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 65_535 })), (values) => {
        const bytes = encodePredictions(Uint16Array.from(values));
        const shifted = Uint8Array.from([7, ...bytes]).subarray(1);
        expect([...decodePredictions(shifted)]).toEqual(values);
      }),
    );
  });

  test('refuses half a prediction', () => {
    expect(() => decodePredictions(new Uint8Array(3))).toThrow(
      new RangeError('decodePredictions: bytes must have an even length, got 3.'),
    );
  });
});
