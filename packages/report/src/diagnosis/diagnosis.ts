/** One cause of a layer's error, or their sum. */
export type Cause = 'inherited' | 'clipping' | 'quantization' | 'unevenness' | 'total';

/** One spiking layer beside the activation of the ANN. */
export interface DiagnosedLayer {
  readonly layer: string;
  /** Of one image. */
  readonly neurons: number;
  /** θ over the channels [activation]. */
  readonly theta: { readonly lowest: number; readonly highest: number };
  /** Of activation and mean output over neurons and images; null where one is constant. */
  readonly correlation: number | null;
  /** Mean squares of the causes of φ − a as shares of the mean square of the activation a. */
  readonly error: Readonly<Record<Cause, number>>;
  /** Share of the neurons without a spike, or without an activation, for any image. */
  readonly dead: { readonly snn: number; readonly ann: number };
  /** Share of (image, neuron) pairs that fire at every step, or have an activation of at least θ. */
  readonly saturated: { readonly snn: number; readonly ann: number };
  /** Mean step of the first spike, from 1; null when nothing fired. */
  readonly firstSpike: number | null;
  /** Share of the activations above θ. */
  readonly clipped: number;
  /** Percentiles of the activations in θ, zeros counted; rank in percent. */
  readonly percentiles: readonly { readonly rank: number; readonly value: number }[];
  /** Counts of a/θ and of the rate in bins of 1/20, the last one open. */
  readonly histogram: { readonly ann: readonly number[]; readonly snn: readonly number[] };
}

/** Effect of the suggestion: accuracy after each step on images that the diagnosis has not seen. */
export interface DiagnosisEffect {
  readonly images: number;
  readonly before: readonly number[];
  readonly after: readonly number[];
}

/** Cost of one image after T steps [pJ], arithmetic alone. */
export interface DiagnosedEnergy {
  readonly timeSteps: number;
  /** Name and source of the table of energies. */
  readonly table: string;
  readonly source: string;
  readonly activationBits: number;
  readonly additions: number;
  readonly neuronUpdates: number;
  readonly multiplyAccumulates: { readonly snn: number; readonly ann: number };
  readonly float32: { readonly snn: { readonly total: number }; readonly ann: number };
  readonly int8: { readonly snn: { readonly total: number }; readonly ann: number };
}

/** Everything that `opi diagnose` found out; plain data. */
export interface Diagnosis {
  readonly title: string;
  /** How the spiking network came about. */
  readonly origin: string;
  readonly command: string;
  readonly dataset: string;
  /** Training images. */
  readonly images: number;
  /** T. */
  readonly timeSteps: number;
  readonly annAccuracy: number;
  /** `[T]`: after each step. */
  readonly accuracy: readonly number[];
  /** Smallest T within one point of the ANN; null when none is. */
  readonly smallestTimeSteps: number | null;
  /** In the order of the network: the first one is where a repair begins. */
  readonly defects: readonly { readonly layer: string; readonly cause: string; readonly text: string }[];
  readonly suggestion: { readonly text: string; readonly effect: DiagnosisEffect | null } | null;
  readonly layers: readonly DiagnosedLayer[];
  readonly energy: readonly DiagnosedEnergy[];
  readonly notes: readonly string[];
}
