/** What is needed of the ρ steps of one neuron. */
export interface NeuronTrial {
  /** Potential after each step, after the reset [activation]; read only. */
  readonly v: ArrayLike<number>;
  /** Whether it fired at each step. */
  readonly fired: (step: number) => boolean;
}

/**
 * Potential that gives a neuron one spike less or one more over the same ρ steps, where it sent one too many or too few.
 *
 *   v(ρ) < 0 and it fired:  v0 − max(θ, least potential before a reset − 0.999 θ)     one spike is lost
 *   v(ρ) ≥ θ:               v0 + max(θ, 1.001 θ − largest potential without a spike)  one is gained
 *   else                    v0
 *
 * @param trial what the neuron did from v0
 * @param theta θ [activation], > 0
 * @param v0    potential before the trial [activation]
 * @see Hao et al. (ICLR 2023), COS; margins from the authors' code, which shifts once
 * @example
 * // Inputs 1.5 and −1 from 0.5: a spike at once, −0.5 is left.
 * offsetPotential({ v: [1, 0, -0.5], fired: (step) => step === 0 }, 1, 0.5); // 0.5 − max(1, 2 − 0.999) = −0.501
 */
export function offsetPotential({ v, fired }: NeuronTrial, theta: number, v0: number): number {
  const last = v[v.length - 1]!;
  let [leastFiring, largestSilent] = [Infinity, -Infinity];
  for (let step = 0; step < v.length; step++) {
    if (fired(step)) leastFiring = Math.min(leastFiring, v[step]! + theta);
    else largestSilent = Math.max(largestSilent, v[step]!);
  }
  if (last < 0 && leastFiring < Infinity) return v0 - Math.max(theta, leastFiring - 0.999 * theta);
  if (last < theta) return v0;
  // A neuron that fired at every step cannot fire once more.
  return largestSilent === -Infinity ? v0 : v0 + Math.max(theta, 1.001 * theta - largestSilent);
}
