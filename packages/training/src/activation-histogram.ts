/** Bins per power of two; a bin is 2⁻¹³ of its value wide. */
const MANTISSA_BITS = 13;
const SHIFT = 23 - MANTISSA_BITS;
/** Values below 2⁻²⁴ share the first bin, values from 2²⁴ on the last one. */
const LOWEST_EXPONENT = -24;
const HIGHEST_EXPONENT = 24;
const EXPONENT_BIAS = 127;
const FIRST = (EXPONENT_BIAS + LOWEST_EXPONENT) << MANTISSA_BITS;
const BINS = (HIGHEST_EXPONENT - LOWEST_EXPONENT) << MANTISSA_BITS;

/** Largest relative error of measured percentiles for values in [2⁻²⁴, 2²⁴). */
export const PERCENTILE_RELATIVE_ERROR: number = 2 ** -(MANTISSA_BITS + 1);

/**
 * Counts of non-negative float32 values on a fixed logarithmic grid: the leading 13 bits of the mantissa. Integer
 * counts on a fixed grid do not depend on the order in which values come, nor on how they are grouped.
 *
 * @internal
 */
export class ActivationHistogram {
  /** Number of values that are exactly 0. */
  zeros = 0;
  #positive = 0;
  readonly #counts = new Float64Array(BINS);
  #bits = new Uint32Array(0);
  #floats = new Float32Array(0);

  /** Number of values added. */
  get count(): number {
    return this.zeros + this.#positive;
  }

  /** @param values finite, ≥ 0 (−0 counts as 0) */
  add(values: Float32Array): void {
    if (this.#floats.length < values.length) {
      this.#floats = new Float32Array(values.length);
      this.#bits = new Uint32Array(this.#floats.buffer);
    }
    this.#floats.set(values);
    let zeros = 0;
    for (let i = 0; i < values.length; i += 1) {
      // Without the sign bit, so that −0 is 0.
      const bits = this.#bits[i]! & 0x7fffffff;
      if (bits === 0) {
        zeros += 1;
        continue;
      }
      const bin = Math.min(BINS - 1, Math.max(0, (bits >>> SHIFT) - FIRST));
      this.#counts[bin]! += 1;
    }
    this.zeros += zeros;
    this.#positive += values.length - zeros;
  }

  /**
   * The smallest value that at least so many percent of all values do not exceed (nearest rank), as the middle of its
   * bin: within {@link PERCENTILE_RELATIVE_ERROR}.
   *
   * @param percentile in (0, 100]
   * @param countZeros whether values that are exactly 0 belong to "all values"
   * @returns NaN if there are no values
   */
  percentile(percentile: number, countZeros: boolean): number {
    const total = countZeros ? this.count : this.#positive;
    if (total === 0) return Number.NaN;
    // Rounding may put an exact rank a trifle above its integer.
    let rank = Math.max(1, Math.ceil((percentile / 100) * total - 1e-9 * total));
    if (countZeros) rank -= this.zeros;
    if (rank <= 0) return 0;
    let bin = 0;
    for (let below = this.#counts[0]!; below < rank; below += this.#counts[bin]!) bin += 1;
    return middleOf(bin);
  }
}

function middleOf(bin: number): number {
  const bits = new Uint32Array([((bin + FIRST) << SHIFT) | (1 << (SHIFT - 1))]);
  return new Float32Array(bits.buffer)[0]!;
}
