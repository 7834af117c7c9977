import type { Synapse } from './plan.js';

/**
 * The order of float32 additions: the contract by which every kernel here gives the same bits.
 *
 * Every operation below rounds to float32 (`Math.fround`). For an output neuron (row, column, channel) of a layer:
 *
 * 1. **Constant current** c, once per image. c = bias[channel]; then for each synapse that reads `'input'`, in the order
 *    listed: c = c + (w · x), product rounded first, over kernel row, kernel column, [pool row, pool column], input
 *    channel, each ascending. Positions outside the image are skipped; zeros in the image are not.
 * 2. **Current** s of a step. s = c; then for each synapse that reads spikes, in the order listed: over kernel row,
 *    kernel column, [pool row, pool column] inside the image, then groups of {@link groupSize} consecutive input channels,
 *    ascending: p = sum of the weights of the channels in the group that spiked, ascending, *starting from the first of
 *    them*; s = s + p. A group without spikes adds nothing. An identity synapse adds scale[channel] per spike, over
 *    [pool row, pool column].
 *    A neuron that sends other than one plain spike (signed, several of a group, an amplitude of its own) adds
 *    w · (number · amplitude) in place of w, both products rounded; a product with 1 changes nothing. Behind a maximum
 *    pooling, its places take the part of the source's pixels, and what they pass on that of the spikes.
 * 3. **Neuron.** u = v + s; spike if u ≥ θ; v = u − θ (or 0) after a spike, else v = u. The read-out: v = v + s.
 *
 * Why this order. The current of a step does not depend on the potential, so that kernels may compute several steps at
 * once; a group's partial sum can be read from a table of 256 rows per 8 channels, without a branch, which is the
 * fastest way for narrow sources; wide sources have few spikes per group and tables that no cache holds, and where a tap
 * reads few pixels (a dense layer) a table costs more than it saves, so there each spike is added on its own. Adding −0
 * changes no float (s + −0 = s, also for s = ±0), so a table may hold −0 for the empty group and padding may be −0.
 *
 * History. `neuron-kernels/1` added sources of at most 64 channels in groups of 4; groups of 8 halve the rows to add.
 *
 * @param sourceChannels channels of the source
 * @param readsPerTap    what the function `readsPerTap` says of the synapse
 * @see architecture.md, "Decisions that hold everywhere", 5
 */
export function groupSize(sourceChannels: number, readsPerTap: number): 1 | 8 {
  return sourceChannels <= GROUPED_CHANNELS_LIMIT && readsPerTap >= GROUPED_READS_LEAST ? 8 : 1;
}

/** Pixels of its source that each tap of a synapse reads in one step, borders included: places · pixels of the pool. */
export function readsPerTap([height, width]: readonly [number, number, number], { pool }: Synapse): number {
  return height * width * (pool ? pool.size[0] * pool.size[1] : 1);
}

/** Sources of at most this many channels add in groups of 8. Part of the contract: changing it changes results. */
export const GROUPED_CHANNELS_LIMIT = 32;

/** Synapses whose taps read at least this many pixels add in groups of 8. Part of the contract as well. */
export const GROUPED_READS_LEAST = 16;

/** Names this contract in results: two runs whose names differ may differ in the last bits. Raised when it changes. */
export const FLOAT_ORDER = 'neuron-kernels/2';
