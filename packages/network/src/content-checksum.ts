import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex } from '@noble/hashes/utils.js';
import type { Network } from './network.js';

/**
 * SHA-256 over what a checkpoint says: it stands in the file's metadata, so that an altered value is noticed. The
 * header and the file's length have checks of their own, values have no other.
 *
 * Hashed bytes, in this order: the description as JSON and a line feed; for each tensor, by ascending key, the line
 * `KEY [shape]\n` and its float32 values, little endian.
 *
 * @param description  JSON exactly as it stands in the file
 * @param tensors  as they come back from the file: with F16, already rounded
 * @returns 64 lower-case hexadecimal digits
 * @internal
 */
export function contentChecksum(description: string, tensors: Network['tensors']): string {
  const hash = sha256.create();
  const text = new TextEncoder();
  hash.update(text.encode(`${description}\n`));
  for (const key of [...tensors.keys()].sort()) {
    const { shape, data } = tensors.get(key)!;
    hash.update(text.encode(`${key} [${shape.join(',')}]\n`));
    hash.update(littleEndianBytes(data));
  }
  return bytesToHex(hash.digest());
}

function littleEndianBytes(data: Float32Array): Uint8Array {
  const bytes = new Uint8Array(4 * data.length);
  const view = new DataView(bytes.buffer);
  data.forEach((value, i) => {
    view.setFloat32(4 * i, value, true);
  });
  return bytes;
}
