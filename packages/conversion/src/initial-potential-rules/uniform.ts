import type { InitialPotential } from '@opi-snn/theory';

/**
 * v0 ~ U(0, θ) per neuron, fresh for every image: no bias, twice the squared error of θ/2 (paper.md 3.2).
 *
 * The distribution of the paper's random initialisation is not published; this is paper.md 7, choice 6.
 */
export const UNIFORM: InitialPotential = { kind: 'uniform', low: 0, high: 1 };
