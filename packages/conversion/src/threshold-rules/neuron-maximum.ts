import type { ActivationLayer, ThresholdResult } from '../activation-layer.js';
import { measuredThreshold } from './measured-threshold.js';

/** θ of each neuron = its own largest activation. */
export interface NeuronMaximumRule {
  readonly kind: 'neuron-maximum';
}

/**
 * Threshold per neuron from its own activations over the training images ("neuron-wise" normalisation).
 *
 *   θ_i = max over images of a_i;   of a neuron that no image excites: the largest activation of its layer
 *
 * Neurons that are rarely strong get rates as high as the others, at the price of clipping what the images did not show: it takes many images. A
 * neuron that was silent throughout keeps a threshold that any other neuron of the layer might need; a small one would make it
 * fire at the slightest input. Needs `LayerStatistics.neuronMaxima`.
 *
 * @see Wang et al. (IJCAI 2022), NeuronNorm; what becomes of silent neurons is ours
 */
export function neuronMaximumThreshold(layer: ActivationLayer): ThresholdResult {
  const { statistics } = layer;
  const shared = measuredThreshold('maximum of each neuron', layer, ({ maximum }) => maximum);
  if ('problem' in shared || statistics === undefined) return shared;
  const { neuronMaxima } = statistics;
  if (neuronMaxima === undefined) {
    return {
      problem: 'the statistics hold no maximum of each neuron',
      remedy: 'Collect the statistics with measureStatistics (calibrateWithMethod does)',
    };
  }
  const [largest] = shared.theta.data as unknown as readonly [number];
  const { shape, data } = neuronMaxima;
  return { theta: { shape, data: data.map((maximum) => (maximum > 0 ? maximum : largest)) } };
}
