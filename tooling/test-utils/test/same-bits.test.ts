import { describe, expect, it } from 'vitest';
import { expectSameBits } from '../src/index.js';

describe('expectSameBits', () => {
  it('accepts equal arrays, NaN and both zeros included', () => {
    const values = [0, -0, NaN, Infinity, 1.5, 2 ** -149];
    expectSameBits(Float32Array.from(values), Float32Array.from(values));
    expectSameBits(Float64Array.from(values), Float64Array.from(values));
    expectSameBits(new Uint8Array(0), new Uint8Array(0));
  });

  it('tells -0 from 0 and prints both bit patterns', () => {
    expect(() => {
      expectSameBits(Float32Array.of(1, 0), Float32Array.of(1, -0), 'potential');
    }).toThrow(
      'potential: 1 of 2 elements differ\nfirst at index 1: actual 0 (0x00000000), expected -0 (0x80000000), difference 0, tolerance 0',
    );
  });

  it('notices one unit in the last place', () => {
    const next = new Float32Array(new Uint32Array([0x3f800001]).buffer);
    expect(() => {
      expectSameBits(next, Float32Array.of(1));
    }).toThrow('actual 1.0000001192092896 (0x3f800001), expected 1 (0x3f800000)');
  });

  it('reads views at their own offset', () => {
    const all = Int16Array.of(1, 2, 3);
    expect(() => {
      expectSameBits(all.subarray(1), Int16Array.of(2, 4));
    }).toThrow('first at index 1: actual 3 (0x0003), expected 4 (0x0004), difference 1');
  });

  it('does not take NaN for a number', () => {
    expect(() => {
      expectSameBits(Float32Array.of(NaN), Float32Array.of(0));
    }).toThrow('actual NaN');
  });

  it('refuses another type and another length', () => {
    expect(() => {
      expectSameBits(new Float32Array(1), new Float64Array(1));
    }).toThrow('expected a Float64Array, got a Float32Array');
    expect(() => {
      expectSameBits(new Float32Array(1), new Float32Array(2));
    }).toThrow('expected 2 elements, got 1');
  });
});
