import type { Simulation } from './simulation.js';

/** Operations that a spiking run took for one image, on average; counts, not energy. */
export interface SpikingOperations {
  /** [timeSteps]: additions caused by spikes up to and including each step. */
  readonly additions: Float64Array;
  /** [timeSteps]: spikes emitted up to and including each step. */
  readonly spikes: Float64Array;
  /** [timeSteps]: neuron updates (integrate, compare, reset) up to and including each step: neurons · t. */
  readonly neuronUpdates: Float64Array;
}

/**
 * Operations of a run per image, cumulated over time: what an SNN of T = t + 1 steps costs stands at index t.
 *
 * Not in `additions`: the constant current of the layers that read the analog image (multiply-accumulates once per
 * image, `countMultiplyAccumulates` of `@opi-snn/network` for those nodes) and one addition of the constant current per neuron and step.
 */
export function countSpikingOperations({ layers, timeSteps, indices }: Simulation): SpikingOperations {
  const neurons = layers.slice(0, -1).reduce((sum, layer) => sum + layer.neurons, 0);
  const cumulate = (key: 'spikes' | 'synapticOperations'): Float64Array => {
    let sum = 0;
    return Float64Array.from({ length: timeSteps }, (_, t) => {
      for (const layer of layers) sum += layer[key][t]!;
      return sum / indices.length;
    });
  };
  return {
    additions: cumulate('synapticOperations'),
    spikes: cumulate('spikes'),
    neuronUpdates: Float64Array.from({ length: timeSteps }, (_, t) => neurons * (t + 1)),
  };
}
