import { hashTensors } from './hash-tensors.js';
import type { Network } from './network.js';

/**
 * SHA-256 over what a checkpoint says: it stands in the file's metadata, so that an altered value is noticed. The
 * header and the file's length have checks of their own, values have no other.
 *
 * It is {@link hashTensors} with the description as JSON and a line feed before the tensors.
 *
 * @param description  JSON exactly as it stands in the file
 * @param tensors  as they come back from the file: with F16, already rounded
 * @returns 64 lower-case hexadecimal digits
 * @internal
 */
export function contentChecksum(description: string, tensors: Network['tensors']): string {
  return hashTensors(`${description}\n`, tensors);
}
