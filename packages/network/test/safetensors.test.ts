import { readFileSync } from 'node:fs';
import { expectSameBits } from '@opi-snn/test-utils';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  decodeSafetensors,
  encodeSafetensors,
  SAFETENSORS_DTYPES,
  type SafetensorsArrays,
  type SafetensorsTensor,
} from '../src/index.js';

const fixtures = `${import.meta.dirname}/fixtures`;
const fromPython = new Uint8Array(readFileSync(`${fixtures}/from-python.safetensors`));
const expected = JSON.parse(readFileSync(`${fixtures}/from-python.json`, 'utf8')) as {
  readonly tensors: Readonly<
    Record<string, { readonly shape: number[]; readonly values: (number | string)[] }>
  >;
};

/** As the fixture's generator writes numbers: 64-bit integers as text, negative zero as '-0'. */
function plain(data: SafetensorsArrays[keyof SafetensorsArrays]): (number | string)[] {
  return Array.from(data as ArrayLike<number | bigint>, (value) => {
    if (typeof value === 'bigint') return String(value);
    return Object.is(value, -0) ? '-0' : value;
  });
}

describe('safetensors', () => {
  it('reads every kind of number of a file that Python wrote', () => {
    const { tensors, metadata } = decodeSafetensors(fromPython, { dtypes: SAFETENSORS_DTYPES });
    expect(metadata).toEqual({ title: 'quotes " and θ' });
    expect([...tensors.keys()].sort()).toEqual(Object.keys(expected.tensors).sort());
    for (const [name, { shape, values }] of Object.entries(expected.tensors)) {
      expect(tensors.get(name)!.shape).toEqual(shape);
      expect(plain(tensors.get(name)!.data)).toEqual(values);
    }
  });

  it('writes the bytes that Python writes, so that Python reads them', () => {
    const content = decodeSafetensors(fromPython, { dtypes: SAFETENSORS_DTYPES });
    expectSameBits(encodeSafetensors(content), fromPython);
    const turned = { ...content, tensors: new Map([...content.tensors].toReversed()) };
    expectSameBits(encodeSafetensors(turned), fromPython);
  });

  it('gives back what it wrote, for any names, shapes and float32 bits, at any alignment', () => {
    const name = fc.string({ unit: 'grapheme', maxLength: 12 }).filter((text) => !text.startsWith('__'));
    const tensor = fc.array(fc.nat({ max: 4 }), { maxLength: 3 }).chain((shape) => {
      const size = shape.reduce((product, extent) => product * extent, 1);
      return fc
        .uint32Array({ minLength: size, maxLength: size })
        .map((bits) => ({ shape, data: new Float32Array(bits.slice().buffer) }));
    });
    fc.assert(
      fc.property(
        fc.array(fc.tuple(name, tensor), { maxLength: 5 }),
        fc.dictionary(name, fc.string(), { maxKeys: 3 }),
        fc.nat({ max: 7 }),
        (entries, metadata, offset) => {
          const tensors = new Map(entries);
          const bytes = encodeSafetensors({ tensors, metadata });
          expect((new DataView(bytes.buffer).getUint32(0, true) + 8) % 8).toBe(0);
          const shifted = new Uint8Array(bytes.length + offset);
          shifted.set(bytes, offset);
          const read = decodeSafetensors(shifted.subarray(offset));
          expect({ ...read.metadata }).toEqual({ ...metadata });
          expect(read.tensors.size).toBe(tensors.size);
          for (const [key, { shape, data }] of tensors) {
            expect(read.tensors.get(key)!.shape).toEqual(shape);
            expectSameBits(read.tensors.get(key)!.data, data);
          }
        },
      ),
      { seed: 3, numRuns: 200 },
    );
  });

  it('copies: later changes of the bytes do not reach the tensors', () => {
    const bytes = encodeSafetensors({
      tensors: new Map([['x', { shape: [2], data: Float32Array.of(1, 2) }]]),
    });
    const { tensors } = decodeSafetensors(bytes);
    bytes.fill(0);
    expect([...tensors.get('x')!.data]).toEqual([1, 2]);
  });

  it('refuses to write data that do not fit their shape, their kind or a reserved name, all at once', () => {
    const tensors = new Map<string, SafetensorsTensor>([
      ['short', { dtype: 'F32', shape: [2, 2], data: Float32Array.of(1, 2, 3) }],
      ['negative', { dtype: 'F32', shape: [-1, -2], data: Float32Array.of(1, 2) }],
      ['__metadata__', { dtype: 'U8', shape: [0], data: new Uint8Array(0) }],
      ['__proto__', { dtype: 'U8', shape: [0], data: new Uint8Array(0) }],
    ]);
    expect(() => encodeSafetensors({ tensors })).toThrow(
      new RangeError(
        "encodeSafetensors: tensor 'negative' must have a shape of integers ≥ 0, got [-1, -2]. " +
          "tensor 'short' of shape [2, 2] must have 4 values, got 3. " +
          "a tensor must not be named '__metadata__', which the format reserves. " +
          "a tensor must not be named '__proto__', which JavaScript reserves.",
      ),
    );
    const half = new Map<string, SafetensorsTensor>([
      ['half', { dtype: 'F16', shape: [3], data: Float32Array.of(NaN, Infinity, -65_520) }],
    ]);
    expect(() => encodeSafetensors({ tensors: half })).toThrow(
      "encodeSafetensors: tensor 'half' must fit into F16, got -65520 at index 2.",
    );
  });
});
