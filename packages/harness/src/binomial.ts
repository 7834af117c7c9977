/** Lanczos coefficients, g = 7, n = 9 (Godfrey 2001): relative error of Γ below 1e-14 for x ≥ 1/2. */
const LANCZOS = [
  0.99999999999980993, 676.5203681218851, -1259.1392167224028, 771.32342877765313, -176.61502916214059,
  12.507343278686905, -0.13857109526572012, 9.9843695780195716e-6, 1.5056327351493116e-7,
];

/**
 * ln Γ(x) by the Lanczos approximation.
 *
 * @param x  ≥ 1/2
 * @returns ln Γ(x), relative error about 1e-14
 * @internal
 */
export function logGamma(x: number): number {
  const y = x - 1;
  const t = y + 7.5;
  const series = LANCZOS.reduce((sum, c, i) => (i === 0 ? c : sum + c / (y + i)), 0);
  return 0.5 * Math.log(2 * Math.PI) + (y + 0.5) * Math.log(t) - t + Math.log(series);
}

/**
 * ln P(X = k) for X ~ Bin(n, 1/2).
 *
 * @param k  integer, 0 ≤ k ≤ n
 * @param n  integer ≥ 0
 * @returns natural logarithm
 * @internal
 */
export function logBinomialHalf(k: number, n: number): number {
  return logGamma(n + 1) - logGamma(k + 1) - logGamma(n - k + 1) - n * Math.LN2;
}

/**
 * ln P(X ≥ k) for X ~ Bin(n, 1/2), summed without approximation: terms fall geometrically from the first one
 * beyond the middle, and are added relative to it. Relative error of the probability at most 1e-14 · max(100, n), from log-gamma.
 *
 * @param k  integer; k ≤ 0 gives probability 1, k > n probability 0
 * @param n  integer ≥ 0
 * @returns natural logarithm, −∞ for probability 0
 * @internal
 */
export function logUpperTailHalf(k: number, n: number): number {
  if (k <= 0) return 0;
  if (k > n) return -Infinity;
  // P(X ≥ k) = 1 − P(X ≥ n − k + 1) by symmetry; the direct sum is only short beyond the middle.
  if (2 * k <= n) return Math.log1p(-Math.exp(logUpperTailHalf(n - k + 1, n)));
  let term = 1;
  let sum = 1;
  for (let i = k; i < n && term > sum * 1e-18; i += 1) {
    term *= (n - i) / (i + 1);
    sum += term;
  }
  return Math.min(0, logBinomialHalf(k, n) + Math.log(sum));
}
