import { assertArguments } from './preconditions.js';

/**
 * Average output of an IF neuron as the paper approximates it: a staircase of T + 1 levels.
 *
 *   φ(z) = (θ/T) · clip(⌊(T z + v0)/θ⌋, 0, T)
 *
 * Equals the stepped neuron (reset by subtraction, fire at u ≥ θ) under constant input z if v0 ∈ [0, θ], or
 * z ∈ [0, θ]; {@link spikeCount} is exact beyond that. With v0 = θ/2 it rounds z to the nearest multiple of θ/T.
 * Exact where T z + v0 and the multiples of θ are representable in float64, as for float32 arguments of like
 * magnitude: the quotient of a number below n θ then never rounds up to n.
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
  const levels = Math.floor((timeSteps * z + v0) / theta);
  return (theta * Math.min(Math.max(levels, 0), timeSteps)) / timeSteps;
}
