import { sourceShape } from '../geometry.js';
import type { SpikingLayer, SpikingPlan, Synapse } from '../plan.js';
import { readsImage } from '../validate-int16.js';
import type { Arena } from './arena.js';
import { BLOCK_CHANNELS } from './descriptor.js';
import { fanOut, type FanOut } from './fan-out.js';
import type { KernelSource } from './kernel-source.js';
import {
  int16Blocks,
  int16ConvolutionLayout,
  int16IdentityLayout,
  writeInt16Convolution,
  writeInt16Identity,
  writeRoom,
} from './int16-weights.js';
import { chooseListing, compiledForm, type Listing } from './listing.js';
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
  /** One of the COMPILED constants of descriptor.ts. */
  readonly compiled: number;
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
  /** Int16: address of the least and greatest constant current, if the image drives the layer. */
  readonly room: number;
}

/** Whether a layer adds 16-bit integers: spiking layers of int16 plans; their read-out adds integers held in floats. */
function isInt16(plan: SpikingPlan, { neuron }: SpikingLayer): boolean {
  return plan.precision === 'int16' && neuron !== undefined;
}

/** Blocks of 16 channels that a layer of a plan is computed in. */
export function blocksIn(plan: SpikingPlan, layer: SpikingLayer): number {
  return isInt16(plan, layer) ? int16Blocks(layer.shape[2]) : blocksOf(layer.shape[2]);
}

/** Gives weights, biases, thresholds and fan-out classes their addresses, for these kernels. */
export function placeConstants(plan: SpikingPlan, arena: Arena, kernels: KernelSource): LayerConstants[] {
  return plan.layers.map((layer, index) => {
    const blocks = blocksIn(plan, layer);
    const spread = fanOut(plan, index);
    return {
      blocks,
      bias: arena.allocate(blocks * BLOCK_CHANNELS * 4),
      theta: arena.allocate(blocks * BLOCK_CHANNELS * 4),
      synapses: layer.synapses.map((synapse) => placeSynapse(plan, layer, synapse, arena, kernels)),
      fanOut: spread,
      classOf: arena.allocate(spread.classOf.byteLength),
      listing: chooseListing(plan, index, kernels),
      room: plan.precision === 'int16' && readsImage(layer) ? arena.allocate(blocks * BLOCK_CHANNELS * 8) : 0,
    };
  });
}

function placeSynapse(
  plan: SpikingPlan,
  layer: SpikingLayer,
  synapse: Synapse,
  arena: Arena,
  kernels: KernelSource,
): SynapseConstants {
  const isShort = isInt16(plan, layer) && synapse.source !== 'input';
  const sources = sourceShape(plan, synapse)[2];
  const layout =
    synapse.kind === 'identity'
      ? (isShort ? int16IdentityLayout : identityLayout)(layer.shape[2])
      : (isShort ? int16ConvolutionLayout : convolutionLayout)(synapse, sources, layer.shape);
  const compiled = compiledForm(plan, layer, synapse, kernels);
  return { ...layout, address: arena.allocate(layout.floats * 4), compiled };
}

/** Writes everything that {@link placeConstants} gave an address. */
export function writeConstants(
  buffer: ArrayBufferLike,
  plan: SpikingPlan,
  constants: readonly LayerConstants[],
): void {
  plan.layers.forEach((layer, index) => {
    const { blocks, bias, theta, synapses, fanOut, classOf, room } = constants[index]!;
    const floats = blocks * BLOCK_CHANNELS;
    if (room !== 0) writeRoom(new Float32Array(buffer, room, 2 * floats), layer);
    if (isInt16(plan, layer)) writeInt16Layer(buffer, layer, constants[index]!);
    else {
      new Float32Array(buffer, bias, floats).set(layer.bias);
      const thresholds = new Float32Array(buffer, theta, floats).fill(Infinity);
      if (layer.neuron) thresholds.set(layer.neuron.theta);
    }
    new Uint32Array(buffer, classOf, fanOut.classOf.length).set(fanOut.classOf);
    layer.synapses.forEach((synapse, i) => {
      const placed = synapses[i]!;
      if (isInt16(plan, layer) && synapse.source !== 'input') {
        writeInt16Synapse(buffer, plan, layer, synapse, placed);
        return;
      }
      const target = new Float32Array(buffer, placed.address, placed.floats);
      if (synapse.kind === 'identity') writeIdentity(target, synapse);
      else {
        const sources = sourceShape(plan, synapse)[2];
        writeConvolution(target, placed, synapse, sources, layer.shape[2]);
      }
    });
  });
}

/** Bias and θ of a spiking layer: 32-bit integers, but floats where the image drives, rounded once they are summed up. */
function writeInt16Layer(
  buffer: ArrayBufferLike,
  layer: SpikingLayer,
  { blocks, bias, theta, room }: LayerConstants,
): void {
  const channels = blocks * BLOCK_CHANNELS;
  // No potential reaches the padding's θ.
  const thresholds = new Int32Array(buffer, theta, channels).fill(2 ** 31 - 1);
  if (layer.neuron) thresholds.set(layer.neuron.theta);
  if (room !== 0) {
    new Float32Array(buffer, bias, channels).set(layer.bias);
    return;
  }
  // Constant currents of two blocks lie together, at the first of them.
  const currents = new Int16Array(buffer, bias, channels * 2);
  layer.bias.forEach((value, channel) => {
    const [pair, lane] = [Math.floor(channel / (2 * BLOCK_CHANNELS)), channel % (2 * BLOCK_CHANNELS)];
    currents[pair * 4 * BLOCK_CHANNELS + lane] = value;
  });
}

function writeInt16Synapse(
  buffer: ArrayBufferLike,
  plan: SpikingPlan,
  layer: SpikingLayer,
  synapse: Synapse,
  { address, compiled: _, ...layout }: SynapseConstants,
): void {
  const target = new Int16Array(buffer, address, layout.floats * 2);
  if (synapse.kind === 'identity') writeInt16Identity(target, synapse);
  else writeInt16Convolution(target, layout, synapse, sourceShape(plan, synapse)[2], layer.shape[2]);
}
