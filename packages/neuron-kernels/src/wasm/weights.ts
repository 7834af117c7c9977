import { groupSize, readsPerTap } from '../float-order.js';
import type { Shape } from '../geometry.js';
import type { ConvolutionSynapse, IdentitySynapse } from '../plan.js';
import {
  BLOCK_CHANNELS,
  KIND_ANALOG,
  KIND_IDENTITY,
  KIND_LIST,
  KIND_TABLE,
  TABLE_GROUP_BYTES,
} from './descriptor.js';

const { fround } = Math;

/** Channels of a group, and sets of spikes in it. */
const GROUP_CHANNELS = 8;
/** Sets of spikes in a vector of 4 channels. */
const VECTOR_MASKS = 16;
/** Floats from one group's table to the next: a row of 16 channels per mask, and a gap. */
const TABLE_FLOATS = TABLE_GROUP_BYTES / 4;
/** Groups in a 16-bit word of spikes. */
const WORD_GROUPS = 2;

/** How the weights of one synapse lie in memory; strides in floats. */
export interface WeightLayout {
  readonly kind: number;
  readonly floats: number;
  readonly blockStride: number;
  readonly tapStride: number;
}

/** Blocks of 16 channels that hold `channels`. */
export function blocksOf(channels: number): number {
  return Math.ceil(channels / BLOCK_CHANNELS);
}

/** The form in which the kernels read the weights of a convolution from `sources` channels to a layer of `shape`. */
export function convolutionLayout(synapse: ConvolutionSynapse, sources: number, shape: Shape): WeightLayout {
  const channels = shape[2];
  const taps = synapse.kernelSize[0] * synapse.kernelSize[1];
  const isTable = synapse.source !== 'input' && groupSize(sources, readsPerTap(shape, synapse)) > 1;
  const tapStride = isTable ? blocksOf(sources) * WORD_GROUPS * TABLE_FLOATS : sources * BLOCK_CHANNELS;
  const kind = synapse.source === 'input' ? KIND_ANALOG : isTable ? KIND_TABLE : KIND_LIST;
  return { kind, tapStride, blockStride: taps * tapStride, floats: blocksOf(channels) * taps * tapStride };
}

/** The form of an identity synapse: per vector of 4 channels a row of 4 scales per mask. */
export function identityLayout(channels: number): WeightLayout {
  return { kind: KIND_IDENTITY, tapStride: 0, blockStride: 256, floats: blocksOf(channels) * 256 };
}

/**
 * Writes the weights of a convolution: rows of 16 output channels, [block][tap][channel][16], or where channels are
 * grouped the partial sums of every set of spikes in each group of 8, [block][tap][group][256 masks][16].
 * Padding and empty sets are −0, which changes nothing when added.
 *
 * @param target region of `layout.floats` floats, overwritten
 */
export function writeConvolution(
  target: Float32Array,
  layout: WeightLayout,
  synapse: ConvolutionSynapse,
  sources: number,
  channels: number,
): void {
  target.fill(layout.kind === KIND_ANALOG ? 0 : -0);
  const rowStride = layout.kind === KIND_TABLE ? TABLE_FLOATS : BLOCK_CHANNELS;
  const taps = synapse.kernelSize[0] * synapse.kernelSize[1];
  for (let block = 0; block < blocksOf(channels); block++) {
    const first = block * BLOCK_CHANNELS;
    const width = Math.min(BLOCK_CHANNELS, channels - first);
    for (let row = 0; row < taps * sources; row++) {
      const [tap, i] = [Math.floor(row / sources), row % sources];
      const weights = synapse.weights.subarray(row * channels + first, row * channels + first + width);
      const base = block * layout.blockStride + tap * layout.tapStride;
      if (layout.kind === KIND_TABLE)
        addToTable(target, base + Math.floor(i / GROUP_CHANNELS) * rowStride, i % GROUP_CHANNELS, weights);
      else target.set(weights, base + i * rowStride);
    }
  }
}

/** Adds channel `bit` of a group to its table: rows of masks whose highest bit it is. Channels come in ascending order. */
function addToTable(target: Float32Array, table: number, bit: number, weights: Float32Array): void {
  const high = 1 << bit;
  for (let rest = 0; rest < high; rest++) {
    const [from, to] = [table + rest * BLOCK_CHANNELS, table + (rest + high) * BLOCK_CHANNELS];
    for (let o = 0; o < weights.length; o++) {
      target[to + o] = rest === 0 ? weights[o]! : fround(target[from + o]! + weights[o]!);
    }
  }
}

/** Writes the scales of an identity synapse, [block][vector][16 masks][4]; −0 where a mask has no spike. */
export function writeIdentity(target: Float32Array, synapse: IdentitySynapse): void {
  target.fill(-0);
  synapse.scale.forEach((scale, channel) => {
    const [vector, lane] = [Math.floor(channel / 4), channel % 4];
    for (let mask = 0; mask < VECTOR_MASKS; mask++) {
      if ((mask >> lane) % 2 === 1) target[vector * 64 + mask * 4 + lane] = scale;
    }
  });
}
