import { logGamma } from './binomial.js';
import { pairedTest, type PairedTest } from './paired-test.js';

/** Largest tilt times difference: beyond it tanh is 1 to double precision. */
const LARGEST_TILT = 40;
/** Terms below this share of a distribution's mass are left out; far below what a double adds up. */
const NEGLIGIBLE = 1e-40;

/**
 * Exact sign-flip (randomisation) test of the mean of paired differences: given their sizes |dᵢ|, every pattern of signs is
 * equally likely if neither side is ahead.
 *
 *   pGreater = P(Σ ±|dᵢ| ≥ Σ dᵢ),   2ⁿ patterns, none left out
 *
 * With differences of one size, such as right or wrong, it is McNemar's exact test ({@link pairedTest}). With several sizes,
 * such as means over seeds, large differences count for more, as they do in the mean.
 *
 * The 2ⁿ patterns are not listed: sums of differences of one size are binomial, and the sizes are convolved. So that
 * p-values far below the smallest double keep their order of magnitude, the distribution is tilted until what was observed
 * is its mean (exponential change of measure), which is undone exactly. Relative error about 1e-14 · n, from log-gamma.
 *
 * @param differences  first − second of each pair, in a unit in which all are integers
 * @returns p-values; all 1 when no pair differs
 * @throws RangeError if a difference is not an integer
 * @see Fisher, The Design of Experiments (1935), section 21; Pitman, J. R. Statist. Soc. Suppl. 4 (1937) 119-130
 * @example
 * signFlipTest([2, 2, -1]).pGreater; // 2/8: of ±2 ± 2 ± 1, sums of 3 or more are 5 and 3
 */
export function signFlipTest(differences: ArrayLike<number>): PairedTest {
  const counts = countSizes(differences);
  const [only, ...more] = counts;
  if (only === undefined || more.length === 0) {
    const { wins, losses } = only?.[1] ?? { wins: 0, losses: 0 };
    return pairedTest(wins, losses);
  }
  const sizes = counts.map(([size, { wins, losses }]): Size => ({ size, n: wins + losses }));
  const observed = counts.reduce((sum, [size, { wins, losses }]) => sum + size * (wins - losses), 0);
  const logGreater = logUpperTail(sizes, observed);
  const pGreater = Math.exp(logGreater);
  const pLess = Math.exp(logUpperTail(sizes, -observed));
  return {
    pGreater,
    pLess,
    pTwoSided: Math.min(1, 2 * Math.min(pGreater, pLess)),
    log10PGreater: logGreater / Math.LN10,
  };
}

/** Differences of one size. */
interface Size {
  readonly size: number;
  readonly n: number;
}

/** Wins and losses by size of the difference, ascending, in units of their greatest common divisor. */
function countSizes(
  differences: ArrayLike<number>,
): (readonly [size: number, counts: { wins: number; losses: number }])[] {
  const counts = new Map<number, { wins: number; losses: number }>();
  for (const difference of Array.from(differences)) {
    if (!Number.isSafeInteger(difference)) {
      throw new RangeError(`signFlipTest: differences must be integers, got ${difference}.`);
    }
    if (difference === 0) continue;
    const size = Math.abs(difference);
    const found = counts.get(size) ?? { wins: 0, losses: 0 };
    counts.set(size, found);
    found[difference > 0 ? 'wins' : 'losses'] += 1;
  }
  const divisor = [...counts.keys()].reduce(greatestCommonDivisor, 0);
  return [...counts].map(([size, found]) => [size / divisor, found] as const).sort(([a], [b]) => a - b);
}

function greatestCommonDivisor(a: number, b: number): number {
  return b === 0 ? a : greatestCommonDivisor(b, a % b);
}

/** ln P(Σ ± sizes ≥ observed). */
function logUpperTail(sizes: readonly Size[], observed: number): number {
  const tilt = tiltTo(sizes, observed);
  const total = sizes.reduce((sum, { size, n }) => sum + size * n, 0);
  // Of the sum 2J − total, J is the share of the positive ones.
  const distribution = positiveShare(sizes, tilt);
  let sum = 0;
  for (let j = (observed + total) / 2; j < distribution.length; j += 1) {
    sum += distribution[j]! * Math.exp(-tilt * (2 * j - total - observed));
  }
  const logMoment = sizes.reduce((all, { size, n }) => all + n * logCosh(tilt * size), 0);
  return Math.min(0, Math.log(sum) + logMoment - tilt * observed);
}

/** The tilt λ ≥ 0 under which the mean, Σ n·size·tanh(λ·size), is what was observed. */
function tiltTo(sizes: readonly Size[], observed: number): number {
  if (observed <= 0) return 0;
  const mean = (tilt: number): number =>
    sizes.reduce((sum, { size, n }) => sum + n * size * Math.tanh(tilt * size), 0);
  let [low, high] = [0, LARGEST_TILT / sizes[0]!.size];
  // Any tilt gives the same p-value; a near one keeps the terms in range.
  for (let step = 0; step < 60; step += 1) {
    const middle = (low + high) / 2;
    if (mean(middle) < observed) low = middle;
    else high = middle;
  }
  return high;
}

/** P(J = j) of the tilted distribution, J = Σ size · (number of positive signs). */
function positiveShare(sizes: readonly Size[], tilt: number): Float64Array {
  return sizes.reduce((before, { size, n }) => {
    const after = new Float64Array(before.length + size * n);
    for (let k = 0; k <= n; k += 1) {
      const p = Math.exp(logTiltedBinomial(k, n, tilt * size));
      if (p < NEGLIGIBLE) continue;
      for (let j = 0; j < before.length; j += 1) after[j + size * k]! += p * before[j]!;
    }
    return after;
  }, Float64Array.of(1));
}

/** ln of C(n, k)·e^{a(2k − n)} / (2 cosh a)ⁿ. */
function logTiltedBinomial(k: number, n: number, a: number): number {
  const logChoose = logGamma(n + 1) - logGamma(k + 1) - logGamma(n - k + 1);
  return logChoose + a * (2 * k - n) - n * (Math.LN2 + logCosh(a));
}

/** ln cosh a for a ≥ 0, without overflow. */
function logCosh(a: number): number {
  return a + Math.log1p(Math.exp(-2 * a)) - Math.LN2;
}
