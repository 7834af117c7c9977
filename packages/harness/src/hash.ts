import { createHash } from 'node:crypto';
import { canonicalJson } from './canonical-json.js';

/**
 * SHA-256 of bytes, 64 lower-case hexadecimal digits (FIPS 180-4).
 *
 * @param bytes  text (hashed as UTF-8) or bytes, read only
 * @returns 64 hexadecimal digits
 * @example
 * sha256(''); // 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855'
 */
export function sha256(bytes: string | Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

/**
 * The address of a value: SHA-256 of its canonical JSON. Equal values have equal addresses, whatever the order of their
 * keys; values that differ anywhere have different ones.
 *
 * @param value  plain JSON
 * @returns 64 hexadecimal digits
 * @throws TypeError if the value is not plain JSON
 */
export function contentAddress(value: unknown): string {
  return sha256(canonicalJson(value));
}

/**
 * SHA-256 over predictions as 16-bit little-endian numbers, `[images, timeSteps]` row-major: the number that two runs
 * on different machines are compared by. It equals `sha256sum` of the stored file of a run with a single shard.
 *
 * @param predictions  class per image and time-step, `[images, timeSteps]`, read only
 * @returns 64 hexadecimal digits
 */
export function hashPredictions(predictions: Uint16Array): string {
  return sha256(encodePredictions(predictions));
}

/**
 * Predictions as bytes: 16-bit little-endian, on every machine.
 *
 * @param predictions  `[images, timeSteps]`, read only
 * @returns 2 bytes per prediction
 * @internal
 */
export function encodePredictions(predictions: Uint16Array): Uint8Array {
  const bytes = new Uint8Array(predictions.length * 2);
  const view = new DataView(bytes.buffer);
  predictions.forEach((value, index) => {
    view.setUint16(index * 2, value, true);
  });
  return bytes;
}

/**
 * The inverse of {@link encodePredictions}.
 *
 * @param bytes  an even number of bytes, read only
 * @returns predictions
 * @throws RangeError if the number of bytes is odd
 * @internal
 */
export function decodePredictions(bytes: Uint8Array): Uint16Array {
  if (bytes.length % 2 !== 0) {
    throw new RangeError(`decodePredictions: bytes must have an even length, got ${bytes.length}.`);
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return Uint16Array.from({ length: bytes.length / 2 }, (_, index) => view.getUint16(index * 2, true));
}
