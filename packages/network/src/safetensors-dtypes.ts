import { decodeBfloat16, decodeFloat16, encodeBfloat16, encodeFloat16 } from './float16.js';

/** Kinds of number in a safetensors file, and the array that holds them here. BOOL is one byte, 0 or 1. */
export interface SafetensorsArrays {
  readonly F64: Float64Array;
  readonly F32: Float32Array;
  /** Read exactly; written rounded to the nearest, ties to even. */
  readonly F16: Float32Array;
  /** Read exactly; written rounded to the nearest, ties to even. */
  readonly BF16: Float32Array;
  readonly I64: BigInt64Array;
  readonly I32: Int32Array;
  readonly I16: Int16Array;
  readonly I8: Int8Array;
  readonly U64: BigUint64Array;
  readonly U32: Uint32Array;
  readonly U16: Uint16Array;
  readonly U8: Uint8Array;
  readonly BOOL: Uint8Array;
}

/** Name of a kind of number in a safetensors header. */
export type SafetensorsDtype = keyof SafetensorsArrays;

interface DtypeCodec<D extends SafetensorsDtype> {
  /** Of one value in the file. */
  readonly bytes: number;
  readonly array: new (length: number) => SafetensorsArrays[D];
  /** For numbers of 16 bits that JavaScript has no array of. */
  readonly bits?: { readonly decode: (bits: number) => number; readonly encode: (value: number) => number };
}

/**
 * In the order in which tensors stand in a file, which is that of the reference implementation (its enumeration,
 * descending), so that the same tensors give the same bytes as there.
 */
const CODECS: { readonly [D in SafetensorsDtype]: DtypeCodec<D> } = {
  U64: { bytes: 8, array: BigUint64Array },
  I64: { bytes: 8, array: BigInt64Array },
  F64: { bytes: 8, array: Float64Array },
  F32: { bytes: 4, array: Float32Array },
  U32: { bytes: 4, array: Uint32Array },
  I32: { bytes: 4, array: Int32Array },
  BF16: { bytes: 2, array: Float32Array, bits: { decode: decodeBfloat16, encode: encodeBfloat16 } },
  F16: { bytes: 2, array: Float32Array, bits: { decode: decodeFloat16, encode: encodeFloat16 } },
  U16: { bytes: 2, array: Uint16Array },
  I16: { bytes: 2, array: Int16Array },
  I8: { bytes: 1, array: Int8Array },
  U8: { bytes: 1, array: Uint8Array },
  BOOL: { bytes: 1, array: Uint8Array },
};

/** All kinds, in the order in which their tensors stand in a file. */
export const SAFETENSORS_DTYPES: readonly SafetensorsDtype[] = Object.keys(CODECS) as SafetensorsDtype[];

/** @internal */
export function bytesPerValue(dtype: SafetensorsDtype): number {
  return CODECS[dtype].bytes;
}

/**
 * Copies values out of a file's bytes, which need not be aligned.
 *
 * @internal
 */
export function decodeValues<D extends SafetensorsDtype>(dtype: D, bytes: Uint8Array): SafetensorsArrays[D] {
  assertLittleEndian();
  const codec: DtypeCodec<D> = CODECS[dtype];
  const values = new codec.array(bytes.byteLength / codec.bytes);
  if (codec.bits === undefined) {
    new Uint8Array(values.buffer).set(bytes);
    return values;
  }
  const words = new Uint16Array(values.length);
  new Uint8Array(words.buffer).set(bytes);
  for (let i = 0; i < words.length; i++) values[i] = codec.bits.decode(words[i]!);
  return values;
}

/**
 * Copies values into a file's bytes.
 *
 * @returns index of the first finite value that the kind cannot hold (it would become infinite), or −1
 * @internal
 */
export function encodeValues<D extends SafetensorsDtype>(
  dtype: D,
  values: SafetensorsArrays[D],
  bytes: Uint8Array,
): number {
  assertLittleEndian();
  const codec: DtypeCodec<D> = CODECS[dtype];
  if (codec.bits === undefined) {
    bytes.set(new Uint8Array(values.buffer, values.byteOffset, values.byteLength));
    return -1;
  }
  const { encode, decode } = codec.bits;
  const words = Uint16Array.from(values as Float32Array, encode);
  bytes.set(new Uint8Array(words.buffer));
  return words.findIndex((word, i) => Number.isFinite(values[i]) && !Number.isFinite(decode(word)));
}

/** The format is little-endian, and so is every machine that WebAssembly's own layout is free on. */
function assertLittleEndian(): void {
  if (new Uint8Array(Uint16Array.of(1).buffer)[0] !== 1) {
    throw new TypeError('safetensors: the machine must be little-endian, got a big-endian one.');
  }
}
