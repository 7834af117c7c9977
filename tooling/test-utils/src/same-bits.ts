/** Number arrays whose elements have a fixed bit pattern. */
export type NumberArray =
  | Float32Array
  | Float64Array
  | Int8Array
  | Uint8Array
  | Uint8ClampedArray
  | Int16Array
  | Uint16Array
  | Int32Array
  | Uint32Array;

/**
 * Require two typed arrays to hold the same bits: same type, same length, same elements, −0 apart from +0.
 *
 * NaN equals NaN whatever its payload: engines may change payloads when they copy a NaN, so those bits are no result.
 *
 * @param actual   array to judge
 * @param expected array to compare with, of the same type
 * @param label    name of the compared array, put in front of the failure message
 * @throws Error naming index, both values and both bit patterns of the first difference, and how many elements differ
 * @example
 * expectSameBits(Float32Array.of(0), Float32Array.of(-0)); // throws: index 0: actual 0 (0x00000000), expected -0 …
 */
export function expectSameBits(actual: NumberArray, expected: NumberArray, label = ''): void {
  const name = label === '' ? '' : `${label}: `;
  if (actual.constructor !== expected.constructor) {
    throw new Error(`${name}expected a ${expected.constructor.name}, got a ${actual.constructor.name}`);
  }
  if (actual.length !== expected.length) {
    throw new Error(`${name}expected ${expected.length} elements, got ${actual.length}`);
  }
  let first = -1;
  let count = 0;
  for (let index = 0; index < expected.length; index++) {
    if (Object.is(actual[index], expected[index])) continue;
    if (first < 0) first = index;
    count++;
  }
  if (count === 0) return;
  const difference = Math.abs(actual[first]! - expected[first]!);
  throw new Error(
    `${name}${count} of ${expected.length} elements differ\nfirst at index ${first}: actual ${bits(actual, first)}, ` +
      `expected ${bits(expected, first)}, difference ${difference}, tolerance 0`,
  );
}

/** An element and its bit pattern: `-0 (0x80000000)`. */
function bits(array: NumberArray, index: number): string {
  const value = array[index]!;
  const text = Object.is(value, -0) ? '-0' : String(value);
  const bytes = new Uint8Array(
    array.buffer,
    array.byteOffset + index * array.BYTES_PER_ELEMENT,
    array.BYTES_PER_ELEMENT,
  );
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0'));
  return `${text} (0x${hex.reverse().join('')})`;
}
