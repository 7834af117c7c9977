import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex } from '@noble/hashes/utils.js';
import type { Tensor } from './tensor.js';

/**
 * SHA-256 over a text and the values of tensors.
 *
 * Hashed bytes, in this order: the preamble; for each tensor, by ascending key, the line `KEY [shape]\n` and its float32
 * values, little endian. It depends neither on the order of the tensors nor on the machine.
 *
 * @param preamble  what the tensors belong to; '' for the tensors alone
 * @returns 64 lower-case hexadecimal digits
 */
export function hashTensors(preamble: string, tensors: ReadonlyMap<string, Tensor>): string {
  const hash = sha256.create();
  const text = new TextEncoder();
  hash.update(text.encode(preamble));
  for (const key of [...tensors.keys()].sort()) {
    const { shape, data } = tensors.get(key)!;
    hash.update(text.encode(`${key} [${shape.join(',')}]\n`));
    hash.update(littleEndianBytes(data));
  }
  return bytesToHex(hash.digest());
}

function littleEndianBytes(data: Float32Array): Uint8Array {
  const isLittleEndian = new Uint8Array(Uint16Array.of(1).buffer)[0] === 1;
  if (isLittleEndian) return new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
  const view = new DataView(new ArrayBuffer(data.byteLength));
  data.forEach((value, i) => {
    view.setFloat32(4 * i, value, true);
  });
  return new Uint8Array(view.buffer);
}
