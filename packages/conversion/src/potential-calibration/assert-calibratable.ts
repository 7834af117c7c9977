import { inferShapes, type Network } from '@opi-snn/network';
import { POTENTIAL_STRATEGIES, type PotentialStrategy } from './strategy.js';
import { imageCount, type SampledImages } from './place-sampling.js';

/**
 * Requires an SNN that came from the ANN, neurons of the theory, and images.
 *
 * @returns names of the spiking layers, in order
 * @throws RangeError naming everything that is wrong
 */
export function assertCalibratable(
  ann: Network,
  network: Network,
  options: SampledImages & { readonly strategy: PotentialStrategy },
): readonly string[] {
  const problems: string[] = [];
  const neurons = network.description.nodes.filter((node) => node.op === 'integrate-and-fire');
  const analog = inferShapes(ann.description);
  const spiking = inferShapes(network.description);
  for (const { name, reset, emission } of neurons) {
    if (analog.get(name)?.join() !== spiking.get(name)!.join()) {
      problems.push(`ann must have an activation ${JSON.stringify(name)} of the same shape.`);
    }
    if (emission !== undefined)
      problems.push(`${name} must have plain spikes, got ${emission.kind} neurons.`);
    const thresholds = network.tensors.get(`${name}/threshold`)!.data.length;
    if (thresholds > 1 && thresholds !== spiking.get(name)!.at(-1)) {
      problems.push(`${name} must have one threshold per layer or channel, got one per neuron.`);
    }
    if (reset !== 'subtraction') problems.push(`${name} must be reset by subtraction, got ${reset}.`);
  }
  if (neurons.length === 0) problems.push('network must have integrate-and-fire nodes, got none.');
  if (!Object.hasOwn(POTENTIAL_STRATEGIES, options.strategy)) {
    const known = Object.keys(POTENTIAL_STRATEGIES).join(', ');
    problems.push(`strategy must be one of ${known}, got ${JSON.stringify(options.strategy)}.`);
  }
  if (!Number.isSafeInteger(options.timeSteps) || options.timeSteps < 1) {
    problems.push(`timeSteps must be an integer ≥ 1, got ${options.timeSteps}.`);
  }
  const images = imageCount(network, options.images);
  if (!Number.isInteger(images) || images < 1) {
    problems.push(`images must hold at least one whole image, got ${options.images.length} values.`);
  }
  if (problems.length > 0) throw new RangeError(`calibratePotentials: ${problems.join(' ')}`);
  return neurons.map(({ name }) => name);
}
