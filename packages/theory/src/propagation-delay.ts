import { isPositive } from './preconditions.js';

/** One spiking layer, as {@link propagationDelay} needs it. */
export interface DelayLayer {
  /** θ, firing threshold [activation], > 0. */
  readonly theta: number;
  /** Potential before step 0 [activation]. */
  readonly v0: number;
  /** max_i E[ReLU(z_i)]: the largest of the neurons' mean activations over a data set [activation], > 0. */
  readonly largestMeanActivation: number;
}

/**
 * Estimate of when the last layer fires first, in time-steps.
 *
 *   t₀ ≈ Σ_l (θ^l − v0^l) / max_i E[ReLU(z^l)]_i
 *
 * In each layer the first neuron to fire is taken to need (θ − v0)/z steps of its mean input, once the layer before
 * has fired ({@link firstSpikeTime} without rounding up). v0 = θ/2 halves the delay of v0 = 0. A layer with v0 ≥ θ
 * adds nothing.
 *
 * @param layers spiking layers from input to output
 * @returns steps ≥ 0, not rounded
 * @throws RangeError naming every argument that is out of range
 * @see Bu et al., CVPR 2025, Eq. 19; Bu et al., AAAI 2022, on the delay of the last layer's first spike
 * @example
 * propagationDelay([{ theta: 1, v0: 0.5, largestMeanActivation: 0.25 }]); // 2
 */
export function propagationDelay(layers: readonly DelayLayer[]): number {
  const problems: string[] = [];
  let delay = 0;
  layers.forEach(({ theta, v0, largestMeanActivation }, l) => {
    if (!isPositive(theta)) problems.push(`layers[${l}].theta must be finite and > 0, got ${theta}.`);
    if (!Number.isFinite(v0)) problems.push(`layers[${l}].v0 must be finite, got ${v0}.`);
    if (!isPositive(largestMeanActivation)) {
      problems.push(
        `layers[${l}].largestMeanActivation must be finite and > 0, got ${largestMeanActivation}. ` +
          'A layer whose neurons are all silent on average has no expected delay.',
      );
    }
    delay += Math.max(theta - v0, 0) / largestMeanActivation;
  });
  if (problems.length > 0) throw new RangeError(`propagationDelay: ${problems.join(' ')}`);
  return delay;
}
