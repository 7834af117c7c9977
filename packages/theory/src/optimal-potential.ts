import { type ConversionErrorOptions, integrateConversionError } from './conversion-error.js';
import type { InputDistribution } from './input-distribution.js';
import { assertArguments } from './preconditions.js';

/**
 * The initial potential with the smallest squared conversion error: θ/2.
 *
 * Theorem 2 proves it for piecewise-uniform inputs. It holds for *every* distribution: with v0 = θ/2 the response
 * (θ/T) · clip(⌊(T z + θ/2)/θ⌋, 0, T) is the multiple of θ/T nearest to z, so that no other response of the neuron is
 * closer to clip(z, 0, θ), whatever z.
 *
 * @param theta θ, firing threshold [activation], > 0
 * @returns v0 [activation]
 * @throws RangeError if θ is not finite and > 0
 * @see Bu et al., AAAI 2022, Theorem 2
 * @example
 * optimalPotential(3); // 1.5
 */
export function optimalPotential(theta: number): number {
  assertArguments('optimalPotential', { theta });
  return theta / 2;
}

/**
 * The constant initial potential whose *mean* conversion error is zero for a measured distribution of inputs.
 *
 * θ/2 for piecewise-uniform inputs; elsewhere it depends on the distribution (activations that pile up at 0 move it
 * below or above), while {@link optimalPotential} keeps the smallest squared error. E[a − φ] falls as v0 grows, so
 * that the zero is found by bisection, to 2⁻⁵² θ; where a range of potentials is unbiased, the one nearest to
 * θ/2 is returned. For samples E[a − φ] is a staircase: the result is where it passes zero.
 *
 * @param distribution of the average input z [activation]
 * @returns v0 in [0, θ] [activation]
 * @throws RangeError naming every argument that is out of range, or if the error of a ReLU above θ is too large to
 *   be made up by any v0 ≤ θ
 * @see Bu et al., AAAI 2022, Theorem 2 (expected error zero)
 */
export function zeroMeanErrorPotential(
  distribution: InputDistribution,
  options: ConversionErrorOptions,
): number {
  const { theta } = options;
  assertArguments('zeroMeanErrorPotential', { theta, timeSteps: options.timeSteps });
  const bias = (v0: number): number =>
    integrateConversionError({ kind: 'fraction', fraction: v0 / theta }, distribution, options).bias;
  const middle = bias(theta / 2);
  if (middle === 0) return theta / 2;
  if (middle < 0) return bisect(theta / 2, 0, (v0) => bias(v0) < 0);
  const rest = bias(theta);
  if (rest > 0) {
    throw new RangeError(
      `zeroMeanErrorPotential: distribution must allow an unbiased potential up to theta ${theta}, got bias ${rest} ` +
        'theta/T at v0 = theta. Raise theta, or compare with the clipped activation.',
    );
  }
  return bisect(theta / 2, theta, (v0) => bias(v0) > 0);
}

/** First point on the way from `from` (where `isBefore`) to `to` (where not) that is no longer `isBefore`. */
function bisect(from: number, to: number, isBefore: (v0: number) => boolean): number {
  let before = from;
  let after = to;
  const resolution = Math.max(Math.abs(from), Math.abs(to)) * Number.EPSILON;
  while (Math.abs(after - before) > resolution) {
    const middle = before + (after - before) / 2;
    if (isBefore(middle)) before = middle;
    else after = middle;
  }
  return after;
}
