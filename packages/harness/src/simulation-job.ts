import type { InitialPotential } from '@opi-snn/theory';
import type { JsonValue } from './canonical-json.js';

/** Images `from ≤ i < to` of a data set, in its stored order. */
export interface ImageRange {
  readonly from: number;
  readonly to: number;
}

/** The part of a data set that a job reads, by content. */
export interface DatasetReference {
  readonly name: string;
  readonly split: string;
  /** SHA-256 over shape, images and labels. */
  readonly hash: string;
}

/**
 * Everything that decides the predictions of one simulation, and nothing else (no threads, no batch size, no machine:
 * by contract they do not change a bit). Its {@link contentAddress} is where the result is stored.
 */
export interface SimulationSpec {
  readonly kind: 'simulation';
  /** Version of this record; raised when its meaning changes, so that old entries are not taken for new ones. */
  readonly specVersion: 1;
  /** Version of the float-order contract of the kernels, such as `neuron-kernels/1`. */
  readonly floatOrder: string;
  /** The ANN before conversion: its name and the SHA-256 of its checkpoint. */
  readonly network: { readonly name: string; readonly hash: string };
  readonly dataset: DatasetReference;
  readonly images: ImageRange;
  /** How the ANN became an SNN: the preset's name and all its parameters (threshold rule, calibration, …). */
  readonly conversion: { readonly method: string; readonly parameters: Readonly<Record<string, JsonValue>> };
  readonly reset: 'subtraction' | 'zero';
  /** One rule for all layers, or one per layer by name. */
  readonly initialPotential: InitialPotential | Readonly<Record<string, InitialPotential>>;
  /** Steps simulated; the result has every T from 1 to this. */
  readonly timeSteps: number;
  /** Seed of the random potentials; the draw of an image depends on its index in the data set, not on the shard. */
  readonly seed: number;
}

/** What one spiking layer did, summed over the images of a run. Arrays are `[timeSteps]`; index t is the t-th step, from 0. */
export interface LayerCounts {
  readonly name: string;
  /** Neurons in the layer. */
  readonly neurons: number;
  /** Spikes emitted in step t. */
  readonly spikes: readonly number[];
  /** Synaptic operations (weights added for arriving spikes) that the layer received in step t. */
  readonly synapticOperations: readonly number[];
  /** (image, neuron) pairs that fired within the run. */
  readonly firedNeurons: number;
  /** Sum over those pairs of the step of the first spike, counted from 1. */
  readonly firstSpikeTimeSum: number;
}

/**
 * When the neurons of each layer first fired, image by image: exact integers, `[images, layers]` row-major, layers as in
 * {@link SimulationResult.layers}.
 */
export interface FirstSpikeCounts {
  /** Sum, over the neurons that fired within the run, of the step of their first spike, counted from 1. */
  readonly timeSum: Float64Array;
  /** Neurons that fired within the run. */
  readonly fired: Float64Array;
}

/** What a simulation gives: predictions of every image at every T, and integer counts that add up exactly over shards. */
export interface SimulationResult {
  readonly images: ImageRange;
  readonly timeSteps: number;
  /** `[images, timeSteps]`, row-major: arg-max of the accumulated logits after t + 1 steps. */
  readonly predictions: Uint16Array;
  /** In network order; the read-out layer, which does not spike, is included with zero spikes or left out. */
  readonly layers: readonly LayerCounts[];
  readonly firstSpikes: FirstSpikeCounts;
}

/** Everything that decides the predictions of the ANN on a range of images. */
export interface EvaluationSpec {
  readonly kind: 'evaluation';
  readonly specVersion: 1;
  /** What computed it, such as `tensorflow` or `reference`: float order differs between backends. */
  readonly backend: string;
  readonly network: { readonly name: string; readonly hash: string };
  readonly dataset: DatasetReference;
  readonly images: ImageRange;
}

/** Predictions of the ANN. */
export interface EvaluationResult {
  readonly images: ImageRange;
  /** `[images]`. */
  readonly predictions: Uint16Array;
}
