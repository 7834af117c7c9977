import { expectSameBits } from '@opi-snn/test-utils';
import { describe, expect, it } from 'vitest';
import {
  decodeNetwork,
  decodeSafetensors,
  encodeNetwork,
  encodeSafetensors,
  type Network,
  NetworkError,
  SafetensorsError,
} from '../src/index.js';
import { decodeFloat16, encodeFloat16 } from '../src/float16.js';
import { tinyNetwork } from './tiny-network.js';

/** The bytes of a file whose description is this text. */
function fileWith(text: string): Uint8Array {
  return encodeSafetensors({ tensors: new Map(), metadata: { 'opi-snn': text } });
}

describe('encodeNetwork and decodeNetwork', () => {
  it('give back the description and every bit', () => {
    const network = tinyNetwork();
    const read = decodeNetwork(encodeNetwork(network));
    expect(read.description).toEqual(network.description);
    expect([...read.tensors.keys()].sort()).toEqual([...network.tensors.keys()].sort());
    for (const [name, { shape, data }] of network.tensors) {
      expect(read.tensors.get(name)!.shape).toEqual(shape);
      expectSameBits(read.tensors.get(name)!.data, data, name);
    }
  });

  it('give the same bytes for equal networks, whatever the order of maps and keys', () => {
    const { description, tensors } = tinyNetwork();
    const turned = {
      description: Object.fromEntries(
        Object.entries(description).toReversed(),
      ) as unknown as Network['description'],
      tensors: new Map([...tensors].toReversed()),
    };
    expect(encodeNetwork(turned)).toEqual(encodeNetwork({ description, tensors }));
  });

  it('round to the nearest float16 when asked to, once', () => {
    const network = tinyNetwork();
    const bytes = encodeNetwork(network, { dtype: 'F16' });
    expect(bytes.length).toBeLessThan(encodeNetwork(network).length);
    const read = decodeNetwork(bytes);
    for (const [name, { data }] of network.tensors) {
      expectSameBits(
        read.tensors.get(name)!.data,
        data.map((value) => decodeFloat16(encodeFloat16(value))),
        name,
      );
    }
    expect(encodeNetwork(read, { dtype: 'F16' })).toEqual(bytes);
    expect([...decodeSafetensors(bytes).tensors.values()].every(({ dtype }) => dtype === 'F16')).toBe(true);
  });

  it('refuse to write what float16 would break', () => {
    const network = tinyNetwork();
    const tensors = new Map(network.tensors)
      .set('clip/bound', { shape: [1], data: Float32Array.of(1e-9) })
      .set('logits/bias', { shape: [3], data: Float32Array.of(0, 65_520, 0) });
    expect(() => encodeNetwork({ ...network, tensors }, { dtype: 'F16' })).toThrow(
      'encodeNetwork with dtype F16: network "example" has 2 problems:\n' +
        "  clip: tensor 'clip/bound' must be positive, got 0 at index 0\n" +
        "  logits: tensor 'logits/bias' must be finite, got Infinity at index 1",
    );
    expect(decodeNetwork(encodeNetwork({ ...network, tensors })).tensors.size).toBe(tensors.size);
  });

  it('refuse to write an invalid network, or one that could not be read again', () => {
    const { description, tensors } = tinyNetwork();
    expect(() => encodeNetwork({ description, tensors: new Map() })).toThrow(NetworkError);
    let deep: unknown = 1;
    for (let depth = 0; depth < 70; depth++) deep = [deep];
    const provenances = [
      [{ deep }, 'nested deeper than 64 levels'],
      [JSON.parse('{"__proto__":1}') as unknown, 'key "__proto__" is not accepted'],
    ] as const;
    for (const [provenance, reason] of provenances) {
      const network = { description: { ...description, provenance }, tensors } as Network;
      expect(() => encodeNetwork(network)).toThrow(
        `encodeNetwork: network "example" has 1 problem:\n  the description must be readable again: ${reason}`,
      );
    }
  });
});

describe('decodeNetwork', () => {
  it.each([
    ['{"name":', /metadata 'opi-snn' must be JSON with unique keys: /],
    ['{"name":1,"name":2}', /metadata 'opi-snn' must be JSON with unique keys: key "name" occurs twice/],
    ['{"__proto__":{"nodes":[]}}', /key "__proto__" is not accepted/],
    ['[]', /metadata 'opi-snn' must be a JSON object/],
    ['null', /metadata 'opi-snn' must be a JSON object/],
    ['"text"', /metadata 'opi-snn' must be a JSON object/],
  ])('refuses the description %s', (text, message) => {
    expect(() => decodeNetwork(fileWith(text), { source: 'net.safetensors' })).toThrow(SafetensorsError);
    expect(() => decodeNetwork(fileWith(text), { source: 'net.safetensors' })).toThrow(message);
    expect(() => decodeNetwork(fileWith(text), { source: 'net.safetensors' })).toThrow(
      /^decodeNetwork: net\.safetensors must be/,
    );
  });

  it.each([
    '{}',
    '{"nodes":null}',
    '{"nodes":[null]}',
    '{"nodes":{"length":5}}',
    '{"nodes":[[]],"output":[]}',
  ])('lists what is wrong with the description %s', (text) => {
    expect(() => decodeNetwork(fileWith(text))).toThrow(NetworkError);
    expect(() => decodeNetwork(fileWith(text))).toThrow(/format: Invalid input: expected "opi-snn-network"/);
  });

  it('refuses a safetensors file of another origin, with what to do', () => {
    const tensors = new Map([['x', { shape: [1], data: Float32Array.of(1) }]]);
    expect(() => decodeNetwork(encodeSafetensors({ tensors }))).toThrow(
      "metadata must have the key 'opi-snn' with a description; import other networks first",
    );
  });

  it('refuses tensors that do not belong to the description, naming the file', () => {
    const { tensors, metadata: all } = decodeSafetensors(encodeNetwork(tinyNetwork()));
    // Without its checksum, as from another program: with it, the file is refused as altered.
    const metadata = { 'opi-snn': all['opi-snn']! };
    const changed = new Map(tensors)
      .set('clip/bound', { dtype: 'F32', shape: [1], data: Float32Array.of(-1) })
      .set('extra', { dtype: 'F32', shape: [0], data: new Float32Array(0) });
    changed.delete('logits/bias');
    expect(() =>
      decodeNetwork(encodeSafetensors({ tensors: changed, metadata }), { source: 'a.safetensors' }),
    ).toThrow(
      'decodeNetwork: network "example" from a.safetensors has 3 problems:\n' +
        "  clip: tensor 'clip/bound' must be positive, got -1 at index 0\n" +
        "  logits: tensor 'logits/bias' must have shape [3], is missing\n" +
        "  tensor 'extra' belongs to no node's parameters",
    );
  });

  it('refuses numbers that are no floats', () => {
    const { tensors, metadata } = decodeSafetensors(encodeNetwork(tinyNetwork()));
    const changed = new Map<
      string,
      | (typeof tensors extends ReadonlyMap<string, infer T> ? T : never)
      | { dtype: 'F64'; shape: number[]; data: Float64Array }
    >(tensors).set('clip/bound', { dtype: 'F64', shape: [1], data: Float64Array.of(1) });
    expect(() => decodeNetwork(encodeSafetensors({ tensors: changed, metadata }))).toThrow(
      'tensor "clip/bound": dtype must be one of F32, F16, got "F64"',
    );
  });
});
