import type { WeightCause } from './compare-weights.js';
import type { LayerProfile } from './layer-profile.js';

/** Something wrong in one layer, whatever the layers before it do. */
export interface Defect {
  readonly layer: string;
  readonly cause:
    'dead-layer' | 'unfolded-batch-norm' | 'other-weights' | 'threshold-too-high' | 'threshold-too-low';
  /** Factor on θ that would be best at this T; of the causes that concern the threshold. */
  readonly factor?: number;
  /** Node whose weights are concerned, and the batch norm that was not folded. */
  readonly node?: string;
  readonly batchNorm?: string;
}

/** Relative difference of pre-activations, mean square, above which weights that are equal to the bit cannot be. */
const ROUNDING_LIMIT = 1e-6;
/** Calibrated weights and biases differ from the ANN's on purpose; what is far off is no calibration. */
const CALIBRATION_LIMIT = 0.05;
/** A threshold this many times off the best one… */
const FACTOR_LIMIT = 3;
/** …which costs this many times the error of the best one… */
const ERROR_LIMIT = 4;
/** …and this share of the signal. */
const SIGNAL_LIMIT = 5e-3;

/**
 * Every layer in which something is wrong by itself, in the order of the network; the first one is where a repair begins.
 *
 * A layer is judged under the ANN's own activations as input, so that it does not answer for the layers before it. Short
 * runs, unevenness and mild clipping are no defects: they are what a conversion costs, and stand in the profile.
 *
 * @param profiles layers in the order of the network
 * @param weightsOf what {@link compareWeights} says about a layer whose weights differ
 * @returns none for a sound network
 */
export function findDefects(
  profiles: readonly LayerProfile[],
  weightsOf: (layer: string) => WeightCause,
): readonly Defect[] {
  return profiles.flatMap((profile) => defectOf(profile, weightsOf) ?? []);
}

function defectOf(profile: LayerProfile, weightsOf: (layer: string) => WeightCause): Defect | undefined {
  const { layer, largestDrive, weightDifference } = profile;
  const cause = weightDifference > ROUNDING_LIMIT ? weightsOf(layer) : undefined;
  const node = cause !== undefined && 'node' in cause ? { node: cause.node } : {};
  if (cause?.kind === 'unfolded-batch-norm') {
    return { layer, cause: 'unfolded-batch-norm', node: cause.node, batchNorm: cause.batchNorm };
  }
  // However high the threshold: without a positive current nothing ever fires.
  if (!(largestDrive > 0)) return { layer, cause: 'dead-layer', ...node };
  if (cause !== undefined && cause.kind !== 'pooling' && weightDifference > CALIBRATION_LIMIT) {
    return { layer, cause: 'other-weights', ...node };
  }
  return thresholdDefect(profile);
}

function thresholdDefect({ layer, scale, timeSteps, signal }: LayerProfile): Defect | undefined {
  if (scale.maximum === 0) return undefined;
  const factor = scale.bestFactor(timeSteps);
  const error = scale.expectedError(1, timeSteps);
  if (error < ERROR_LIMIT * scale.expectedError(factor, timeSteps) || error < SIGNAL_LIMIT * signal)
    return undefined;
  if (factor <= 1 / FACTOR_LIMIT) return { layer, cause: 'threshold-too-high', factor };
  if (factor >= FACTOR_LIMIT) return { layer, cause: 'threshold-too-low', factor };
  return undefined;
}
