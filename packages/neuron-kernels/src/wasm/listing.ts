import { groupSize } from '../float-order.js';
import type { SpikingPlan } from '../plan.js';
import type { KernelSource } from './kernel-source.js';
import { blocksOf } from './weights.js';

/** Whether the spikes of a layer are listed for the layers that read them, or read from their bits through tables. */
export interface Listing {
  /** Lists are made in pieces of T with fewer spikes per neuron and step; 0 = never, ∞ = always. */
  readonly belowDensity: number;
  /** An entry stands for a group of four channels, not for one spike. */
  readonly hasGroups: boolean;
}

/**
 * Share of spiking channels below which a list beats the tables, measured on ResNet-20's layers. Native kernels read a row
 * of a table in fewer instructions, so that lists must save more rows.
 */
const LISTED_BELOW_DENSITY = { wasm: 0.3, native: 0.12 };

/** Connections that must share the cost of making a list, for lists to be worth considering. */
const LEAST_READERS = 9;

/** Chooses how a layer's spikes are read, by the shapes of the layers that read them. */
export function chooseListing(plan: SpikingPlan, source: number, kernels: KernelSource['kind']): Listing {
  const channels = plan.layers[source]!.shape[2];
  const readers = plan.layers.flatMap((layer) =>
    layer.synapses
      .filter((synapse) => synapse.source === source)
      .map((synapse) =>
        synapse.kind === 'identity'
          ? 0
          : synapse.kernelSize[0] * synapse.kernelSize[1] * blocksOf(layer.shape[2]),
      ),
  );
  const most = Math.max(0, ...readers);
  if (groupSize(channels) === 1) return { belowDensity: most > 0 ? Infinity : 0, hasGroups: false };
  return { belowDensity: most >= LEAST_READERS ? LISTED_BELOW_DENSITY[kernels] : 0, hasGroups: true };
}
