import {
  assertInitialPotential,
  type IndividualPotentials,
  type InitialPotential,
  meanInitialPotential,
} from './initial-potential.js';
import { assertInputDistribution, averageOver, type InputDistribution } from './input-distribution.js';
import { assertArguments } from './preconditions.js';
import { countBreakpoints, countMoments } from './spike-probability.js';

/** First two moments of the conversion error of one layer, in units of the quantum D = θ/T. */
export interface ConversionError {
  /**
   * E[a − φ]/D: ANN minus SNN, the sign of the paper's Theorem 2. Positive: the SNN answers too low.
   */
  readonly bias: number;
  /** E[(a − φ)²]/D². */
  readonly squaredError: number;
}

/**
 * Conversion error of one layer under the paper's piecewise-uniform inputs, for any initial potential.
 *
 *   bias = D (½ − E[k]),  squared error = D² (1/12 + Var[k] + (E[k] − ½)²),  k = v0/θ,  D = θ/T
 *
 * The inputs z are in [0, θ] and uniform within each step of the staircase. For a constant potential this is Theorem
 * 2's ((θ − v0)³ + v0³)/(3 θ T²), smallest at v0 = θ/2. Holds for draws in [0, θ]; where a wide normal distribution
 * reaches beyond, the clip at 0 and θ changes it: {@link integrateConversionError} over a uniform histogram.
 *
 * @param potential rule or distribution of v0
 * @throws TypeError or RangeError if the potential is malformed
 * @see Bu et al., AAAI 2022, Theorem 2 and its proof
 * @example
 * expectedConversionError({ kind: 'fraction', fraction: 0.25 }).bias; // 0.25
 */
export function expectedConversionError(potential: InitialPotential): ConversionError {
  assertInitialPotential(potential);
  const bias = 0.5 - meanInitialPotential(potential);
  return { bias, squaredError: 1 / 12 + variance(potential) + bias * bias };
}

/** Var[v0/θ]. */
function variance(potential: InitialPotential): number {
  switch (potential.kind) {
    case 'fraction':
      return 0;
    case 'uniform':
      return (potential.high - potential.low) ** 2 / 12;
    case 'normal':
      return potential.standardDeviation ** 2;
    case 'fractions': {
      const mean = meanInitialPotential(potential);
      const squares = potential.fractions.reduce((sum, value) => sum + (value - mean) ** 2, 0);
      return squares / potential.fractions.length;
    }
  }
}

/** Layer and network whose error is computed. */
export interface ConversionErrorOptions {
  /** θ, firing threshold [activation], > 0. */
  readonly theta: number;
  /** T, integer ≥ 1. */
  readonly timeSteps: number;
  /** The ANN's activation a(z): `clip` (default) min(max(z, 0), θ); `relu` max(z, 0), which adds the clipping error. */
  readonly activation?: 'clip' | 'relu';
}

/**
 * Conversion error of one layer for a given (measured) distribution of its average input z, in units of θ/T.
 *
 *   bias = E_z E_v0[a(z) − φ(z, v0)] / D,  squared error = E_z E_v0[(a(z) − φ(z, v0))²] / D²
 *
 * φ is the exact response of an IF neuron (reset by subtraction) to constant input, clipping and negative inputs
 * included. Samples are averaged exactly; a histogram is integrated piece by piece, exactly for constant and uniform
 * potentials and to about 1e-9 for normal ones. Inputs that vary over time add unevenness, which is not predicted.
 *
 * @param potential    rule for v0, drawn independently of z; of `fractions` every value is as likely as any other
 * @param distribution of z [activation]
 * @throws TypeError or RangeError naming every argument that is out of range
 * @see Bu et al., AAAI 2022, Theorem 2, here without the assumption on the inputs
 * @example
 * const uniform = { kind: 'histogram', edges: [0, 1], counts: [1] } as const;
 * integrateConversionError({ kind: 'fraction', fraction: 0 }, uniform, { theta: 1, timeSteps: 8 }).bias; // 0.5
 */
export function integrateConversionError(
  potential: InitialPotential,
  distribution: InputDistribution,
  options: ConversionErrorOptions,
): ConversionError {
  const { theta, timeSteps, activation = 'clip' } = options;
  assertInitialPotential(potential);
  assertArguments('integrateConversionError', { theta, timeSteps });
  assertInputDistribution('integrateConversionError', distribution);
  if (potential.kind === 'fractions') return averageOverFractions(potential, distribution, options);
  const neuron = { potential, theta, timeSteps };
  const ceiling = activation === 'clip' ? timeSteps : Infinity;
  const [bias, squaredError] = averageOver(distribution, countBreakpoints(neuron), (z) => {
    const { least, mean, meanSquare } = countMoments(z, neuron);
    const error = Math.min((timeSteps * Math.max(z, 0)) / theta, ceiling) - least;
    return [error - mean, error * error - 2 * error * mean + meanSquare];
  });
  return { bias, squaredError };
}

function averageOverFractions(
  { fractions }: IndividualPotentials,
  distribution: InputDistribution,
  options: ConversionErrorOptions,
): ConversionError {
  const sum = { bias: 0, squaredError: 0 };
  for (const fraction of fractions) {
    const { bias, squaredError } = integrateConversionError(
      { kind: 'fraction', fraction },
      distribution,
      options,
    );
    sum.bias += bias;
    sum.squaredError += squaredError;
  }
  return { bias: sum.bias / fractions.length, squaredError: sum.squaredError / fractions.length };
}
