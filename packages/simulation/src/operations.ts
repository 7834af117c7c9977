import type { Network } from '@opi-snn/network';
import type { SpikingPlan } from '@opi-snn/neuron-kernels';
import { compileNetwork } from './compile.js';
import type { Simulation } from './simulation.js';

/** Operations that a spiking run took for one image, on average; counts, not energy. */
export interface SpikingOperations {
  /** `[timeSteps]`: additions caused by spikes (AC) up to and including each step. */
  readonly additions: Float64Array;
  /** `[timeSteps]`: spikes emitted up to and including each step; each costs one subtraction of θ. */
  readonly spikes: Float64Array;
  /** `[timeSteps]`: neuron updates (compare with θ) up to and including each step: neurons · t. */
  readonly neuronUpdates: Float64Array;
  /**
   * `[timeSteps]`: additions of the constant current (bias, analog image) up to and including each step: one per step for
   * every neuron and logit of a layer that has any.
   */
  readonly constantAdditions: Float64Array;
  /**
   * Multiply-accumulates (MAC) of the layers that read the analog image: its current is constant and therefore computed
   * once, whatever T. Padding is counted, as in `countMultiplyAccumulates` of `@opi-snn/network`.
   */
  readonly multiplyAccumulates: number;
}

/**
 * Operations of a run per image, cumulated over time: what an SNN of T = t + 1 steps costs stands at index t.
 *
 * A spike costs one addition for every weight that it meets inside the image, or for every neuron that it reaches
 * without a weight; θ and the averaging of a pooling are folded into the weights and cost nothing.
 *
 * @param simulation a run
 * @param network    the SNN that ran, for its biases and for what reads the image
 */
export function countSpikingOperations(
  { layers, timeSteps, indices }: Simulation,
  network: Network,
): SpikingOperations {
  const { neurons, constantAdditions, multiplyAccumulates } = countConstantOperations(network);
  const cumulate = (key: 'spikes' | 'synapticOperations'): Float64Array => {
    let sum = 0;
    return Float64Array.from({ length: timeSteps }, (_, t) => {
      for (const layer of layers) sum += layer[key][t]!;
      return sum / indices.length;
    });
  };
  const everyStep = (count: number): Float64Array =>
    Float64Array.from({ length: timeSteps }, (_, t) => count * (t + 1));
  return {
    additions: cumulate('synapticOperations'),
    spikes: cumulate('spikes'),
    neuronUpdates: everyStep(neurons),
    constantAdditions: everyStep(constantAdditions),
    multiplyAccumulates,
  };
}

/** Operations of one image that do not depend on spikes. */
export interface ConstantOperations {
  /** Neurons, each of which is compared with its threshold at every step. */
  readonly neurons: number;
  /** Additions of constant currents at every step. */
  readonly constantAdditions: number;
  /** Multiply-accumulates that make the constant current of the image, once. */
  readonly multiplyAccumulates: number;
}

/**
 * The part of {@link countSpikingOperations} that the network alone decides.
 *
 * @throws CompileError listing everything that cannot be simulated
 */
export function countConstantOperations(network: Network): ConstantOperations {
  const { plan } = compileNetwork(network);
  const neurons = plan.layers
    .slice(0, -1)
    .reduce((sum, { shape }) => sum + shape[0] * shape[1] * shape[2], 0);
  return {
    neurons,
    constantAdditions: neuronsWithConstantCurrent(plan),
    multiplyAccumulates: analogMultiplyAccumulates(plan),
  };
}

function neuronsWithConstantCurrent({ layers }: SpikingPlan): number {
  let neurons = 0;
  for (const { shape, bias, synapses } of layers) {
    const hasCurrent = bias.some((value) => value !== 0) || synapses.some(({ source }) => source === 'input');
    if (hasCurrent) neurons += shape[0] * shape[1] * shape[2];
  }
  return neurons;
}

/** Weights of a synapse that reads the image, once for every position of its output. */
function analogMultiplyAccumulates({ layers }: SpikingPlan): number {
  let operations = 0;
  for (const { shape, synapses } of layers) {
    for (const synapse of synapses) {
      if (synapse.kind === 'convolution' && synapse.source === 'input') {
        operations += shape[0] * shape[1] * synapse.weights.length;
      }
    }
  }
  return operations;
}
