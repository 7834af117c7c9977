import { kernelWindow, poolWindow, sizeOf } from '../geometry.js';
import type { SpikingPlan } from '../plan.js';
import type { SimulationRequest } from '../simulator.js';
import { Arena } from './arena.js';
import { blocksIn, type LayerConstants } from './constants.js';
import {
  BLOCK_CHANNELS,
  COMPILED_NOT,
  CONNECTION_BYTES,
  CURRENT_BLOCKS,
  CURRENT_BYTES,
  LAYER_BYTES,
  SYNAPSE_BYTES,
} from './descriptor.js';
import type { ImageProgram, InitialProgram, LayerProgram, LayerState, Slot } from './image-program.js';
import { PROFILE_KINDS } from './profile.js';

/** Addresses of one layer's working memory, beyond its state. */
export interface LayerWork {
  readonly synapses: number;
  readonly analog: number;
  readonly spikes: number;
  readonly listEntries: number;
  readonly listStarts: number;
}

/** The region of one thread: its program, where the descriptors of each lane point, and its end. */
export interface RunLayout {
  readonly program: ImageProgram;
  /** [images at once][layers]. */
  readonly work: readonly (readonly LayerWork[])[];
  readonly connections: number;
  readonly currents: number;
  readonly end: number;
}

/** How much of a run is in memory at once: steps, images that a thread computes side by side, images per thread. */
export interface RunSize {
  readonly capacity: number;
  readonly lanes: number;
  readonly slots: number;
}

/** Lays out the working memory of one thread from `start`. Pure arithmetic; nothing is written. */
export function layOutRun(
  plan: SpikingPlan,
  constants: readonly LayerConstants[],
  requests: readonly SimulationRequest[],
  { capacity, lanes: laneCount, slots }: RunSize,
  start: number,
): RunLayout {
  const request = requests[0]!;
  const arena = new Arena(start);
  const offsets = { potentials: 0, membrane: 0 };
  const layers = plan.layers.map((_, index) => placeLayer(plan, constants, requests, index, arena, offsets));
  const work: LayerWork[][] = [];
  const lanes = Array.from({ length: laneCount }, () => {
    work.push(plan.layers.map((_, index) => placeWork(plan, index, constants[index]!, capacity, arena)));
    return layers.map((layer) => placeState(layer, request, arena));
  });
  const classCounts = arena.allocate(
    Math.max(...layers.map(({ classes, blocks }) => classes * blocks)) * capacity * 4,
  );
  const connections = arena.allocate(connectionBytes(plan));
  const currents = arena.allocate(currentBytes(layers, capacity));
  const spikeCountsAt = [...new Set(request.record?.spikeCountsAt ?? [])].sort((a, b) => a - b);
  const { precision = 'float32' } = plan;
  const partial = {
    precision,
    timeSteps: request.timeSteps,
    capacity,
    layers,
    lanes,
    classCounts,
    spikeCountsAt,
    codeBytes: codeBytes(layers, constants, plan, { capacity, lanes: laneCount }),
    profile: request.record?.layerTimes ? arena.allocate(layers.length * PROFILE_KINDS * 8) : 0,
  };
  const slotAddresses = Array.from({ length: slots }, () => placeSlot(plan, partial, offsets, arena));
  return { program: { ...partial, slots: slotAddresses }, work, connections, currents, end: arena.end };
}

/** Room for the currents of several places of a layer, or of one if they take more than CURRENT_BYTES. */
function currentBytes(layers: readonly LayerProgram[], capacity: number): number {
  const blockBytes = capacity * BLOCK_CHANNELS * 4;
  const wanted = layers.map(({ places, blocks }) => places * Math.min(blocks, CURRENT_BLOCKS) * blockBytes);
  return Math.max(CURRENT_BLOCKS * blockBytes, Math.min(CURRENT_BYTES, Math.max(...wanted)));
}

/** Most bytes of code memory of a thread: what any layer of a VGG-16 takes in 64 steps. */
const CODE_LIMIT = 2 ** 25;
/** Most bytes of weights of a layer that runs for one image after the other; larger ones are fetched once for all images. */
const ALONE_BYTES = 3 * 2 ** 20;
/** Bytes of code for each neuron and step at most, and what every thread's code memory begins with. */
const CODE_BYTES = 7;
const CODE_HEADER_BYTES = 8192;

/** Room for the spikes that a layer compiles, of the layer that compiles most. */
function codeBytes(
  layers: readonly LayerProgram[],
  constants: readonly LayerConstants[],
  plan: SpikingPlan,
  { capacity, lanes }: Pick<RunSize, 'capacity' | 'lanes'>,
): number {
  const neurons = plan.layers.map(({ synapses }, index) => {
    const ofOne = synapses.reduce((sum, { source }, i) => {
      if (source === 'input' || constants[index]!.synapses[i]!.compiled === COMPILED_NOT) return sum;
      const { places, blocks } = layers[source]!;
      return sum + places * blocks * BLOCK_CHANNELS;
    }, 0);
    return ofOne * (layers[index]!.runsAlone ? 1 : lanes);
  });
  const most = Math.max(...neurons) * capacity * CODE_BYTES;
  return most === 0 ? 0 : Math.min(CODE_LIMIT, CODE_HEADER_BYTES + most);
}

function placeLayer(
  plan: SpikingPlan,
  constants: readonly LayerConstants[],
  requests: readonly SimulationRequest[],
  index: number,
  arena: Arena,
  offsets: { potentials: number; membrane: number },
): LayerProgram {
  const layer = plan.layers[index]!;
  const { blocks, listing, classOf, fanOut, room, synapses } = constants[index]!;
  const places = layer.shape[0] * layer.shape[1];
  const { classes, receivers, additions } = fanOut;
  const compiles = synapses.some(({ compiled }) => compiled !== COMPILED_NOT);
  return {
    places,
    blocks,
    readsImage: layer.synapses.some(({ source }) => source === 'input'),
    room,
    listing,
    compiles,
    runsAlone: compiles && synapses.reduce((sum, { floats }) => sum + floats * 4, 0) <= ALONE_BYTES,
    isReadOut: layer.neuron === undefined,
    initial: placeInitial(requests, index, { places, blocks }, arena, offsets),
    classOf,
    classes,
    receivers,
    additions,
    traces: placeTraces(plan, requests[0]!, index, offsets),
  };
}

function placeState(
  { places, blocks, readsImage }: LayerProgram,
  { record }: SimulationRequest,
  arena: Arena,
): LayerState {
  return {
    descriptor: arena.allocate(LAYER_BYTES),
    current: readsImage ? arena.allocate(places * blocks * BLOCK_CHANNELS * 4) : 0,
    potentials: arena.allocate(places * blocks * BLOCK_CHANNELS * 4),
    seen: arena.allocate(places * blocks * 2),
    counts: record?.spikeCountsAt ? arena.allocate(places * blocks * BLOCK_CHANNELS * 2) : 0,
  };
}

function placeWork(
  plan: SpikingPlan,
  index: number,
  { blocks, listing }: LayerConstants,
  capacity: number,
  arena: Arena,
): LayerWork {
  const layer = plan.layers[index]!;
  const places = layer.shape[0] * layer.shape[1];
  const analog = layer.synapses.filter(({ source }) => source === 'input').length;
  const isListed = listing.belowDensity > 0;
  // Kernels without a branch write past the end: one group, or a vector of 16 entries.
  const entries = places * capacity * (listing.hasGroups ? blocks * 2 : layer.shape[2]) + 16;
  return {
    synapses: arena.allocate((layer.synapses.length - analog) * SYNAPSE_BYTES),
    analog: arena.allocate(analog * SYNAPSE_BYTES),
    spikes: arena.allocate(layer.neuron ? places * capacity * blocks * 2 : 0),
    listEntries: isListed ? arena.allocate(entries * 4) : 0,
    listStarts: isListed ? arena.allocate(layer.shape[0] * capacity * (layer.shape[1] + 1) * 4) : 0,
  };
}

/** Per-neuron potentials lie in the slots, each of one member; per-channel ones (and the read-out's zeros) once per thread. */
function placeInitial(
  requests: readonly SimulationRequest[],
  index: number,
  { places, blocks }: { readonly places: number; readonly blocks: number },
  arena: Arena,
  offsets: { potentials: number },
): InitialProgram[] {
  const inSlot = offsets.potentials;
  const initial = requests.map(({ initialPotentials }): InitialProgram => {
    if (initialPotentials[index]?.kind === 'per-neuron') return { kind: 'per-neuron', at: inSlot };
    return { kind: 'per-channel', at: arena.allocate(blocks * BLOCK_CHANNELS * 4) };
  });
  if (initial.some(({ kind }) => kind === 'per-neuron')) {
    offsets.potentials += places * blocks * BLOCK_CHANNELS * 4;
  }
  return initial;
}

function placeTraces(
  plan: SpikingPlan,
  { record, timeSteps }: SimulationRequest,
  index: number,
  offsets: { membrane: number },
): LayerProgram['traces'] {
  const channels = plan.layers[index]!.shape[2];
  const padded = blocksIn(plan, plan.layers[index]!) * BLOCK_CHANNELS;
  const traces: { neurons: number[]; at: number }[] = [];
  // Traces lie in a slot in the order of the request, so that reading them back needs no table.
  let at = 0;
  for (const { layer, neurons } of record?.membrane ?? []) {
    if (layer === index) {
      const indices = neurons.map((i) => Math.floor(i / channels) * padded + (i % channels));
      traces.push({ neurons: indices, at });
    }
    at += timeSteps * neurons.length * 4;
  }
  offsets.membrane = at;
  return traces;
}

/** Room for the connections of the synapse and place that have most: every tap, every pooled pixel, every word. */
function connectionBytes(plan: SpikingPlan): number {
  const bytes = plan.layers.flatMap((layer) =>
    layer.synapses.map((synapse) => {
      const [height, width] = kernelWindow(synapse).size;
      const [poolHeight, poolWidth] = poolWindow(synapse.pool).size;
      // Of the image one connection per pixel.
      const words = synapse.source === 'input' ? 1 : blocksIn(plan, plan.layers[synapse.source]!);
      return height * width * poolHeight * poolWidth * words * CONNECTION_BYTES;
    }),
  );
  return Math.max(0, ...bytes);
}

function placeSlot(
  plan: SpikingPlan,
  { timeSteps, layers, spikeCountsAt }: Omit<ImageProgram, 'slots'>,
  offsets: { potentials: number; membrane: number },
  arena: Arena,
): Slot {
  const readOut = layers.at(-1)!;
  const padded = layers.map(({ places, blocks }) => places * blocks * BLOCK_CHANNELS);
  const neurons = padded.reduce((sum, size) => sum + size, 0);
  return {
    image: arena.allocate(sizeOf(plan.inputShape) * 4),
    potentials: arena.allocate(offsets.potentials),
    logits: arena.allocate(timeSteps * readOut.places * readOut.blocks * BLOCK_CHANNELS * 4),
    firing: arena.allocate(layers.length * 16),
    spikes: arena.allocate(layers.length * timeSteps * 8),
    operations: arena.allocate(layers.length * timeSteps * 8),
    spikeCounts: arena.allocate(spikeCountsAt.length * neurons * 2),
    membrane: arena.allocate(offsets.membrane),
  };
}
