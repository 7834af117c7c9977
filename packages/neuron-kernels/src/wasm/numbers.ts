import type { Precision } from '../plan.js';

/** Potentials and logits in memory, 32 bits each: floats or integers. */
export function numbersAt(
  precision: Precision | undefined,
  buffer: ArrayBufferLike,
  address: number,
  length: number,
): Float32Array | Int32Array {
  return precision === 'int16'
    ? new Int32Array(buffer, address, length)
    : new Float32Array(buffer, address, length);
}
