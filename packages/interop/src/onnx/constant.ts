import { decodeBfloat16, decodeFloat16 } from '@opi-snn/network';
import type { OnnxTensor } from './onnx-model.js';
import { ONNX_DATA_TYPES } from './onnx-model.js';
import { Refusal } from '../import-error.js';

/** A tensor whose numbers are known when the network is imported: weights, bounds, shapes. Row-major. */
export interface Constant {
  readonly kind: 'constant';
  readonly dims: readonly number[];
  /** Integers are kept as numbers; NaN stands for the batch size, which a network does not have. */
  readonly data: Float32Array | Float64Array;
  readonly integer: boolean;
}

/** Number of values, or a refusal if the extents are no extents. */
export function countValues(dims: readonly number[]): number {
  if (!dims.every((extent) => Number.isSafeInteger(extent) && extent >= 0)) {
    throw new Refusal(
      `the tensor has extents [${dims.slice(0, 8).join(', ')}]`,
      'Extents must be whole numbers; export the network again',
    );
  }
  const count = dims.reduce((product, extent) => product * extent, 1);
  if (Number.isSafeInteger(count)) return count;
  throw new Refusal(`the tensor has extents [${dims.join(', ')}]`, 'Export the network again');
}

/**
 * Numbers of an ONNX tensor.
 *
 * @throws Refusal if they are in another file, of a kind that is not read, or not as many as the extents say
 */
export function constantOf(tensor: OnnxTensor): Constant {
  const dims = tensor.dims;
  const count = countValues(dims);
  const type = ONNX_DATA_TYPES[tensor.dataType] ?? `number ${tensor.dataType}`;
  if (tensor.external) {
    throw new Refusal(
      `the numbers of tensor ${JSON.stringify(tensor.name)} are in another file (external data)`,
      'Put all into one file: onnx.save(model, file, save_as_external_data=False), or torch.onnx.export(…, external_data=False)',
    );
  }
  const kind = KINDS[type];
  if (kind === undefined) {
    throw new Refusal(
      `tensor ${JSON.stringify(tensor.name)} has data type ${type}`,
      `Export the network with float32 weights; read are ${Object.keys(KINDS).join(', ')}`,
    );
  }
  const data = tensor.raw === undefined ? fromFields(tensor, type) : fromRaw(tensor.raw, kind);
  if (data.length !== count) {
    throw new Refusal(
      `tensor ${JSON.stringify(tensor.name)} of extents [${dims.join(', ')}] must have ${count} numbers, got ${data.length}`,
      'The file is damaged; export the network again',
    );
  }
  return { kind: 'constant', dims, data, integer: kind.integer };
}

interface NumberKind {
  readonly bytes: number;
  readonly integer: boolean;
  readonly read: (view: DataView, offset: number) => number;
}

const KINDS: Readonly<Record<string, NumberKind>> = {
  float: { bytes: 4, integer: false, read: (view, at) => view.getFloat32(at, true) },
  double: { bytes: 8, integer: false, read: (view, at) => view.getFloat64(at, true) },
  float16: { bytes: 2, integer: false, read: (view, at) => decodeFloat16(view.getUint16(at, true)) },
  bfloat16: { bytes: 2, integer: false, read: (view, at) => decodeBfloat16(view.getUint16(at, true)) },
  int64: { bytes: 8, integer: true, read: (view, at) => Number(view.getBigInt64(at, true)) },
  int32: { bytes: 4, integer: true, read: (view, at) => view.getInt32(at, true) },
  int8: { bytes: 1, integer: true, read: (view, at) => view.getInt8(at) },
  uint8: { bytes: 1, integer: true, read: (view, at) => view.getUint8(at) },
  bool: { bytes: 1, integer: true, read: (view, at) => view.getUint8(at) },
};

function fromRaw(raw: Uint8Array, { bytes, integer, read }: NumberKind): Float32Array | Float64Array {
  const view = new DataView(raw.buffer, raw.byteOffset, raw.byteLength);
  const count = Math.floor(raw.length / bytes);
  const data = integer || bytes === 8 ? new Float64Array(count) : new Float32Array(count);
  for (let i = 0; i < count; i++) data[i] = read(view, i * bytes);
  return data;
}

function fromFields(tensor: OnnxTensor, type: string): Float32Array | Float64Array {
  if (type === 'float') return fromRaw(joined(tensor.floats), KINDS['float']!);
  if (type === 'double') return fromRaw(joined(tensor.doubles), KINDS['double']!);
  if (type === 'float16') return Float32Array.from(tensor.integers, decodeFloat16);
  if (type === 'bfloat16') return Float32Array.from(tensor.integers, decodeBfloat16);
  return Float64Array.from(tensor.integers);
}

function joined(pieces: readonly Uint8Array[]): Uint8Array {
  if (pieces.length === 1) return pieces[0]!;
  const bytes = new Uint8Array(pieces.reduce((sum, piece) => sum + piece.length, 0));
  let at = 0;
  for (const piece of pieces) {
    bytes.set(piece, at);
    at += piece.length;
  }
  return bytes;
}
