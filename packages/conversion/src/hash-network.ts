import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex } from '@noble/hashes/utils.js';
import type { Network } from '@opi-snn/network';

/**
 * Hash of everything a network computes with and says about itself: SHA-256, hexadecimal.
 *
 * Hashed bytes, in this order: `opi-snn-network-hash 1\n`; the description as JSON with sorted keys and a line feed; for
 * each tensor, by ascending key, the line `KEY [shape]\n` and its float32 values, little endian. It depends neither on the
 * order of keys or tensors nor on the file the network came from.
 *
 * @returns 64 lower-case hexadecimal digits
 */
export function hashNetwork({ description, tensors }: Network): string {
  const hash = sha256.create();
  const text = new TextEncoder();
  hash.update(text.encode(`opi-snn-network-hash 1\n${JSON.stringify(description, sortKeys)}\n`));
  for (const key of [...tensors.keys()].sort()) {
    const { shape, data } = tensors.get(key)!;
    hash.update(text.encode(`${key} [${shape.join(',')}]\n`));
    hash.update(littleEndianBytes(data));
  }
  return bytesToHex(hash.digest());
}

function sortKeys(_key: string, value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)));
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
