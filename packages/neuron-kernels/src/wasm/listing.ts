import { groupSize, readsPerTap } from '../float-order.js';
import type { SpikingPlan } from '../plan.js';
import type { KernelSource } from './kernel-source.js';

/** Kernels that take as long as others for the same work have a name in common. */
type Speed = 'wasm' | 'native' | 'avx512';

/** Whether the spikes of a layer are listed for the layers that read them, or read from their bits through tables. */
export interface Listing {
  /** Lists are made in pieces of T with fewer spikes per neuron and step; 0 = never, ∞ = always. */
  readonly belowDensity: number;
  /** An entry stands for a group of eight channels, not for one spike. */
  readonly hasGroups: boolean;
}

/**
 * Share of spiking channels below which a list beats the tables, by the channels of the source, measured on ResNet-20's
 * layers (docs/performance.md). Few channels make short lists, whose ends the processor cannot predict. Native kernels
 * read a row of a table in fewer instructions, so that lists must save more rows; with AVX-512 they add without storing
 * currents, which lists cannot.
 */
const LISTED_BELOW_DENSITY = {
  float32: {
    wasm: [
      { channels: 16, density: 0.06 },
      { channels: 32, density: 0.2 },
      { channels: Infinity, density: 0.22 },
    ],
    native: [
      { channels: 16, density: 0.05 },
      { channels: 32, density: 0.13 },
      { channels: Infinity, density: 0.18 },
    ],
    avx512: [
      { channels: 16, density: 0.01 },
      { channels: Infinity, density: 0.04 },
    ],
  },
  // Integers halve the cost of a row, not that of an entry.
  int16: {
    wasm: [
      { channels: 16, density: 0.02 },
      { channels: Infinity, density: 0.08 },
    ],
    native: [
      { channels: 16, density: 0.02 },
      { channels: Infinity, density: 0.08 },
    ],
    avx512: [{ channels: Infinity, density: 0.01 }],
  },
};

function speedOf(source: KernelSource): Speed {
  return source.kind === 'native' && source.instructionSet === 'avx512' ? 'avx512' : source.kind;
}

/** Taps that must share the cost of making a list, for lists to be worth considering. */
const LEAST_TAPS = 9;

/** Chooses how a layer's spikes are read, by the shapes of the layers that read them. */
export function chooseListing(plan: SpikingPlan, source: number, kernels: KernelSource): Listing {
  const channels = plan.layers[source]!.shape[2];
  let most = 0;
  for (const { shape, synapses } of plan.layers) {
    for (const synapse of synapses) {
      if (synapse.source !== source || synapse.kind === 'identity') continue;
      // Without tables there is no other way; readers with tables beside it do without lists.
      if (groupSize(channels, readsPerTap(shape, synapse)) === 1)
        return { belowDensity: Infinity, hasGroups: false };
      most = Math.max(most, synapse.kernelSize[0] * synapse.kernelSize[1]);
    }
  }
  if (most < LEAST_TAPS) return { belowDensity: 0, hasGroups: true };
  const { density } = LISTED_BELOW_DENSITY[plan.precision ?? 'float32'][speedOf(kernels)].find(
    (row) => channels <= row.channels,
  )!;
  return { belowDensity: density, hasGroups: true };
}
