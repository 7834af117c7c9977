import { groupSize, readsPerTap } from '../float-order.js';
import { sourceShape } from '../geometry.js';
import type { ConvolutionSynapse, SpikingLayer, SpikingPlan, Synapse } from '../plan.js';
import { BLOCK_CHANNELS, COMPILED_FLOATS, COMPILED_INTEGERS, COMPILED_NOT } from './descriptor.js';
import type { KernelSource } from './kernel-source.js';

/** Kernels that take as long as others for the same work have a name in common. */
type Speed = 'wasm' | 'native' | 'avx512';

/** Whether the spikes of a layer are listed for the layers that read them, or read from their bits through tables. */
export interface Listing {
  /** Lists are made in pieces of T with fewer spikes per neuron and step; 0 = never, ∞ = always. */
  readonly belowDensity: number;
  /** An entry stands for a group of eight channels, not for one spike. */
  readonly hasGroups: boolean;
  /** The layers that read its spikes compile them, and list them themselves where there is no room for code. */
  readonly isCompiled: boolean;
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

/** Times that spikes must be read (taps, rows of output channels) to be worth compiling: making code takes as long. */
const LEAST_READS = 8;

/** Whether the spikes that a synapse reads become machine code: where they are read one by one, often enough, by AVX-512. */
export function compiledForm(
  plan: SpikingPlan,
  { shape, neuron }: SpikingLayer,
  synapse: Synapse,
  kernels: KernelSource,
): number {
  if (speedOf(kernels) !== 'avx512' || synapse.kind === 'identity' || synapse.source === 'input')
    return COMPILED_NOT;
  const isSingle = groupSize(sourceShape(plan, synapse)[2], readsPerTap(shape, synapse)) === 1;
  const hasIntegers = plan.precision === 'int16' && neuron !== undefined;
  const blocks = Math.ceil(shape[2] / BLOCK_CHANNELS);
  // The only block of a layer of integers has rows of 32 bytes.
  const rows = hasIntegers ? Math.floor((blocks + 1) / 2) * (blocks > 1 ? 1 : 0) : blocks;
  const reads = synapse.kernelSize[0] * synapse.kernelSize[1] * rows;
  if (!isSingle || reads < LEAST_READS) return COMPILED_NOT;
  return hasIntegers ? COMPILED_INTEGERS : COMPILED_FLOATS;
}

/** Chooses how a layer's spikes are read, by the shapes of the layers that read them. */
export function chooseListing(plan: SpikingPlan, source: number, kernels: KernelSource): Listing {
  const channels = plan.layers[source]!.shape[2];
  const readers = plan.layers.flatMap((layer) =>
    layer.synapses
      .filter((synapse) => synapse.source === source && synapse.kind !== 'identity')
      .map((synapse) => ({ layer, synapse: synapse as ConvolutionSynapse })),
  );
  const single = readers.filter(
    ({ layer, synapse }) => groupSize(channels, readsPerTap(layer.shape, synapse)) === 1,
  );
  // Without tables there is no other way; readers with tables beside it do without lists.
  if (single.length > 0) {
    const isCompiled = single.every(
      ({ layer, synapse }) => compiledForm(plan, layer, synapse, kernels) !== COMPILED_NOT,
    );
    return { belowDensity: Infinity, hasGroups: false, isCompiled };
  }
  const most = Math.max(0, ...readers.map(({ synapse: { kernelSize } }) => kernelSize[0] * kernelSize[1]));
  if (most < LEAST_TAPS) return { belowDensity: 0, hasGroups: true, isCompiled: false };
  const { density } = LISTED_BELOW_DENSITY[plan.precision ?? 'float32'][speedOf(kernels)].find(
    (row) => channels <= row.channels,
  )!;
  return { belowDensity: density, hasGroups: true, isCompiled: false };
}
