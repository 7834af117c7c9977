/**
 * Potential that silences a neuron for good: a current of any usual size, added to it in float32, changes nothing.
 *
 * @see {@link maskedPotential}
 */
export const SILENT_POTENTIAL = -1e30;

/** Residual potential above which a neuron takes part, in units of θ. */
const LEAST_RESIDUAL = 1e-3;

/**
 * Potential from which a neuron starts again after τ steps of trial: its own, or one that keeps it silent.
 *
 *   v0' = v0 if v(τ) > 10⁻³ θ,   else {@link SILENT_POTENTIAL}
 *
 * A neuron whose potential ends below 0 got too little input for the spikes it sent: most often its ANN activation is 0, and every spike an
 * error of timing (unevenness).
 *
 * @param residual v(τ), potential after the trial [activation]
 * @param theta    θ [activation], > 0
 * @param v0       potential before the trial [activation]
 * @see Hao et al. (AAAI 2023), SRP; limit from the authors' code
 * @example
 * maskedPotential(-0.25, 1, 0.5); // -1e30
 * maskedPotential(0.25, 1, 0.5); // 0.5
 */
export function maskedPotential(residual: number, theta: number, v0: number): number {
  return residual > LEAST_RESIDUAL * theta ? v0 : SILENT_POTENTIAL;
}
