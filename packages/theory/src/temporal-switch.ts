/** How a value becomes a whole number of steps. */
export type SwitchRounding = 'down' | 'nearest';

/** A temporal switch code: what T steps between two spikes stand for. */
export interface SwitchCode {
  /** T, steps of a window, integer ≥ 1. */
  readonly timeSteps: number;
  /** Value of the longest interval, T steps: θ of a neuron, the largest |pixel| of an image [activation], > 0. */
  readonly bound: number;
  /** Default `down`. */
  readonly rounding?: SwitchRounding;
}

/**
 * Interval between the two spikes that stand for a value.
 *
 *   n = sgn(a) · min(⌊|a| T / bound⌋, T);   with `nearest`: ⌊|a| T / bound + ½⌋
 *
 * The first spike, of the sign of the value, comes at step 0 of the window, the second, of the other sign, at step |n|; a value of less than one step
 * sends nothing. In between the targets receive w · bound at every step: `switchValue` of n in the mean over the window.
 *
 * @param value a [activation], finite; neurons put max(a, 0) in
 * @returns n, integer in [−T, T]
 * @see Han & Roy (ECCV 2020): p* = ⌊|p| (N − 1)⌋ + 1 for pixels in [−1, 1], spikes at steps 1 and p*; T = N − 1 here
 * @example
 * switchInterval(0.7, { timeSteps: 4, bound: 1 }); // 2
 * switchInterval(-0.7, { timeSteps: 4, bound: 1, rounding: 'nearest' }); // -3
 */
export function switchInterval(value: number, { timeSteps, bound, rounding = 'down' }: SwitchCode): number {
  const steps = (Math.abs(value) * timeSteps) / bound + (rounding === 'nearest' ? 0.5 : 0);
  const whole = Math.min(Math.floor(steps), timeSteps);
  return value < 0 && whole > 0 ? -whole : whole;
}

/**
 * Value that an interval stands for.
 *
 *   φ = n · bound / T
 *
 * @param interval n, integer in [−T, T]
 */
export function switchValue(interval: number, { timeSteps, bound }: SwitchCode): number {
  return (interval * bound) / timeSteps;
}

/**
 * A neuron that listens for the T steps of a window and answers in the next one; step by step, the clear version.
 *
 *   V ← V + I(t);   then n = {@link switchInterval} of max(V/T, 0), bound θ
 *
 * @param currents I(t), input at each step of the window [activation], [T]
 * @returns n, steps for which its targets are switched on
 */
export function answerOfSwitch(currents: readonly number[], code: SwitchCode): number {
  let potential = 0;
  for (const current of currents) potential += current;
  return switchInterval(Math.max(potential / code.timeSteps, 0), code);
}
