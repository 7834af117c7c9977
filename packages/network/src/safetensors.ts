import { z } from 'zod';
import type { Tensor } from './tensor.js';

/** Content of a safetensors file: tensors in the order of their bytes, and the string metadata. */
export interface SafetensorsContent {
  readonly tensors: ReadonlyMap<string, Tensor>;
  readonly metadata: Readonly<Record<string, string>>;
}

/** A safetensors file is broken, hostile, or of a kind that is not read here; the message says where and what. */
export class SafetensorsError extends Error {
  override readonly name = 'SafetensorsError';
}

/** Longest header read [bytes], the limit of the reference implementation. */
const MAXIMUM_HEADER_BYTES = 100_000_000;

const entrySchema = z.object({
  dtype: z.literal('F32'),
  shape: z.array(z.int().min(0)).max(16),
  data_offsets: z.tuple([z.int().min(0), z.int().min(0)]),
});
const headerSchema = z
  .object({ __metadata__: z.record(z.string(), z.string()).optional() })
  .catchall(entrySchema);

/**
 * Bytes of a safetensors file: u64 header length, JSON header padded with spaces to a multiple of 8, data.
 * The same content always gives the same bytes.
 */
export function encodeSafetensors({ tensors, metadata }: SafetensorsContent): Uint8Array {
  const header: Record<string, unknown> = { __metadata__: metadata };
  let offset = 0;
  for (const [name, { shape, data }] of tensors) {
    header[name] = { dtype: 'F32', shape, data_offsets: [offset, offset + data.byteLength] };
    offset += data.byteLength;
  }
  const json = new TextEncoder().encode(JSON.stringify(header));
  const start = 8 + Math.ceil(json.length / 8) * 8;
  const bytes = new Uint8Array(start + offset).fill(0x20, 8, start);
  const view = new DataView(bytes.buffer);
  view.setBigUint64(0, BigInt(start - 8), true);
  bytes.set(json, 8);
  let at = start;
  for (const { data } of tensors.values()) {
    for (let i = 0; i < data.length; i += 1) view.setFloat32(at + 4 * i, data[i]!, true);
    at += data.byteLength;
  }
  return bytes;
}

/**
 * Reads a safetensors file. Nothing is allocated by what the header claims before it is checked against the bytes.
 *
 * @throws SafetensorsError
 */
export function decodeSafetensors(bytes: Uint8Array): SafetensorsContent {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const start = headerEnd(view);
  const header = parseHeader(bytes.subarray(8, start));
  const { __metadata__: metadata = {}, ...entries } = header;
  const tensors = new Map<string, Tensor>();
  let expected = 0;
  const ordered = Object.entries(entries).sort(([, a], [, b]) => a.data_offsets[0] - b.data_offsets[0]);
  for (const [
    name,
    {
      shape,
      data_offsets: [from, to],
    },
  ] of ordered) {
    const size = shape.reduce((product, extent) => product * extent, 1);
    if (from !== expected || to - from !== 4 * size || start + to > bytes.length) {
      throw new SafetensorsError(
        `decodeSafetensors: tensor ${name} must occupy bytes ${expected} to ${expected + 4 * size} of ${bytes.length - start}, got ${from} to ${to}.`,
      );
    }
    tensors.set(name, {
      shape,
      data: Float32Array.from({ length: size }, (_, i) => view.getFloat32(start + from + 4 * i, true)),
    });
    expected = to;
  }
  if (start + expected !== bytes.length) {
    throw new SafetensorsError(
      `decodeSafetensors: the file must end after ${start + expected} bytes, got ${bytes.length}.`,
    );
  }
  return { tensors, metadata };
}

function headerEnd(view: DataView): number {
  const claimed = view.byteLength < 8 ? 0n : view.getBigUint64(0, true);
  if (claimed < 2n || claimed > BigInt(Math.min(MAXIMUM_HEADER_BYTES, view.byteLength - 8))) {
    throw new SafetensorsError(
      `decodeSafetensors: the header must have 2 to ${Math.max(2, view.byteLength - 8)} bytes, got ${claimed.toString()}. The file is truncated or no safetensors file.`,
    );
  }
  return 8 + Number(claimed);
}

function parseHeader(bytes: Uint8Array): z.infer<typeof headerSchema> {
  let json: unknown;
  try {
    json = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch {
    throw new SafetensorsError('decodeSafetensors: the header must be JSON in UTF-8.');
  }
  const parsed = headerSchema.safeParse(json);
  if (!parsed.success) throw new SafetensorsError(`decodeSafetensors: ${z.prettifyError(parsed.error)}`);
  return parsed.data;
}
