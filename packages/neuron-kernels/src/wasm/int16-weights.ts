import { groupSize, readsPerTap } from '../float-order.js';
import type { Shape } from '../geometry.js';
import { currentLimits } from '../int16-arithmetic.js';
import type { ConvolutionSynapse, IdentitySynapse, SpikingLayer } from '../plan.js';
import { spikeRange } from '../spike-range.js';
import { BLOCK_CHANNELS, KIND_IDENTITY, KIND_LIST, KIND_TABLE, TABLE_GROUP_BYTES } from './descriptor.js';
import type { WeightLayout } from './weights.js';

const GROUP_CHANNELS = 8;

/**
 * Blocks of 16 channels of a layer of an int16 plan: one, or an even number, since two of them are computed side by side
 * and their 32 integers take the place of the 16 floats of one block.
 */
export function int16Blocks(channels: number): number {
  const blocks = Math.ceil(channels / BLOCK_CHANNELS);
  return blocks === 1 ? 1 : 2 * Math.ceil(blocks / 2);
}

/** Channels in a row of weights. */
function rowChannels(channels: number): number {
  return Math.min(int16Blocks(channels), 2) * BLOCK_CHANNELS;
}

/** Integers from one group's table to the next: a row per set of spikes, and a gap. */
function groupIntegers(channels: number): number {
  return (TABLE_GROUP_BYTES / 64) * rowChannels(channels);
}

/**
 * The form of a convolution that reads spikes: as of floats, in rows of 32 or 16 integers, [rows of channels][tap]…; strides
 * are in units of 4 bytes. Which kind it is follows the same rule, for the same reasons; here it changes no result.
 */
export function int16ConvolutionLayout(
  synapse: ConvolutionSynapse,
  sources: number,
  shape: Shape,
): WeightLayout {
  const taps = synapse.kernelSize[0] * synapse.kernelSize[1];
  const row = rowChannels(shape[2]) / 2;
  const isTable = groupSize(sources, readsPerTap(shape, synapse)) > 1;
  const tapStride = isTable ? (int16Blocks(sources) * 2 * groupIntegers(shape[2])) / 2 : sources * row;
  const rows = (int16Blocks(shape[2]) * BLOCK_CHANNELS) / rowChannels(shape[2]);
  return {
    kind: isTable ? KIND_TABLE : KIND_LIST,
    tapStride,
    blockStride: taps * tapStride,
    floats: rows * taps * tapStride,
  };
}

/** The form of an identity: a scale per channel, [block][16] integers. */
export function int16IdentityLayout(channels: number): WeightLayout {
  return { kind: KIND_IDENTITY, tapStride: 0, blockStride: 8, floats: int16Blocks(channels) * 8 };
}

/**
 * Writes the weights of a convolution that reads spikes; sums of a table wrap around in 16 bits, which changes no result.
 *
 * @param target region of `layout.floats` · 2 integers of zeros
 */
export function writeInt16Convolution(
  target: Int16Array,
  layout: WeightLayout,
  synapse: ConvolutionSynapse,
  sources: number,
  channels: number,
): void {
  const row = rowChannels(channels);
  const taps = synapse.kernelSize[0] * synapse.kernelSize[1];
  for (let first = 0, block = 0; first < channels; first += row, block++) {
    const width = Math.min(row, channels - first);
    for (let i = 0; i < taps * sources; i++) {
      const [tap, channel] = [Math.floor(i / sources), i % sources];
      const weights = synapse.weights.subarray(i * channels + first, i * channels + first + width);
      const base = (block * layout.blockStride + tap * layout.tapStride) * 2;
      if (layout.kind !== KIND_TABLE) target.set(weights, base + channel * row);
      else {
        const group = base + Math.floor(channel / GROUP_CHANNELS) * groupIntegers(channels);
        addToTable(target, group, row, channel % GROUP_CHANNELS, weights);
      }
    }
  }
}

/** Adds channel `bit` of a group to its table: rows of masks whose highest bit it is. Channels come in ascending order. */
function addToTable(
  target: Int16Array,
  table: number,
  row: number,
  bit: number,
  weights: Float32Array,
): void {
  const high = 1 << bit;
  for (let rest = 0; rest < high; rest++) {
    const [from, to] = [table + rest * row, table + (rest + high) * row];
    for (let o = 0; o < weights.length; o++) target[to + o] = target[from + o]! + weights[o]!;
  }
}

/** Writes the scales of an identity. */
export function writeInt16Identity(target: Int16Array, synapse: IdentitySynapse): void {
  target.set(synapse.scale);
}

/** Writes the room that spikes leave to the constant current: [blocks · 16] least values, then as many greatest. */
export function writeRoom(target: Float32Array, layer: SpikingLayer): void {
  const { low, high } = spikeRange(layer);
  const [least, most] = currentLimits(layer);
  target.set(low.map((value) => least - value));
  target.set(
    high.map((value) => most - value),
    target.length / 2,
  );
}
