import { CounterRandom } from '@opi-snn/theory';
import { describe, expect, it } from 'vitest';
import {
  decodeNetwork,
  decodeSafetensors,
  encodeNetwork,
  encodeSafetensors,
  NetworkError,
  SafetensorsError,
} from '../src/index.js';
import { tinyNetwork } from './tiny-network.js';

/** A file with this header, as text or as JSON, and so many bytes of values. */
function file(header: string | object, values = 0): Uint8Array<ArrayBuffer> {
  const text = new TextEncoder().encode(typeof header === 'string' ? header : JSON.stringify(header));
  return withLength(BigInt(text.length), text, values);
}

function withLength(claimed: bigint, text: Uint8Array, values = 0): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(8 + text.length + values);
  new DataView(bytes.buffer).setBigUint64(0, claimed, true);
  bytes.set(text, 8);
  return bytes;
}

const f32 = (shape: unknown, begin: unknown, end: unknown): object => {
  return { dtype: 'F32', shape, data_offsets: [begin, end] };
};
const braces = new TextEncoder().encode('{}');

/** What is said about a broken file, without the first line. */
function complaint(bytes: Uint8Array): string {
  try {
    decodeSafetensors(bytes, { source: 'x.safetensors' });
  } catch (error) {
    expect(error).toBeInstanceOf(SafetensorsError);
    const { message } = error as SafetensorsError;
    const [first, ...rest] = message.split('\n');
    expect(first).toBe('decodeSafetensors: x.safetensors must be a whole safetensors file:');
    return rest.map((line) => line.trim()).join('\n');
  }
  throw new Error('the file was accepted');
}

describe('decodeSafetensors', () => {
  it.each<[string, Uint8Array, string]>([
    ['an empty file', new Uint8Array(0), 'must have at least 10 bytes, got 0'],
    ['a lone length', new Uint8Array(8), 'must have at least 10 bytes, got 8'],
    [
      'a header longer than the file',
      withLength(3n, braces),
      "the header's length must be 2 to 2 bytes in a file of 10, got 3; the file is truncated or of another kind",
    ],
    [
      'a header of 2⁶⁴ − 1 bytes',
      withLength(2n ** 64n - 1n, braces),
      "the header's length must be 2 to 2 bytes in a file of 10, got 18446744073709551615; the file is truncated or of another kind",
    ],
    [
      'an empty header',
      withLength(0n, braces),
      "the header's length must be 2 to 2 bytes in a file of 10, got 0; the file is truncated or of another kind",
    ],
    ['a header that is a list', file('[]'), 'header: Invalid input: expected record, received array'],
    ['a header that is a number', file('12'), 'header: Invalid input: expected record, received number'],
    [
      'a repeated tensor',
      file(`{"a":${JSON.stringify(f32([0], 0, 0))},"a":${JSON.stringify(f32([0], 0, 0))}}`),
      'the header must be JSON in UTF-8 with unique keys: key "a" occurs twice',
    ],
    [
      'a repeated attribute',
      file('{"a":{"dtype":"F32","shape":[1],"shape":[0],"data_offsets":[0,0]}}'),
      'the header must be JSON in UTF-8 with unique keys: key "shape" occurs twice',
    ],
    [
      'a key that would reach a prototype',
      file(`{"__proto__":${JSON.stringify(f32([0], 0, 0))}}`),
      'the header must be JSON in UTF-8 with unique keys: key "__proto__" is not accepted',
    ],
    [
      'metadata that would reach a prototype',
      file('{"__metadata__":{"__proto__":"x"}}'),
      'the header must be JSON in UTF-8 with unique keys: key "__proto__" is not accepted',
    ],
    [
      'nesting without end',
      file(`{"a":${'['.repeat(100_000)}${']'.repeat(100_000)}}`),
      'the header must be JSON in UTF-8 with unique keys: nested deeper than 64 levels',
    ],
    [
      'metadata that is no text',
      file({ __metadata__: { a: 1 } }),
      '__metadata__.a: Invalid input: expected string, received number',
    ],
    [
      'metadata that is a list',
      file({ __metadata__: [] }),
      '__metadata__: Invalid input: expected record, received array',
    ],
    ['an entry that is null', file({ a: null }), 'tensor "a": Invalid input: expected object, received null'],
    [
      'an entry without attributes',
      file({ a: {} }),
      'tensor "a": dtype: Invalid input: expected string, received undefined; shape: Invalid input: expected array, received undefined; ' +
        'data_offsets: Invalid input: expected tuple, received undefined',
    ],
    [
      'an unknown attribute',
      file({ a: { ...f32([0], 0, 0), strides: [1] } }),
      'tensor "a": Unrecognized key: "strides"',
    ],
    [
      'an unknown dtype',
      file({ a: { ...f32([0], 0, 0), dtype: 'F8_E4M3' } }),
      'tensor "a": dtype must be one of F32, F16, got "F8_E4M3"',
    ],
    [
      'a dtype that every object has',
      file({ a: { ...f32([0], 0, 0), dtype: 'constructor' } }),
      'tensor "a": dtype must be one of F32, F16, got "constructor"',
    ],
    [
      'an unexpected dtype',
      file({ a: { ...f32([1], 0, 8), dtype: 'I64' } }, 8),
      'tensor "a": dtype must be one of F32, F16, got "I64"',
    ],
    [
      'a negative extent',
      file({ a: f32([-1], 0, 4) }, 4),
      'tensor "a": shape.0: Too small: expected number to be >=0',
    ],
    [
      'a broken extent',
      file({ a: f32([0.5], 0, 2) }, 2),
      'tensor "a": shape.0: Invalid input: expected int, received number',
    ],
    [
      'an extent beyond all numbers',
      file('{"a":{"dtype":"F32","shape":[1e999],"data_offsets":[0,0]}}'),
      'tensor "a": shape.0: Invalid input: expected number, received Infinity',
    ],
    [
      'an extent that is text',
      file({ a: f32(['4'], 0, 16) }, 16),
      'tensor "a": shape.0: Invalid input: expected number, received string',
    ],
    [
      'a thousand broken extents',
      file({ a: f32(Array(1000).fill(null), 0, 0) }),
      `tensor "a": ${[0, 1, 2, 3].map((i) => `shape.${i}: Invalid input: expected number, received null`).join('; ')}; and 996 more`,
    ],
    [
      'extents whose product has no exact number',
      file({ a: f32([2 ** 52, 2 ** 52, 2 ** 52], 0, 0) }),
      'tensor "a": data_offsets must span 3.6533e+47 bytes for F32 [4503599627370496, 4503599627370496, 4503599627370496], got 0 to 0'.replace(
        '3.6533e+47',
        String(4 * 2 ** 156),
      ),
    ],
    [
      'offsets that end before they begin',
      file({ a: f32([1], 4, 0) }, 4),
      'tensor "a": data_offsets must span 4 bytes for F32 [1], got 4 to 0',
    ],
    [
      'offsets that do not span the shape',
      file({ a: f32([2], 0, 4) }, 4),
      'tensor "a": data_offsets must span 8 bytes for F32 [2], got 0 to 4',
    ],
    [
      'three offsets',
      file('{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4,8]}}', 8),
      'tensor "a": data_offsets: Too big: expected array to have <=2 items',
    ],
    [
      'tensors that overlap',
      file({ a: f32([2], 0, 8), b: f32([2], 4, 12) }, 12),
      'tensor "b": data_offsets must begin at 8, got 4; they overlap the tensor before',
    ],
    [
      'two tensors at one place',
      file({ a: f32([1], 0, 4), b: f32([1], 0, 4) }, 4),
      'tensor "b": data_offsets must begin at 4, got 0; they overlap the tensor before',
    ],
    [
      'a hole between tensors',
      file({ a: f32([1], 0, 4), b: f32([1], 8, 12) }, 12),
      'tensor "b": data_offsets must begin at 4, got 8; they leave a gap',
    ],
    [
      'values that are cut off',
      file({ a: f32([4], 0, 16) }, 15),
      'must have 16 bytes of values, got 15; the file is truncated',
    ],
    [
      'values far outside',
      file({ a: f32([2 ** 50], 0, 2 ** 52) }, 16),
      `must have ${2 ** 52} bytes of values, got 16; the file is truncated`,
    ],
    [
      'bytes that belong to nothing',
      file({ a: f32([1], 0, 4) }, 5),
      'must have 4 bytes of values, got 5; the rest belongs to no tensor',
    ],
  ])('refuses %s', (_, bytes, message) => {
    expect(complaint(bytes)).toBe(message);
  });

  it.each(['', '{', '{"a"}', "{'a':1}", '{"a":NaN}', '{}x', '\uFEFF{}', 'pickle'])(
    'refuses the header %j as no JSON',
    (text) => {
      expect(complaint(file(text.padEnd(2)))).toMatch(/^the header must be JSON in UTF-8 with unique keys: /);
    },
  );

  it('refuses a header that is not UTF-8', () => {
    expect(complaint(withLength(6n, Uint8Array.of(0x7b, 0x22, 0xff, 0x22, 0x3a, 0x7d)))).toMatch(
      /^the header must be JSON in UTF-8/,
    );
  });

  it('lists every broken tensor, the first twenty in the message', () => {
    const many = Object.fromEntries(Array.from({ length: 500 }, (_, i) => [`t${i}`, f32([1], 0, 8)]));
    const lines = complaint(file(many)).split('\n');
    expect(lines).toHaveLength(21);
    expect(lines.at(-1)).toBe('and 480 more');
  });

  it('takes what the format allows: padding, empty tensors, any order, no tensors, names of object members', () => {
    const header = `{"toString":${JSON.stringify(f32([], 4, 8))} , "constructor":${JSON.stringify(f32([1], 0, 4))},"e":${JSON.stringify(f32([0, 7], 8, 8))}}   `;
    const { tensors } = decodeSafetensors(file(header, 8));
    expect([...tensors.keys()]).toEqual(['constructor', 'toString', 'e']);
    expect(tensors.get('e')!.data).toHaveLength(0);
    expect(decodeSafetensors(file('{}')).tensors.size).toBe(0);
  });

  it('answers every one of 4,000 damaged checkpoints with a network or a clear error, soon', () => {
    // Without the checksum, which would refuse most of them before the description is looked at.
    const { metadata, tensors } = decodeSafetensors(encodeNetwork(tinyNetwork()));
    const original = encodeSafetensors({ tensors, metadata: { 'opi-snn': metadata['opi-snn']! } });
    const random = new CounterRandom(20_261_124);
    const outcomes = { read: 0, SafetensorsError: 0, NetworkError: 0 };
    for (let i = 0; i < 4000; i++) {
      const damaged = damage(original, random);
      try {
        decodeNetwork(damaged);
        outcomes.read++;
      } catch (error) {
        if (error instanceof SafetensorsError) outcomes.SafetensorsError++;
        else if (error instanceof NetworkError) outcomes.NetworkError++;
        else throw error;
        expect((error as Error).message).toMatch(/^decode(Safetensors|Network): /);
      }
    }
    // Each kind of outcome is met, so that all of the reader is.
    expect(Math.min(...Object.values(outcomes))).toBeGreaterThan(50);
  });
});

/** Some bytes changed, cut out, repeated or replaced by tokens of JSON, mostly in the header. */
function damage(original: Uint8Array, random: CounterRandom): Uint8Array {
  let bytes = original.slice();
  const header = 8 + Number(new DataView(bytes.buffer).getBigUint64(0, true));
  const tokens = [
    '"',
    '{',
    '}',
    '[',
    ']',
    ',',
    ':',
    '0',
    '-1',
    '1e999',
    'null',
    '\\',
    '9'.repeat(30),
    '__proto__',
  ];
  for (let changes = 1 + random.nextBelow(3); changes > 0; changes--) {
    const end = random.nextBelow(4) === 0 ? bytes.length : Math.min(header, bytes.length);
    const at = random.nextBelow(Math.max(end, 1));
    const length = 1 + random.nextBelow(12);
    const kind = random.nextBelow(5);
    if (kind === 0) bytes[at] = random.nextBelow(256);
    else if (kind === 1) bytes[at]! ^= 1 << random.nextBelow(8);
    else if (kind === 2) bytes = joined(bytes.subarray(0, at), bytes.subarray(at + length));
    else if (kind === 3) bytes = joined(bytes.subarray(0, at + length), bytes.subarray(at));
    else {
      const token = new TextEncoder().encode(tokens[random.nextBelow(tokens.length)]);
      // In place, so that the length of the header stays right.
      bytes.set(token.subarray(0, Math.max(0, bytes.length - at)), at);
    }
  }
  return bytes;
}

function joined(...parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}
