import { assertArguments } from './preconditions.js';

/**
 * Average output of an IF neuron as the paper approximates it: a staircase of T + 1 levels.
 *
 *   φ(z) = (θ/T) · clip(⌊(T z + v0)/θ⌋, 0, T)
 *
 * Equals the stepped neuron (reset by subtraction, fire at u ≥ θ) under constant input z if v0 ∈ [0, θ], or
 * z ∈ [0, θ]; {@link spikeCount} is exact beyond that. With v0 = θ/2 it rounds z to the nearest multiple of θ/T.
 * The step is exact wherever T z + v0 and multiples of θ are representable in float64, as for float32 arguments of
 * like magnitude.
 *
 * @param z         input per time-step [activation], finite
 * @param theta     θ, firing threshold [activation], > 0
 * @param timeSteps T, integer ≥ 1
 * @param v0        potential before the first step [activation]; default θ/2
 * @returns φ in {0, θ/T, …, θ} [activation]
 * @throws RangeError naming every argument that is out of range
 * @see Bu et al., ICLR 2022 (QCFS), Eq. 12; Bu et al., AAAI 2022
 * @example
 * clipFloor(0.4, 1, 4); // 0.5
 * clipFloor(0.4, 1, 4, 0); // 0.25
 */
export function clipFloor(z: number, theta: number, timeSteps: number, v0: number = theta / 2): number {
  assertArguments('clipFloor', { z, theta, timeSteps, v0 });
  const levels = floorQuotient(timeSteps * z + v0, theta);
  return (theta * Math.min(Math.max(levels, 0), timeSteps)) / timeSteps;
}

/**
 * ⌊x/y⌋ without the error of the rounded quotient, for y > 0 and multiples of y representable in float64.
 *
 * @internal
 */
export function floorQuotient(x: number, y: number): number {
  const n = Math.floor(x / y);
  if (n * y > x) return n - 1;
  return (n + 1) * y <= x ? n + 1 : n;
}
