import { sourceShape } from '../geometry.js';
import type { SpikingLayer, SpikingPlan, Synapse } from '../plan.js';
import type { Arena } from './arena.js';
import { BLOCK_CHANNELS } from './descriptor.js';
import { fanOut, type FanOut } from './fan-out.js';
import type { KernelSource } from './kernel-source.js';
import { chooseListing, type Listing } from './listing.js';
import {
  blocksOf,
  convolutionLayout,
  identityLayout,
  writeConvolution,
  writeIdentity,
  type WeightLayout,
} from './weights.js';

/** Where the weights of one synapse lie. */
export interface SynapseConstants extends WeightLayout {
  readonly address: number;
}

/** Where what never changes of one layer lies. */
export interface LayerConstants {
  readonly blocks: number;
  readonly bias: number;
  readonly theta: number;
  readonly synapses: readonly SynapseConstants[];
  readonly fanOut: FanOut;
  /** Address of fanOut.classOf. */
  readonly classOf: number;
  readonly listing: Listing;
}

/** Gives weights, biases, thresholds and fan-out classes their addresses, for kernels of one kind. */
export function placeConstants(
  plan: SpikingPlan,
  arena: Arena,
  kernels: KernelSource['kind'],
): LayerConstants[] {
  return plan.layers.map((layer, index) => {
    const blocks = blocksOf(layer.shape[2]);
    const spread = fanOut(plan, index);
    return {
      blocks,
      bias: arena.allocate(blocks * BLOCK_CHANNELS * 4),
      theta: arena.allocate(blocks * BLOCK_CHANNELS * 4),
      synapses: layer.synapses.map((synapse) => placeSynapse(plan, layer, synapse, arena)),
      fanOut: spread,
      classOf: arena.allocate(spread.classOf.byteLength),
      listing: chooseListing(plan, index, kernels),
    };
  });
}

function placeSynapse(
  plan: SpikingPlan,
  layer: SpikingLayer,
  synapse: Synapse,
  arena: Arena,
): SynapseConstants {
  const layout =
    synapse.kind === 'identity'
      ? identityLayout(layer.shape[2])
      : convolutionLayout(synapse, sourceShape(plan, synapse)[2], layer.shape);
  return { ...layout, address: arena.allocate(layout.floats * 4) };
}

/** Writes everything that {@link placeConstants} gave an address. */
export function writeConstants(
  buffer: ArrayBufferLike,
  plan: SpikingPlan,
  constants: readonly LayerConstants[],
): void {
  plan.layers.forEach((layer, index) => {
    const { blocks, bias, theta, synapses, fanOut, classOf } = constants[index]!;
    const floats = blocks * BLOCK_CHANNELS;
    new Float32Array(buffer, bias, floats).set(layer.bias);
    const thresholds = new Float32Array(buffer, theta, floats).fill(Infinity);
    if (layer.neuron) thresholds.set(layer.neuron.theta);
    new Uint32Array(buffer, classOf, fanOut.classOf.length).set(fanOut.classOf);
    layer.synapses.forEach((synapse, i) => {
      const placed = synapses[i]!;
      const target = new Float32Array(buffer, placed.address, placed.floats);
      if (synapse.kind === 'identity') writeIdentity(target, synapse);
      else {
        const sources = sourceShape(plan, synapse)[2];
        writeConvolution(target, placed, synapse, sources, layer.shape[2]);
      }
    });
  });
}
