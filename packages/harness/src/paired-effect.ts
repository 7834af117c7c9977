import { Z_95 } from './wilson.js';

/** Mean of paired differences with what is plausible for it. */
export interface PairedEffect {
  readonly pairs: number;
  /** Pairs in which the first is larger, and smaller. */
  readonly wins: number;
  readonly losses: number;
  /** Mean of first − second. */
  readonly effect: number;
  /** 95 % interval of the mean. */
  readonly interval: { readonly low: number; readonly high: number };
}

/**
 * Mean difference of paired values with its 95 % interval: what bounds how far behind the first may be where no
 * difference is shown.
 *
 * The interval is mean ± z·s/√n after adding one pair with difference +1 and one with −1 (n + 2 pairs), so that it does
 * not shrink to a point when no pair differs. For right/wrong answers this is Bonett and Price's adjusted Wald interval,
 * within a percent of nominal coverage from about 20 pairs on.
 *
 * @param first  one value per pair (image), at least one
 * @param second  the other value of the same pairs
 * @returns counts, mean and interval, in the unit of the values
 * @throws RangeError if lengths differ, are 0, or a value is not finite
 * @see Bonett and Price, Journal of Educational and Behavioral Statistics 37 (2012) 479-488
 */
export function pairedEffect(first: ArrayLike<number>, second: ArrayLike<number>): PairedEffect {
  const pairs = first.length;
  if (pairs !== second.length || pairs === 0) {
    throw new RangeError(
      `pairedEffect: first and second must have the same number of values ≥ 1, got ${pairs} and ${second.length}.`,
    );
  }
  const differences = Float64Array.from(first, (value, i) => value - second[i]!);
  if (differences.some((difference) => !Number.isFinite(difference))) {
    throw new RangeError('pairedEffect: values must be finite numbers, got NaN or an infinite one.');
  }
  const sum = differences.reduce((total, difference) => total + difference, 0);
  const squares = differences.reduce((total, difference) => total + difference * difference, 0);
  const n = pairs + 2;
  const centre = sum / n;
  const half = Z_95 * Math.sqrt(((squares + 2) / n - centre * centre) / n);
  return {
    pairs,
    wins: differences.filter((difference) => difference > 0).length,
    losses: differences.filter((difference) => difference < 0).length,
    effect: sum / pairs,
    interval: { low: centre - half, high: centre + half },
  };
}
