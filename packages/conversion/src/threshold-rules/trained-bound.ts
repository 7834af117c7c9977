import type { ActivationLayer, ThresholdResult } from '../activation-layer.js';

/** θ = λ, the upper bound that was trained with the weights. */
export interface TrainedBoundRule {
  readonly kind: 'trained-bound';
}

/**
 * Threshold from the trained bound of a clip or QCFS activation.
 *
 *   θ = λ
 *
 * The ANN's activation then lies in [0, θ] as the spiking layer's mean output does: no clipping error. One θ for the
 * layer or one per channel, as λ was trained.
 *
 * @see Bu et al. (AAAI 2022), Algorithm 1; Ho & Chang (2021), TCL; Bu et al. (ICLR 2022), QCFS
 */
export function trainedBoundThreshold({ node, bound }: ActivationLayer): ThresholdResult {
  if (bound === undefined) {
    return {
      problem: `${node.op} has no trained bound`,
      remedy: 'Train the network with clip activations, or use the threshold rule maximum or percentile',
    };
  }
  return { theta: { shape: [...bound.shape], data: bound.data.slice() } };
}
