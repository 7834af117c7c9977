import { hashTensors, type Network } from '@opi-snn/network';

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
  const preamble = `opi-snn-network-hash 1\n${JSON.stringify(description, sortKeys)}\n`;
  return hashTensors(preamble, tensors);
}

function sortKeys(_key: string, value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)));
}
