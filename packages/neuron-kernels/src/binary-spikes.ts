import type { SpikingLayer, SpikingPlan } from './plan.js';

/**
 * Whether a spike of every neuron is there or not, and carries what the weights say, and pools average: what the fast kernels
 * are made for. Other plans run on the reference and the event-driven kernels.
 */
export function hasBinarySpikes(plan: SpikingPlan): boolean {
  return plan.layers.every((layer) => hasBinarySpikesIn(layer));
}

/** One layer of {@link hasBinarySpikes}: what it reads and what it sends; the read-out sends nothing. */
export function hasBinarySpikesIn({ neuron, shape, synapses }: SpikingLayer): boolean {
  if (synapses.some(({ pool }) => pool?.rule !== undefined)) return false;
  if (neuron === undefined) return true;
  return neuron.emission === undefined && neuron.amplitude === undefined && neuron.theta.length === shape[2];
}
