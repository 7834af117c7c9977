import type { Backend, MemoryUse, Precision } from '@opi-snn/neuron-kernels';
import type { CarriedPotential, InitialPotential, Preparation } from '@opi-snn/theory';
import type { GridReport } from './grid-report.js';

/** What one layer did, summed over all images; exact integers. */
export interface LayerActivity {
  /** Name of the integrate-and-fire node; of the output node for the read-out, which never spikes. */
  readonly name: string;
  readonly shape: readonly [height: number, width: number, channels: number];
  /** height · width · channels. */
  readonly neurons: number;
  /** `[timeSteps]`: spikes emitted at each step. */
  readonly spikes: Float64Array;
  /** `[timeSteps]`: additions that spikes of earlier layers caused in this layer at each step. */
  readonly synapticOperations: Float64Array;
  /** Sum, over images and neurons that fired, of the step of the first spike, counted from 1. */
  readonly firstSpikeTimeSum: number;
  /** Number of (image, neuron) pairs with at least one spike. */
  readonly firedNeurons: number;
  /** firstSpikeTimeSum / firedNeurons [steps, the first is 1]; null when nothing fired (paper.md 7, item 8). */
  readonly meanFirstSpikeTime: number | null;
  /** firedNeurons / (images · neurons), in [0, 1]. */
  readonly firedFraction: number;
}

/** Spike counts per neuron, for comparing with the ANN. */
export interface SpikeCounts {
  /** Steps after which the counts were taken. */
  readonly at: readonly number[];
  /** `byLayer[name][i]` = `[images, neurons]`: spikes up to and including step `at[i]`. */
  readonly byLayer: ReadonlyMap<string, readonly Uint16Array[]>;
}

/**
 * When the neurons of each layer first fired, image by image: exact integers, `[images, layers]` row-major, layers as in
 * {@link Simulation.layers} (the read-out never fires). Their size does not depend on T or on the number of neurons.
 */
export interface FirstSpikes {
  /** Sum, over the neurons that fired within T, of the step of their first spike, counted from 1. */
  readonly timeSum: Float64Array;
  /** Neurons that fired within T. */
  readonly fired: Float64Array;
}

/** How long the kernels worked on one layer, all images and threads together [ms]. */
export interface LayerTime {
  /** Currents from spikes and image, neurons. */
  readonly currents: number;
  /** Lists of the layer's spikes, for the layers that read them. */
  readonly lists: number;
  /** Counts of the layer's spikes, for the results. */
  readonly counts: number;
}

/** Potentials of some neurons of one layer. */
export interface MembraneTrace {
  readonly layer: string;
  /** Indices into height · width · channels. */
  readonly neurons: readonly number[];
  /** `[images, timeSteps, neurons]`: v after each step, after the reset. */
  readonly values: Float32Array;
}

/** What a run did: raw results, from which accuracies, intervals and tests are derived. */
export interface Simulation {
  /** `[images]`: index of each image in its data set, in the order of the rows below. */
  readonly indices: Uint32Array;
  readonly timeSteps: number;
  /** `[images, timeSteps]`: the class with the largest accumulated logit after each step; the first one wins a tie. */
  readonly predictions: Uint16Array;
  /** {@link predictionHash} of the predictions. */
  readonly predictionHash: string;
  /** Spiking layers in topological order, the read-out last. */
  readonly layers: readonly LayerActivity[];
  /** Potential of each spiking layer, in the order of `layers` without the read-out. */
  readonly initialPotentials: readonly InitialPotential[];
  /** Seed of random potentials. */
  readonly seed: number;
  /** Runs that gave every neuron its own potential before this one; their steps and spikes are not counted here. */
  readonly preparation?: Preparation;
  /** What each neuron took along from one image of a sequence to the next. */
  readonly carriedPotential?: CarriedPotential;
  /** Number of sequences that the rows belong to, position by position, where potentials were carried. */
  readonly sequences?: number;
  /** Arithmetic of the run; it changes the result. */
  readonly precision: Precision;
  /** Of an int16 run: grid and predicted error of each layer, in the order of `layers`. */
  readonly grid?: readonly GridReport[];
  /** Kernels that ran; they do not change the result. */
  readonly backend: Backend;
  readonly threads: number;
  readonly batchSize: number;
  /** What the kernels held at once; undefined for the reference. It does not change the result. */
  readonly memory?: MemoryUse;
  /** In the order of `layers`, if asked for and not by the reference. */
  readonly layerTimes?: readonly LayerTime[];
  /** `[images, timeSteps, classes]`: accumulated logits after each step, if asked for. */
  readonly logits?: Float32Array;
  readonly spikeCounts?: SpikeCounts;
  readonly membrane?: readonly MembraneTrace[];
  /** Per image, if asked for. */
  readonly firstSpikes?: FirstSpikes;
}
