import { poolWindow } from './geometry.js';
import type { SpikingLayer, Synapse } from './plan.js';

/** What spikes of one step can add to the current of a neuron, by channel; integers if the weights are. */
export interface SpikeRange {
  /** [channels], ≤ 0: every connection of negative weight carries a spike, no other. */
  readonly low: Float64Array;
  /** [channels], ≥ 0: every connection of positive weight carries a spike, no other. */
  readonly high: Float64Array;
}

/**
 * Bounds of Σ w · z over all patterns of spikes z ∈ {0, 1}, reached by one of them unless windows overlap the border or
 * read a neuron twice:
 *
 *   low = Σ min(w, 0) · area,   high = Σ max(w, 0) · area        area: pixels of a pooling window, 1 without
 *
 * over all taps, input channels and synapses that read spikes, in float64 (exact for integers below 2⁵³).
 */
export function spikeRange({ shape, synapses }: Pick<SpikingLayer, 'shape' | 'synapses'>): SpikeRange {
  const channels = shape[2];
  const range = { low: new Float64Array(channels), high: new Float64Array(channels) };
  for (const synapse of synapses) {
    if (synapse.source === 'input') continue;
    const [height, width] = poolWindow(synapse.pool).size;
    weightsOf(synapse).forEach((weight, i) => {
      const bound = weight < 0 ? range.low : range.high;
      bound[i % channels]! += weight * height * width;
    });
  }
  return range;
}

/** [rows, channels]. */
function weightsOf(synapse: Synapse): Float32Array {
  return synapse.kind === 'identity' ? synapse.scale : synapse.weights;
}
