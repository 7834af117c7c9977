import { forEachInWindow, sizeOf, sourceShape, windowedSize, type Shape } from '../geometry.js';
import type { PlanPool, SpikingPlan, Synapse } from '../plan.js';
import type { Emitted } from './emitted.js';

/** What is known of the neurons of a layer once they have fired in a step, each [height, width, channels]. */
export interface FiredNeurons extends Emitted {
  /** Sum of the spikes sent so far, those of this step included. */
  readonly counts: Uint16Array;
}

/** What a synapse reads at every step. */
export interface SpikeSource {
  /** Index of the layer whose neurons send. */
  readonly layer: number;
  /** The synapse without a maximum pooling: that one stands before it. */
  readonly synapse: Synapse;
  /** Shape of what {@link read} returns. */
  readonly shape: Shape;
  /** Spikes of the neurons, or those that a maximum pooling passes on; valid until the next call. */
  readonly read: (neurons: FiredNeurons) => Emitted;
}

/** The source of a synapse that reads spikes. */
export function spikeSource(plan: SpikingPlan, synapse: Synapse): SpikeSource {
  const shape = sourceShape(plan, synapse);
  const layer = synapse.source as number;
  const { pool, ...rest } = synapse;
  if (pool?.rule !== 'maximum') return { layer, synapse, shape, read: (neurons) => neurons };
  const pooled: Shape = [...windowedSize(shape, pool), shape[2]];
  return { layer, synapse: rest, shape: pooled, read: maximumPool(shape, pool, pooled) };
}

/**
 * Maximum pooling of spikes: a place passes on by how much the largest spike count of its window has grown in this step.
 *
 *   s[t] = max_k N_k[t] − max_k N_k[t−1],   so that   Σ s = max_k N_k        (N: spikes sent up to a step)
 *
 * The rate that leaves is the largest rate of the window at every T, exactly; of plain neurons at most one spike leaves.
 * Pixels outside the image send none.
 *
 * @see Rueckauer et al. (Frontiers in Neuroscience 2017), section 2.2.3, for gates that pass on the spikes of the neuron with the
 *   largest rate; those lose or repeat spikes whenever the lead changes, these do not.
 */
function maximumPool(shape: Shape, pool: PlanPool, pooled: Shape): SpikeSource['read'] {
  const channels = pooled[2];
  const emitted = { spikes: new Int16Array(sizeOf(pooled)), values: new Float32Array(sizeOf(pooled)) };
  const windows = pixelsOfWindows(shape, pool, pooled);
  return ({ counts, spikes }) => {
    windows.forEach((pixels, place) => {
      for (let channel = 0; channel < channels; channel++) {
        let [before, now] = [0, 0];
        for (const pixel of pixels) {
          const neuron = pixel * channels + channel;
          now = Math.max(now, counts[neuron]!);
          before = Math.max(before, counts[neuron]! - spikes[neuron]!);
        }
        emitted.spikes[place * channels + channel] = now - before;
        emitted.values[place * channels + channel] = now - before;
      }
    });
    return emitted;
  };
}

/** For each place, the pixels of its window that lie inside the image. */
function pixelsOfWindows(shape: Shape, pool: PlanPool, [height, width]: Shape): number[][] {
  return Array.from({ length: height * width }, (_, place) => {
    const pixels: number[] = [];
    forEachInWindow(shape, pool, [Math.floor(place / width), place % width], (_tap, row, column) => {
      pixels.push(row * shape[1] + column);
    });
    return pixels;
  });
}
