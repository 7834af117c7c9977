/**
 * IEEE 754 binary16 → number, exact (every NaN becomes the one NaN of JavaScript).
 *
 * @param bits unsigned 16-bit integer
 * @example
 * decodeFloat16(0x3555); // 0.333251953125
 */
export function decodeFloat16(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >>> 10) & 0x1f;
  const fraction = bits & 0x3ff;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  if (exponent === 31) return fraction === 0 ? sign * Infinity : NaN;
  return sign * (1 + fraction * 2 ** -10) * 2 ** (exponent - 15);
}

const float32 = new Float32Array(1);
const float32Bits = new Uint32Array(float32.buffer);

/**
 * float32 → bits of the nearest binary16, ties to even; from 65520 on infinity.
 *
 * @param value rounded to float32 first
 * @example
 * encodeFloat16(1 / 3); // 0x3555
 */
export function encodeFloat16(value: number): number {
  float32[0] = value;
  const bits = float32Bits[0]!;
  const sign = (bits >>> 16) & 0x8000;
  const magnitude = bits & 0x7fffffff;
  if (magnitude > 0x7f800000) return sign | 0x7e00;
  if (magnitude >= 0x477ff000) return sign | 0x7c00;
  if (magnitude < 0x38800000) return sign | roundHalfEven(Math.abs(float32[0]) * 2 ** 24);
  // Rebias the exponent from 127 to 15; a carry out of the fraction raises the exponent, as it should.
  const rebiased = magnitude - (112 << 23);
  return sign | ((rebiased + 0xfff + ((rebiased >>> 13) & 1)) >>> 13);
}

/**
 * bfloat16 → number, exact: the upper half of a float32.
 *
 * @param bits unsigned 16-bit integer
 */
export function decodeBfloat16(bits: number): number {
  float32Bits[0] = bits << 16;
  return float32[0]!;
}

/** float32 → bits of the nearest bfloat16, ties to even. */
export function encodeBfloat16(value: number): number {
  float32[0] = value;
  const bits = float32Bits[0]!;
  if ((bits & 0x7fffffff) > 0x7f800000) return (bits >>> 16) | 0x40;
  return ((bits + 0x7fff + ((bits >>> 16) & 1)) >>> 16) & 0xffff;
}

function roundHalfEven(value: number): number {
  const below = Math.floor(value);
  const rest = value - below;
  return rest > 0.5 || (rest === 0.5 && below % 2 === 1) ? below + 1 : below;
}
