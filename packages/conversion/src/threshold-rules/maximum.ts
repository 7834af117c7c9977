import type { ActivationLayer, ThresholdResult } from '../activation-layer.js';
import { measuredThreshold } from './measured-threshold.js';

/** θ = the largest activation seen. */
export interface MaximumRule {
  readonly kind: 'maximum';
}

/**
 * Threshold from the largest activation of the layer over the training images ("data-based" normalisation).
 *
 *   θ = max over images and neurons of a,   rounded to float32
 *
 * No activation of those images is clipped; one outlier makes every other rate small.
 *
 * @see Diehl et al. (IJCNN 2015), data-based normalisation, in its threshold form (paper.md 2: weights unchanged)
 */
export function maximumThreshold(layer: ActivationLayer): ThresholdResult {
  return measuredThreshold('maximum', layer, ({ maximum }) => maximum);
}
