import { readHeader } from './safetensors-header.js';
import {
  bytesPerValue,
  decodeValues,
  encodeValues,
  SAFETENSORS_DTYPES,
  type SafetensorsArrays,
  type SafetensorsDtype,
} from './safetensors-dtypes.js';
import { canonicalJson } from './strict-json.js';
import type { Tensor } from './tensor.js';

/** Keys of the header that can be no tensor's name. */
const RESERVED_NAMES: readonly string[] = ['__metadata__', '__proto__'];

/** A tensor with its kind of number. */
export type SafetensorsTensor<D extends SafetensorsDtype = SafetensorsDtype> = {
  readonly [K in D]: {
    readonly dtype: K;
    readonly shape: readonly number[];
    /** Row-major. */
    readonly data: SafetensorsArrays[K];
  };
}[D];

/** What a safetensors file holds. */
export interface SafetensorsContent<D extends SafetensorsDtype = SafetensorsDtype> {
  /** By name, in the order in which they stand in the file. */
  readonly tensors: ReadonlyMap<string, SafetensorsTensor<D>>;
  readonly metadata: Readonly<Record<string, string>>;
}

/** What {@link encodeSafetensors} writes. */
export interface SafetensorsInput {
  /** By name; a tensor without `dtype` is F32. */
  readonly tensors: ReadonlyMap<string, Tensor | SafetensorsTensor>;
  readonly metadata?: Readonly<Record<string, string>>;
}

/** Options of {@link decodeSafetensors}. */
export interface DecodeOptions<D extends SafetensorsDtype> {
  /** Kinds of number that the caller can use; others are refused. Default F32 and F16. */
  readonly dtypes?: readonly D[];
  /** The file's name for error messages. */
  readonly source?: string;
}

/**
 * Bytes of a safetensors file: length of the header (u64), header (JSON, padded with spaces to a multiple of
 * eight), values little-endian without gaps; tensors ordered by falling size of their numbers, then by name, so that
 * all are aligned.
 *
 * The same content gives the same bytes, whatever the order of the maps; they are the bytes that Python's
 * `safetensors` writes (which orders several metadata keys at random, here by name).
 *
 * @throws RangeError listing every tensor whose data do not fit its shape or whose finite values its kind cannot
 *   hold, and a tensor with a reserved name (`__metadata__`, `__proto__`)
 * @see https://huggingface.co/docs/safetensors, "Format"
 * @example
 * const bytes = encodeSafetensors({
 *   tensors: new Map([['x', { shape: [2], data: Float32Array.of(1, 2) }]]),
 * });
 * bytes.length; // 80
 */
export function encodeSafetensors({ tensors, metadata = {} }: SafetensorsInput): Uint8Array<ArrayBuffer> {
  const ordered = inFileOrder(tensors);
  const problems = ordered.flatMap(describeMisfit);
  if (problems.length > 0) throw new RangeError(`encodeSafetensors: ${problems.join(' ')}`);

  const header = Object.keys(metadata).length === 0 ? [] : [`"__metadata__":${canonicalJson(metadata)}`];
  let end = 0;
  const places = ordered.map(([name, { dtype, shape, data }]) => {
    const begin = end;
    end += data.length * bytesPerValue(dtype);
    header.push(`${JSON.stringify(name)}:${JSON.stringify({ dtype, shape, data_offsets: [begin, end] })}`);
    return [begin, end] as const;
  });
  const json = new TextEncoder().encode(`{${header.join(',')}}`);
  const start = 8 + Math.ceil(json.length / 8) * 8;
  const bytes = new Uint8Array(start + end).fill(0x20, 8, start);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(start - 8), true);
  bytes.set(json, 8);
  ordered.forEach(([name, tensor], i) => {
    const [from, to] = places[i]!;
    writeValues(name, tensor, bytes.subarray(start + from, start + to));
  });
  return bytes;
}

/**
 * Reads the bytes of a safetensors file. Nothing is believed: the header's length, its JSON, kinds, shapes and
 * offsets are checked against the bytes before anything is allocated for a tensor; the values are copied.
 *
 * @returns tensors as views of nothing else; F16 and BF16 as exact float32
 * @throws SafetensorsError listing every problem: too short, header longer than the file or 100 MB, not JSON or not
 *   UTF-8, a repeated key, an unexpected kind, offsets that disagree with the shape, overlap, leave a gap or point
 *   outside, bytes that belong to no tensor
 * @example
 * const { tensors } = decodeSafetensors(bytes, { dtypes: ['F32', 'I64'], source: 'model.safetensors' });
 */
export function decodeSafetensors<D extends SafetensorsDtype = 'F32' | 'F16'>(
  bytes: Uint8Array,
  options: DecodeOptions<D> = {},
): SafetensorsContent<D> {
  const { source = 'bytes' } = options;
  const accepted: readonly SafetensorsDtype[] = options.dtypes ?? ['F32', 'F16'];
  const { start, entries, metadata } = readHeader(bytes, accepted, source);
  const tensors = new Map<string, SafetensorsTensor<D>>();
  for (const { name, dtype, shape, begin, end } of entries) {
    const data = decodeValues(dtype, bytes.subarray(start + begin, start + end));
    // readHeader has made sure that the kind is one of those asked for.
    tensors.set(name, { dtype, shape, data } as unknown as SafetensorsTensor<D>);
  }
  return { tensors, metadata };
}

function inFileOrder(
  tensors: SafetensorsInput['tensors'],
): readonly (readonly [string, SafetensorsTensor])[] {
  const rank = new Map(SAFETENSORS_DTYPES.map((dtype, index) => [dtype, index]));
  return [...tensors]
    .map(([name, tensor]): readonly [string, SafetensorsTensor] => {
      return [name, 'dtype' in tensor ? tensor : { dtype: 'F32', ...tensor }];
    })
    .sort(([a, { dtype: x }], [b, { dtype: y }]) => rank.get(x)! - rank.get(y)! || (a < b ? -1 : 1));
}

function describeMisfit([name, { shape, data }]: readonly [string, SafetensorsTensor]): string[] {
  if (RESERVED_NAMES.includes(name)) {
    return [
      `a tensor must not be named '${name}', which ${name === '__metadata__' ? 'the format' : 'JavaScript'} reserves.`,
    ];
  }
  if (!shape.every((extent) => Number.isSafeInteger(extent) && extent >= 0)) {
    return [`tensor '${name}' must have a shape of integers ≥ 0, got [${shape.join(', ')}].`];
  }
  const size = shape.reduce((product, extent) => product * extent, 1);
  if (data.length === size) return [];
  return [`tensor '${name}' of shape [${shape.join(', ')}] must have ${size} values, got ${data.length}.`];
}

function writeValues(name: string, { dtype, data }: SafetensorsTensor, bytes: Uint8Array): void {
  const misfit = encodeValues(dtype, data, bytes);
  if (misfit < 0) return;
  throw new RangeError(
    `encodeSafetensors: tensor '${name}' must fit into ${dtype}, got ${String(data[misfit])} at index ${misfit}.`,
  );
}
