import { logUpperTailHalf } from './binomial.js';

/** Exact p-values of a paired comparison. */
export interface PairedTest {
  /** P(this many wins or more | neither is ahead). Small: the first is ahead. */
  readonly pGreater: number;
  /** P(this many wins or fewer | neither is ahead). Small: the second is ahead. */
  readonly pLess: number;
  /** min(1, 2 · min(pGreater, pLess)). */
  readonly pTwoSided: number;
  /** log10 of `pGreater`, finite where `pGreater` underflows to 0. */
  readonly log10PGreater: number;
}

/**
 * Exact McNemar test, which is the sign test on the pairs that differ: under "neither is ahead",
 * wins ~ Bin(wins + losses, 1/2). Pairs on which both are right, or both wrong, say nothing and are left out.
 *
 * No normal approximation: tails are summed from log-gamma, relative error at most 1e-14 · n (1e-8 for a million pairs).
 *
 * @param wins  pairs on which only the first is right (or the first is larger), integer ≥ 0
 * @param losses  pairs on which only the second is, integer ≥ 0
 * @returns p-values; all 1 when there is no differing pair
 * @throws RangeError if a count is not a non-negative integer
 * @see McNemar, Psychometrika 12 (1947) 153-157; exact form: Sheskin, Handbook of Statistical Procedures, test 20
 * @example
 * pairedTest(8, 1).pTwoSided; // 0.0390625 = 2 · (9 + 1) / 2⁹
 */
export function pairedTest(wins: number, losses: number): PairedTest {
  assertCount('wins', wins);
  assertCount('losses', losses);
  const n = wins + losses;
  const logGreater = logUpperTailHalf(wins, n);
  const pGreater = Math.exp(logGreater);
  const pLess = Math.exp(logUpperTailHalf(losses, n));
  return {
    pGreater,
    pLess,
    pTwoSided: Math.min(1, 2 * Math.min(pGreater, pLess)),
    log10PGreater: logGreater / Math.LN10,
  };
}

function assertCount(name: string, value: number): void {
  if (!Number.isSafeInteger(value) || value < 0) {
    throw new RangeError(`pairedTest: ${name} must be an integer ≥ 0, got ${value}.`);
  }
}

/**
 * Holm's step-down adjustment: with the adjusted p below α for a comparison, the chance of *any* false alarm among all
 * of them is at most α, whatever their dependence.
 *
 *   p̃₍ᵢ₎ = max over j ≤ i of min(1, (m − j + 1) · p₍ⱼ₎)
 *
 * @param pValues  in [0, 1], any order
 * @returns adjusted p-values in the same order
 * @see Holm, Scand. J. Statist. 6 (1979) 65-70
 * @example
 * holmAdjust([0.01, 0.04, 0.03]); // [0.03, 0.06, 0.06]
 */
export function holmAdjust(pValues: readonly number[]): number[] {
  const order = pValues.map((_, index) => index).sort((a, b) => pValues[a]! - pValues[b]!);
  const adjusted = new Array<number>(pValues.length).fill(1);
  let running = 0;
  order.forEach((index, rank) => {
    running = Math.max(running, Math.min(1, (pValues.length - rank) * pValues[index]!));
    adjusted[index] = running;
  });
  return adjusted;
}
