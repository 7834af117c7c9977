import { BLOCK_CHANNELS, LAYER_IS_LISTED, LISTED_CHANNELS, LISTED_GROUPS, LISTED_NOT } from './descriptor.js';
import type { LayerProgram, LayerState } from './image-program.js';
import type { Thread } from './task.js';

/** Lists a layer's spikes where lists are faster than tables at this density; the result is the same. */
export function listSpikes(
  { kernels, buffer }: Thread,
  { listing, places, blocks }: LayerProgram,
  { descriptor }: LayerState,
  spikes: number,
  steps: number,
): void {
  const density = spikes / (places * blocks * BLOCK_CHANNELS * steps);
  const isListed = !listing.isCompiled && density < listing.belowDensity;
  new Int32Array(buffer, descriptor + LAYER_IS_LISTED, 1)[0] = !isListed
    ? LISTED_NOT
    : listing.hasGroups
      ? LISTED_GROUPS
      : LISTED_CHANNELS;
  if (isListed) kernels.listSpikes(descriptor, steps, listing.hasGroups ? 1 : 0);
}
