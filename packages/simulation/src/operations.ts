import { inferShapes, type NetworkDescription } from '@opi-snn/network';
import type { Simulation } from './simulation.js';

/** Multiply-accumulate operations of one image through the linear nodes of a network. */
export interface MultiplyAccumulates {
  /** conv2d: rows · columns · kernelHeight · kernelWidth · in · out (padding included, as is customary); dense: in · out. */
  readonly total: number;
  /** By node, in the order of the nodes. */
  readonly byNode: ReadonlyMap<string, number>;
}

/**
 * Multiply-accumulate operations that an ANN needs for one image: every weight, at every place, whatever its input. An
 * SNN has the same weights, so that its own description gives the number of the ANN it came from.
 *
 * Pooling, additions, biases and activations are not counted.
 */
export function countMultiplyAccumulates(description: NetworkDescription): MultiplyAccumulates {
  const shapes = inferShapes(description);
  const byNode = new Map<string, number>();
  for (const node of description.nodes) {
    if (node.op !== 'conv2d' && node.op !== 'dense') continue;
    const input = shapes.get(node.inputs[0])!.at(-1)!;
    const outputs = shapes.get(node.name)!.reduce((product, extent) => product * extent, 1);
    const window = node.op === 'conv2d' ? node.kernelSize[0] * node.kernelSize[1] : 1;
    byNode.set(node.name, outputs * window * input);
  }
  const total = [...byNode.values()].reduce((sum, count) => sum + count, 0);
  return { total, byNode };
}

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
 * image, {@link countMultiplyAccumulates} of those nodes) and one addition of the constant current per neuron and step.
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
