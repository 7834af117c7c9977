import { runNetwork, type Network } from '@opi-snn/network';
import { meanInitialPotential, propagationDelay, type InitialPotential } from '@opi-snn/theory';
import type { CalibrationRun } from './calibration-run.js';

/**
 * Steps until the last layer is expected to fire: {@link propagationDelay} with means over the calibration images.
 *
 *   t₀ ≈ Σ_l (1 − v0/θ) / max_i (E[a_i] / θ_i)
 *
 * In units of each neuron's own threshold, so that layers with a threshold per channel have one number.
 *
 * @param ann              the ANN, whose activations have the names of the SNN's neurons
 * @param snn              converted from it
 * @param run              calibration images
 * @param initialPotential of all layers
 * @returns steps ≥ 0, not rounded
 * @throws RangeError if a layer is silent on all images
 * @see Bu et al. (CVPR 2025), Eq. 19
 */
export function estimateDelay(
  ann: Network,
  snn: Network,
  { images, count }: Pick<CalibrationRun, 'images' | 'count'>,
  initialPotential: InitialPotential,
): number {
  const names = snn.description.nodes.filter(({ op }) => op === 'integrate-and-fire').map(({ name }) => name);
  const { activations } = runNetwork(ann, images, { activations: names });
  const v0 = meanInitialPotential(initialPotential);
  return propagationDelay(
    names.map((name) => {
      const { data } = activations.get(name)!;
      const theta = snn.tensors.get(`${name}/threshold`)!.data;
      const means = new Float64Array(data.length / count);
      data.forEach((a, i) => (means[i % means.length]! += a / count));
      const rates = means.map((mean, i) => mean / theta[i % theta.length]!);
      return { theta: 1, v0, largestMeanActivation: largest(rates) };
    }),
  );
}

function largest(values: Float64Array): number {
  return values.reduce((most, value) => Math.max(most, value), 0);
}
