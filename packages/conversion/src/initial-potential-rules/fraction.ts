import { OPTIMAL_INITIAL_POTENTIAL, ZERO_INITIAL_POTENTIAL, type InitialPotential } from '@opi-snn/theory';

/** v0 = θ/2: least squared error and, for piecewise uniform inputs, no bias (Bu et al., AAAI 2022, Theorem 2). */
export const HALF: InitialPotential = OPTIMAL_INITIAL_POTENTIAL;

/** v0 = 0: the start at rest; bias θ/(2T) (paper.md 3.2, eq. 4). */
export const ZERO: InitialPotential = ZERO_INITIAL_POTENTIAL;

/**
 * v0 = k·θ for every neuron.
 *
 * @param k fraction of the layer's threshold, usually in [0, 1]
 */
export function fraction(k: number): InitialPotential {
  return { kind: 'fraction', fraction: k };
}
