import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex } from '@noble/hashes/utils.js';

/** Predictions with what is needed to name them. */
export interface Predictions {
  /** `[images]`: index of each image in its data set. */
  readonly indices: ArrayLike<number>;
  readonly timeSteps: number;
  /** `[images, timeSteps]`. */
  readonly predictions: Uint16Array;
}

/**
 * Hash of the predictions of a run: SHA-256, hexadecimal. Equal hashes mean equal predictions of the same images at
 * every step, whatever the order in which the images were run.
 *
 * Hashed bytes, all little endian: uint32 number of images; uint32 timeSteps; then, images by ascending index: uint32
 * index, timeSteps uint16 predictions.
 *
 * @returns 64 lower-case hexadecimal digits
 * @throws RangeError if the arrays do not fit together
 */
export function predictionHash({ indices, timeSteps, predictions }: Predictions): string {
  if (predictions.length !== indices.length * timeSteps) {
    throw new RangeError(
      `predictionHash: predictions must hold ${indices.length} · ${timeSteps} values, got ${predictions.length}.`,
    );
  }
  const hash = sha256.create();
  const header = new DataView(new ArrayBuffer(8));
  header.setUint32(0, indices.length, true);
  header.setUint32(4, timeSteps, true);
  hash.update(new Uint8Array(header.buffer));
  const rows = Array.from(indices, (index, row) => ({ index, row })).sort((a, b) => a.index - b.index);
  const bytes = new DataView(new ArrayBuffer(4 + 2 * timeSteps));
  for (const { index, row } of rows) {
    bytes.setUint32(0, index, true);
    for (let t = 0; t < timeSteps; t++) bytes.setUint16(4 + 2 * t, predictions[row * timeSteps + t]!, true);
    hash.update(new Uint8Array(bytes.buffer));
  }
  return bytesToHex(hash.digest());
}
