/** A range of plausible values, as fractions: `low ≤ high`, both in [0, 1]. */
export interface Interval {
  readonly low: number;
  readonly high: number;
}

/** 0.975 quantile of the standard normal distribution: two-sided 95 %. */
export const Z_95 = 1.959963984540054;

/**
 * Wilson score interval of a proportion: the p for which |p̂ − p| ≤ z √(p (1 − p) / n).
 *
 *   centre ± half = (p̂ + z²/2n ± z √(p̂ (1 − p̂)/n + z²/4n²)) / (1 + z²/n)
 *
 * Unlike p̂ ± z σ it stays inside [0, 1] and keeps its coverage near 0 and 1, where accuracies live.
 *
 * @param correct  successes, 0 ≤ correct ≤ n; a mean over seeds need not be an integer
 * @param n  trials, integer ≥ 1
 * @param z  normal quantile; default 95 % two-sided
 * @returns the interval, as fractions
 * @throws RangeError if n is not a positive integer, correct is outside [0, n], or z is not positive
 * @see Wilson, J. Amer. Statist. Assoc. 22 (1927) 209-212
 * @example
 * wilsonInterval(9, 10); // { low: 0.5958…, high: 0.9821… }
 */
export function wilsonInterval(correct: number, n: number, z: number = Z_95): Interval {
  if (!Number.isSafeInteger(n) || n < 1) {
    throw new RangeError(`wilsonInterval: n must be a positive integer, got ${n}.`);
  }
  if (!(correct >= 0 && correct <= n)) {
    throw new RangeError(`wilsonInterval: correct must be in [0, ${n}], got ${correct}.`);
  }
  if (!(z > 0 && Number.isFinite(z))) throw new RangeError(`wilsonInterval: z must be positive, got ${z}.`);
  const p = correct / n;
  const z2 = z * z;
  const centre = p + z2 / (2 * n);
  const half = z * Math.sqrt((p * (1 - p)) / n + z2 / (4 * n * n));
  const scale = 1 + z2 / n;
  // The ends at 0 and n are exact in the formula and must not be blurred by rounding.
  return {
    low: correct === 0 ? 0 : Math.max(0, (centre - half) / scale),
    high: correct === n ? 1 : Math.min(1, (centre + half) / scale),
  };
}
