import type { Precision } from '../plan.js';
import {
  BLOCK_CHANNELS,
  CURRENT_BLOCKS,
  LAYER_CURRENT,
  LAYER_IS_LISTED,
  LISTED_CHANNELS,
  LISTED_GROUPS,
  LISTED_NOT,
} from './descriptor.js';
import type { KernelExports } from './kernel-exports.js';
import type { Listing } from './listing.js';

/** What a thread must know of one layer. A plain value, so that it can be sent to a worker. */
export interface LayerProgram {
  readonly places: number;
  readonly blocks: number;
  readonly readsImage: boolean;
  /** Int16: address of the least and greatest constant current; 0 if it is not rounded. */
  readonly room: number;
  /** How and when its spikes are listed for the layers that read them. */
  readonly listing: Listing;
  /** Whether it compiles spikes that it reads. */
  readonly compiles: boolean;
  /** Whether it runs for one image after the other, all of its blocks: code of one alone stays in a cache beside its weights. */
  readonly runsAlone: boolean;
  readonly isReadOut: boolean;
  /** [members of the sweep] */
  readonly initial: readonly InitialProgram[];
  /** Fan-out of its spikes: address of the class of each place, and additions per class and receiver. */
  readonly classOf: number;
  readonly classes: number;
  readonly receivers: readonly number[];
  readonly additions: Float64Array;
  /** Potentials to trace, each an index into [places][blocks · 16], and where a slot's trace of them begins. */
  readonly traces: readonly { readonly neurons: readonly number[]; readonly at: number }[];
}

/** Address of v[0] per channel, [blocks · 16]; or its place within a slot's `potentials` if per neuron. */
export interface InitialProgram {
  readonly kind: 'per-channel' | 'per-neuron';
  readonly at: number;
}

/** Where one of the images under way keeps the state of one layer. */
export interface LayerState {
  /** Address of the descriptor, which points at the rest. */
  readonly descriptor: number;
  /** Address of the constant current, [places][blocks · 16] floats; 0 if the layer does not read the image. */
  readonly current: number;
  /** Address of the potentials, [places][blocks · 16] floats. */
  readonly potentials: number;
  /** Address of the neurons that have fired, [places][blocks] 16-bit. */
  readonly seen: number;
  /** Address of the counts per neuron so far, [places][blocks · 16] 16-bit; 0 if not asked for. */
  readonly counts: number;
}

/** Addresses of one image's input and results. */
export interface Slot {
  /** [height, width, channels] floats. */
  readonly image: number;
  /** Potentials per neuron, all layers that have them. */
  readonly potentials: number;
  /** [timeSteps][blocks · 16] floats of the read-out. */
  readonly logits: number;
  /** [layers][2] f64: Σ over steps of the neurons that have fired, and their number at the end. */
  readonly firing: number;
  /** [layers][timeSteps] f64 each. */
  readonly spikes: number;
  readonly operations: number;
  /** [spikeCountsAt][layers][places · blocks · 16] 16-bit. */
  readonly spikeCounts: number;
  /** Traces, each [timeSteps][neurons] floats. */
  readonly membrane: number;
}

/** What a thread must know to simulate images of one run. */
export interface ImageProgram {
  readonly precision: Precision;
  readonly timeSteps: number;
  /** Steps for which there is room at once. */
  readonly capacity: number;
  readonly layers: readonly LayerProgram[];
  /** [images at once][layers]. */
  readonly lanes: readonly (readonly LayerState[])[];
  /** Working memory for spikes per class and step. */
  readonly classCounts: number;
  /** Ascending, without repetition. */
  readonly spikeCountsAt: readonly number[];
  /** Address of the times of each layer, [layers][PROFILE_KINDS] f64; 0 if not asked for. */
  readonly profile: number;
  /** Bytes of code memory: spikes of a layer's sources as code, for all images at once. */
  readonly codeBytes: number;
  readonly slots: readonly Slot[];
}

/** One image from one set of initial potentials, to be simulated in a slot. */
export interface Job {
  /** Index into the slots of the program. */
  readonly slot: number;
  /** Index of the set. */
  readonly member: number;
  /** Whether the job before it is about the same image. */
  readonly sharesImage: boolean;
}

/** A job under way: its results, and its state in every layer. */
interface Task extends Pick<Job, 'member' | 'sharesImage'> {
  readonly slot: Slot;
  readonly states: readonly LayerState[];
}

/**
 * Simulates jobs, as many at once as there are lanes: layer by layer over as many steps as there is room for, until T is
 * reached. Some blocks of a layer run for all of them before the next, so that their weights, which may not stay in a cache
 * beside the others, are fetched once for all.
 */
export function runImages(
  kernels: KernelExports,
  buffer: ArrayBufferLike,
  program: ImageProgram,
  jobs: readonly Job[],
): void {
  const { lanes } = program;
  for (let first = 0; first < jobs.length; first += lanes.length) {
    const tasks = jobs.slice(first, first + lanes.length).map(({ slot, member, sharesImage }, lane) => ({
      slot: program.slots[slot]!,
      member,
      sharesImage: sharesImage && lane > 0,
      states: lanes[lane]!,
    }));
    runTasks(kernels, buffer, program, tasks);
  }
}

function runTasks(
  kernels: KernelExports,
  buffer: ArrayBufferLike,
  program: ImageProgram,
  tasks: readonly Task[],
): void {
  const { layers, timeSteps, capacity } = program;
  tasks.forEach((task, i) => {
    const { slot } = task;
    new Float64Array(buffer, slot.firing, layers.length * 2).fill(0);
    new Float64Array(buffer, slot.spikes, layers.length * timeSteps).fill(0);
    new Float64Array(buffer, slot.operations, layers.length * timeSteps).fill(0);
    layers.forEach((layer, index) => {
      initialise(buffer, layer, task, index);
      if (layer.readsImage) setCurrent(kernels, buffer, task, { index, room: layer.room }, tasks[i - 1]);
    });
  });
  for (let first = 0; first < timeSteps; first += capacity) {
    const piece = { first, steps: Math.min(capacity, timeSteps - first) };
    layers.forEach((layer, index) => {
      runPiece(kernels, buffer, program, tasks, index, piece);
      if (layer.isReadOut) return;
      for (const task of tasks) {
        const spikes = countSpikes(kernels, buffer, program, task, index, piece);
        listSpikes(kernels, buffer, layer, task.states[index]!, spikes, piece.steps);
        snapshotCounts(kernels, buffer, program, task, index, piece);
      }
    });
  }
}

/** A run of steps: `first` within T, `steps` of them. */
interface Piece {
  readonly first: number;
  readonly steps: number;
}

/** Computes the constant current of a layer, or takes that of the task before if it is about the same image. */
function setCurrent(
  kernels: KernelExports,
  buffer: ArrayBufferLike,
  { slot, states, sharesImage }: Task,
  { index, room }: { readonly index: number; readonly room: number },
  before: Task | undefined,
): void {
  const { descriptor, current } = states[index]!;
  const field = new Int32Array(buffer, descriptor + LAYER_CURRENT, 1);
  if (sharesImage) {
    field[0] = new Int32Array(buffer, before!.states[index]!.descriptor + LAYER_CURRENT, 1)[0]!;
    return;
  }
  field[0] = current;
  kernels.constantCurrent(descriptor, slot.image);
  if (room !== 0) kernels.roundCurrents(descriptor, room);
}

/** Sets v[0] and forgets who fired. */
function initialise(
  buffer: ArrayBufferLike,
  layer: LayerProgram,
  { slot, member, states }: Task,
  index: number,
): void {
  const state = states[index]!;
  const initial = layer.initial[member]!;
  const width = layer.blocks * 16;
  const size = layer.places * width;
  // The 32 bits of a float or of an integer.
  const v = new Int32Array(buffer, state.potentials, size);
  if (initial.kind === 'per-neuron') {
    v.set(new Int32Array(buffer, slot.potentials + initial.at, size));
  } else {
    v.set(new Int32Array(buffer, initial.at, width));
    for (let filled = width; filled < size; filled *= 2)
      v.copyWithin(filled, 0, Math.min(filled, size - filled));
  }
  new Uint16Array(buffer, state.seen, layer.places * layer.blocks).fill(0);
  if (state.counts !== 0) new Uint16Array(buffer, state.counts, size).fill(0);
}

/**
 * Blocks of a layer that run for all images before the next. Of 4096 sources, the most that occur, their weights take 2 MB:
 * more than a second-level cache holds, but memory is read once for all images, and the kernels may add to several blocks
 * at once.
 */
const BLOCKS_AT_ONCE = CURRENT_BLOCKS;

/** Runs a layer over a piece for all tasks, some of its blocks before the next; all at once where potentials are traced. */
function runPiece(
  kernels: KernelExports,
  buffer: ArrayBufferLike,
  program: ImageProgram,
  tasks: readonly Task[],
  index: number,
  piece: Piece,
): void {
  const { blocks, traces, compiles, runsAlone } = program.layers[index]!;
  if (runsAlone && tasks.length > 1) {
    for (const task of tasks) runPiece(kernels, buffer, program, [task], index, piece);
    return;
  }
  // Code stands for all steps of a piece; where steps run one by one, lists are read.
  const room = traces.length > 0 ? 0 : program.codeBytes;
  tasks.forEach(({ states }, i) => {
    if (compiles) kernels.compileSpikes!(states[index]!.descriptor, piece.steps, i === 0 ? 1 : 0, room);
  });
  const atOnce = traces.length > 0 ? blocks : BLOCKS_AT_ONCE;
  for (let block = 0; block < blocks; block += atOnce) {
    const range = { firstBlock: block, endBlock: Math.min(block + atOnce, blocks) };
    for (const task of tasks) runBlocks(kernels, buffer, program, task, index, { ...piece, ...range });
  }
}

/** Runs some blocks of a layer over a piece; step by step where potentials are traced. */
function runBlocks(
  kernels: KernelExports,
  buffer: ArrayBufferLike,
  program: ImageProgram,
  { slot, states }: Task,
  index: number,
  { first, steps, firstBlock, endBlock }: Piece & { readonly firstBlock: number; readonly endBlock: number },
): void {
  const layer = program.layers[index]!;
  const { descriptor } = states[index]!;
  const run = program.precision === 'int16' ? kernels.runInt16Layer : kernels.runLayer;
  const statistics = slot.firing + index * 16;
  const stepBytes = layer.isReadOut ? layer.places * layer.blocks * 64 : 0;
  const stride = layer.traces.length > 0 ? 1 : steps;
  for (let t = 0; t < steps; t += stride) {
    const logits = slot.logits + (first + t) * stepBytes;
    run(descriptor, t, stride, firstBlock, endBlock, statistics, logits);
    for (const { neurons, at } of layer.traces) {
      // The 32 bits of a float or of an integer.
      const v = new Int32Array(buffer, states[index]!.potentials, layer.places * layer.blocks * 16);
      const row = slot.membrane + at + (first + t) * neurons.length * 4;
      new Int32Array(buffer, row, neurons.length).set(neurons.map((neuron) => v[neuron]!));
    }
  }
}

/** Lists a layer's spikes where lists are faster than tables at this density; the result is the same. */
function listSpikes(
  kernels: KernelExports,
  buffer: ArrayBufferLike,
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

/**
 * Adds a layer's spikes, and the additions they cause in later layers, to the slot's results; returns the number of
 * spikes.
 */
function countSpikes(
  kernels: KernelExports,
  buffer: ArrayBufferLike,
  program: ImageProgram,
  { slot, states }: Task,
  index: number,
  { first, steps }: Piece,
): number {
  const { layers, timeSteps, classCounts } = program;
  const { classes, blocks, receivers, additions, classOf } = layers[index]!;
  const { descriptor } = states[index]!;
  const counts = new Uint32Array(buffer, classCounts, classes * steps * blocks).fill(0);
  kernels.countByClass(descriptor, steps, classOf, classCounts);
  const spikes = new Float64Array(buffer, slot.spikes, layers.length * timeSteps);
  const operations = new Float64Array(buffer, slot.operations, layers.length * timeSteps);
  let total = 0;
  for (let row = 0; row < classes * steps; row++) {
    let n = 0;
    for (let block = 0; block < blocks; block++) n += counts[row * blocks + block]!;
    const t = first + (row % steps);
    total += n;
    spikes[index * timeSteps + t]! += n;
    const ofClass = Math.floor(row / steps) * receivers.length;
    receivers.forEach((receiver, i) => {
      operations[receiver * timeSteps + t]! += n * additions[ofClass + i]!;
    });
  }
  return total;
}

/** Continues the counts per neuron through a piece and copies them at the steps asked for. */
function snapshotCounts(
  kernels: KernelExports,
  buffer: ArrayBufferLike,
  program: ImageProgram,
  { slot, states }: Task,
  index: number,
  { first, steps }: Piece,
): void {
  const { places, blocks } = program.layers[index]!;
  const { descriptor, counts } = states[index]!;
  if (counts === 0) return;
  const sizes = program.layers.map((layer) => layer.places * layer.blocks * 16);
  const total = sizes.reduce((sum, size) => sum + size, 0);
  const before = sizes.slice(0, index).reduce((sum, size) => sum + size, 0);
  const end = first + steps;
  let done = first;
  program.spikeCountsAt.forEach((step, i) => {
    if (step <= first || step > end) return;
    kernels.countByNeuron(descriptor, done - first, step - done, counts);
    done = step;
    const target = new Uint16Array(buffer, slot.spikeCounts + (i * total + before) * 2, places * blocks * 16);
    target.set(new Uint16Array(buffer, counts, target.length));
  });
  kernels.countByNeuron(descriptor, done - first, end - done, counts);
}
