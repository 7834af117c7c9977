import type { InitialPotential } from '@opi-snn/theory';
import type { RunEnvironment } from './environment.js';
import type { CellVerdict } from './cell-verdict.js';
import type { FindingVerdict } from './finding-verdict.js';
import type { RunRecord } from './run-record.js';
import type { Interval } from './wilson.js';

/** Accuracy of one series after T steps, averaged over its seeds. Accuracies are fractions in [0, 1]. */
export interface AccuracyPoint {
  readonly timeSteps: number;
  /** Right answers, mean over seeds (an integer when there is one seed). */
  readonly correct: number;
  readonly images: number;
  readonly accuracy: number;
  /** Wilson 95 %, over images. */
  readonly interval: Interval;
  /** Over seeds, in fractions; null with fewer than two seeds. */
  readonly spread: {
    readonly standardDeviation: number;
    readonly minimum: number;
    readonly maximum: number;
  } | null;
}

/** What a series costs when it is stopped after T steps, averaged over images and seeds. */
export interface CostPoint {
  readonly timeSteps: number;
  /** Mean over all spiking neurons and steps, in [0, 1]. */
  readonly spikesPerNeuronPerStep: number;
  readonly spikesPerImage: number;
  readonly synapticOperationsPerImage: number;
  /** Absent in results that are older than the estimate. */
  readonly energy?: EnergyPoint | undefined;
}

/** Estimated energy of one image [pJ], arithmetic and neuron updates without memory. */
export interface EnergyPoint {
  /** Table of energies with its source. */
  readonly table: string;
  /** Bits of the T + 1 levels that T steps can tell apart. */
  readonly activationBits: number;
  readonly float32: { readonly snn: number; readonly ann: number };
  /** Weights of 8 bits, sums of 32; the ANN with activations of as many levels. */
  readonly int8: { readonly snn: number; readonly ann: number };
}

/** One simulation of a series: one seed. */
export interface SeriesRun {
  readonly seed: number;
  /** Address of the whole run's spec; its shards lie in the store. */
  readonly address: string;
  /** SHA-256 over the predictions of all images at every step. */
  readonly predictionHash: string;
  /** Right answers at each of the result's `timeSteps`. */
  readonly correct: readonly number[];
}

/** One line of the plot: a method with one initial potential. */
export interface Series {
  /** Unique in the result, such as `half`. */
  readonly id: string;
  /** What a reader sees, such as `θ/2 (optimal)`. */
  readonly label: string;
  /** Conversion preset, such as `opi`. */
  readonly method: string;
  readonly initialPotential: InitialPotential | Readonly<Record<string, InitialPotential>>;
  readonly runs: readonly SeriesRun[];
  /** One per entry of the result's `timeSteps`. */
  readonly accuracy: readonly AccuracyPoint[];
  /** One per entry of the result's `timeSteps`. */
  readonly cost: readonly CostPoint[];
  /** Mean spikes per neuron and step of each spiking layer over the whole run, in network order. */
  readonly layers: readonly {
    readonly layer: string;
    readonly neurons: number;
    readonly spikesPerNeuronPerStep: number;
  }[];
}

/** Bias in units of θ/T and mean squared error in units of (θ/T)²; error = ANN activation − SNN response. */
export interface ErrorMoments {
  readonly bias: number;
  readonly meanSquaredError: number;
}

/** Conversion error of one layer after T steps: what the theory says, and what was measured. */
export interface LayerError {
  /** `id` of the series. */
  readonly series: string;
  readonly layer: string;
  readonly timeSteps: number;
  /** Null where the theory gives no number. */
  readonly predicted: ErrorMoments | null;
  readonly measured: ErrorMoments;
  /** 95 % interval of the measured bias, over images; results of early versions have none. */
  readonly biasInterval?: Interval | undefined;
  /** Mean squared parts, in (θ/T)²; null when not measured. */
  readonly decomposition: {
    readonly clipping: number;
    readonly quantisation: number;
    readonly unevenness: number;
  } | null;
}

/** When a layer's neurons fire first. */
export interface FirstSpike {
  /** `id` of the series. */
  readonly series: string;
  readonly layer: string;
  /** Position of the layer in the network, from 1. */
  readonly depth: number;
  /** Mean step (1 = first) over the neurons that fired within `timeSteps`; null when none did. */
  readonly meanStep: number | null;
  /** (image, neuron) pairs that fired within `timeSteps`, as a fraction. */
  readonly firedFraction: number;
  readonly timeSteps: number;
}

/** The ANN's accuracy on the same images. */
export interface AnnAccuracy {
  readonly correct: number;
  readonly images: number;
  readonly accuracy: number;
  readonly interval: Interval;
  /** What computed it. */
  readonly backend: string;
}

/** The part of a result that the inputs decide: the same on every machine, whatever threads, batch or Node. */
export interface Measurement {
  readonly experiment: { readonly id: string; readonly title: string; readonly question: string };
  /** `quick`, `standard`, `full`, or what the command was asked for. */
  readonly profile: string;
  /** Arithmetic of the simulations; float32 where it is not named. */
  readonly precision?: 'int16';
  readonly network: {
    readonly name: string;
    /** File name of the checkpoint, without its folder. */
    readonly checkpoint: string;
    readonly hash: string;
    /** Number of trainable numbers. */
    readonly parameters: number;
  };
  readonly dataset: {
    readonly name: string;
    readonly split: string;
    readonly hash: string;
    /** Images used. */
    readonly images: number;
    /** Images in the split; when more than used, the accuracy is of a part. */
    readonly available: number;
  };
  readonly ann: AnnAccuracy | null;
  /** The T that are reported, ascending. */
  readonly timeSteps: readonly number[];
  readonly series: readonly Series[];
  readonly errors: readonly LayerError[];
  readonly firstSpikes: readonly FirstSpike[];
  readonly cells: readonly CellVerdict[];
  readonly findings: readonly FindingVerdict[];
  /** Anything a reader has to know to judge the numbers, one sentence each. */
  readonly remarks: readonly string[];
}

/** Everything that a report needs, as plain JSON. */
export interface ExperimentResult {
  readonly format: 'opi-snn-result';
  readonly formatVersion: 1;
  readonly measurement: Measurement;
  readonly environment: RunEnvironment;
  /** The job graph: every run behind the numbers, with its inputs and jobs. Results of early versions have none. */
  readonly runs?: readonly RunRecord[] | undefined;
  readonly hashes: {
    /** Over the prediction hashes of all runs: {@link hashRuns}. */
    readonly predictions: string;
    /** Address of `measurement`. */
    readonly measurement: string;
    /** Address of `runs`, where there are any. */
    readonly runs?: string | undefined;
  };
}
