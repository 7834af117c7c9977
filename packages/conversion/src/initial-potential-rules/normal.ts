import type { InitialPotential } from '@opi-snn/theory';

/**
 * v0 ~ N(θ/2, (θ/4)²) per neuron, fresh for every image: no bias, squared error 1/12 + 1/16 instead of 1/12 [(θ/T)²]
 * (paper.md 3.2).
 *
 * The distribution of the paper's random initialisation is not published; this is paper.md 7, choice 6.
 */
export const NORMAL: InitialPotential = { kind: 'normal', mean: 0.5, standardDeviation: 0.25 };
