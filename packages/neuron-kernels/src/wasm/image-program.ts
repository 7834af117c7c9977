import type { Precision } from '../plan.js';
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
