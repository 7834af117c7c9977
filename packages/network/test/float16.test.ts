import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { decodeBfloat16, decodeFloat16, encodeBfloat16, encodeFloat16 } from '../src/float16.js';

const golden = JSON.parse(readFileSync(`${import.meta.dirname}/fixtures/float16.json`, 'utf8')) as {
  readonly float32: readonly number[];
  readonly float16: readonly number[];
};
const PATTERNS = Array.from({ length: 65_536 }, (_, bits) => bits);
const bitsOf = (value: number): number => new Uint32Array(Float32Array.of(value).buffer)[0]!;
const numberOf = (bits: number): number => new Float32Array(Uint32Array.of(bits).buffer)[0]!;

describe('float16', () => {
  it('rounds as numpy does: ties to even, subnormal numbers, infinity from 65520 on', () => {
    const got = golden.float32.map((bits) => encodeFloat16(numberOf(bits)));
    expect(got).toEqual(golden.float16);
  });

  it('gives back all 65,536 patterns, NaNs as one', () => {
    const wrong = PATTERNS.filter((bits) => {
      const value = decodeFloat16(bits);
      // A NaN of JavaScript has no sign or payload that could be relied on.
      if (Number.isNaN(value)) return (encodeFloat16(value) & 0x7fff) !== 0x7e00;
      return encodeFloat16(value) !== bits;
    });
    expect(wrong).toEqual([]);
  });

  it('keeps the sign of zero', () => {
    expect(Object.is(decodeFloat16(encodeFloat16(-0)), -0)).toBe(true);
    expect(Object.is(decodeFloat16(0), 0)).toBe(true);
  });
});

describe('bfloat16', () => {
  it('gives back all 65,536 patterns, NaNs as NaN', () => {
    const wrong = PATTERNS.filter((bits) => {
      const value = decodeBfloat16(bits);
      const again = encodeBfloat16(value);
      return Number.isNaN(value) ? !Number.isNaN(decodeBfloat16(again)) : again !== bits;
    });
    expect(wrong).toEqual([]);
  });

  it('rounds half-way numbers to the even neighbour', () => {
    // 0x3f80 is 1; its successor is 1 + 2⁻⁷.
    expect(encodeBfloat16(1 + 2 ** -8)).toBe(0x3f80);
    expect(encodeBfloat16(1 + 3 * 2 ** -8)).toBe(0x3f82);
    expect(encodeBfloat16(numberOf(bitsOf(1 + 2 ** -8) + 1))).toBe(0x3f81);
    expect(encodeBfloat16(3.4e38)).toBe(0x7f80);
  });
});
