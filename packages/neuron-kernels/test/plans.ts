import type { ConvolutionSynapse, SpikingLayer, SpikingPlan } from '../src/index.js';

const NONE = { top: 0, bottom: 0, left: 0, right: 0 };

/** A 1x1 convolution, or a dense layer between single places: weights [in, out]. */
export function dense(source: number | 'input', weights: readonly number[]): ConvolutionSynapse {
  return {
    kind: 'convolution',
    source,
    kernelSize: [1, 1],
    strides: [1, 1],
    padding: NONE,
    weights: Float32Array.from(weights),
  };
}

/** A layer of one place whose neurons receive nothing but their bias. */
export function driven(
  bias: readonly number[],
  theta = 1,
  reset: 'subtraction' | 'zero' = 'subtraction',
): SpikingLayer {
  return {
    name: 'driven',
    shape: [1, 1, bias.length],
    synapses: [],
    bias: Float32Array.from(bias),
    neuron: { theta: new Float32Array(bias.length).fill(theta), reset },
  };
}

/** A read-out of one place. */
export function readOut(bias: readonly number[], synapses: SpikingLayer['synapses']): SpikingLayer {
  return { name: 'read-out', shape: [1, 1, bias.length], synapses, bias: Float32Array.from(bias) };
}

/** A plan for images of one number. */
export function plan(...layers: SpikingLayer[]): SpikingPlan {
  return { inputShape: [1, 1, 1], layers };
}
