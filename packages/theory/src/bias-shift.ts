import { assertArguments } from './preconditions.js';

/**
 * The input shift of Deng & Gu that does at step T what v0 = θ/2 does at every step: θ/(2T) added to each input.
 *
 * T · θ/(2T) = θ/2: at exactly step T a neuron from v0 = 0 with shifted input has fired as often as one from
 * v0 = θ/2 with plain input, for any constant input. Before T the shift has arrived only in part, so that spikes come later;
 * for another T it has to be chosen anew. **Use one of the two, never both**: {@link effectivePotential} is then θ
 * and the bias −θ/(2T), as large as with neither.
 *
 * @param theta     θ, firing threshold [activation], > 0
 * @param timeSteps T for which the shift is meant, integer ≥ 1
 * @returns shift per step [activation]
 * @throws RangeError naming every argument that is out of range
 * @see Deng & Gu, ICLR 2021; Bu et al., AAAI 2022
 * @example
 * optimalBiasShift(1, 8); // 0.0625
 */
export function optimalBiasShift(theta: number, timeSteps: number): number {
  assertArguments('optimalBiasShift', { theta, timeSteps });
  return theta / (2 * timeSteps);
}

/** Arguments of {@link effectivePotential}. */
export interface EffectivePotentialOptions {
  /** Potential before step 0 [activation]. */
  readonly v0: number;
  /** Added to the input of every step [activation]. */
  readonly shift: number;
  /** Number of steps after which the neuron is read, integer ≥ 1. */
  readonly timeSteps: number;
}

/**
 * The initial potential that, without a shift, gives the same response after `timeSteps` steps of constant input.
 *
 *   v_eff = v0 + T · shift;  bias = (θ/T) (½ − v_eff/θ) for piecewise-uniform inputs
 *
 * Holds wherever the clip-floor response does: for potentials in [0, θ], or inputs z and z + shift in [0, θ].
 *
 * @returns v_eff [activation]
 * @throws RangeError naming every argument that is out of range
 * @example
 * effectivePotential({ v0: 0.5, shift: optimalBiasShift(1, 8), timeSteps: 8 }); // 1, twice the optimum for θ = 1
 */
export function effectivePotential({ v0, shift, timeSteps }: EffectivePotentialOptions): number {
  assertArguments('effectivePotential', { v0, timeSteps });
  if (!Number.isFinite(shift)) {
    throw new RangeError(`effectivePotential: shift must be finite, got ${shift}.`);
  }
  return v0 + timeSteps * shift;
}
