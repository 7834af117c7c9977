import type { ErrorPart } from '@opi-snn/theory';
import type { ErrorMoments } from '../measure-error.js';
import type { ActivationScale } from './activation-scale.js';

/** What one spiking layer does compared with the activation it replaces, over the images of a diagnosis. */
export interface LayerProfile {
  /** Name of the neurons, which is that of the activation. */
  readonly layer: string;
  /** Neurons of one image. */
  readonly neurons: number;
  readonly images: number;
  /** T, steps that were run. */
  readonly timeSteps: number;
  /** Smallest and largest θ of the channels [activation]. */
  readonly theta: { readonly lowest: number; readonly highest: number };
  /** Pearson's correlation of activation a and mean output φ over neurons and images; null where one of them is constant. */
  readonly correlation: number | null;
  /** mean a², in θ² of each neuron. */
  readonly signal: number;
  /** Moments of the causes of φ − a [θ and θ²], SNN minus ANN; see `decomposeError` of `@opi-snn/theory`. */
  readonly error: Readonly<Record<ErrorPart, ErrorMoments>>;
  /**
   * Relative mean square difference between what the SNN's weights make of the ANN's activations and the ANN's own
   * pre-activations z: mean (ẑ − z)² / mean z². Above float32 rounding (10⁻¹²) the weights are not those of the ANN.
   */
  readonly weightDifference: number;
  /** Largest current that the ANN's activations would cause through the SNN's weights, in θ. */
  readonly largestDrive: number;
  /** Share of the neurons that did not fire for any image, and of those whose activation was zero for all of them. */
  readonly dead: { readonly snn: number; readonly ann: number };
  /** Share of the (image, neuron) pairs that fired at every step, and of those whose activation is at least θ. */
  readonly saturated: { readonly snn: number; readonly ann: number };
  /** Mean step of the first spike, from 1, of the neurons that fired; null when none did. */
  readonly firstSpike: number | null;
  /** Distribution of a/θ. */
  readonly scale: ActivationScale;
  /** For plots: how often a/θ and the rate fall into [i/20, (i + 1)/20), the last bin open to the right. */
  readonly histogram: { readonly ann: readonly number[]; readonly snn: readonly number[] };
}
