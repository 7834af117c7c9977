import type { CarriedPotential, Preparation } from '@opi-snn/theory';
import type { InitialPotentialRule } from '../initial-potential-rules/initial-potential-rule.js';
import type { NeuronRule } from '../neuron-rule.js';
import type { ReadOutRule } from '../read-out.js';
import type { MethodThreshold } from './method-threshold.js';

/** A published conversion method: a named combination of rules. One file per method in this folder. */
export interface ConversionMethod {
  /** As written on a command line, such as `robust-norm`. */
  readonly name: string;
  /** One sentence: what the combination is. */
  readonly summary: string;
  /** Paper, and where ours deviates from it. */
  readonly source: string;
  readonly threshold: MethodThreshold;
  readonly initialPotential: InitialPotentialRule;
  readonly neuron: NeuronRule;
  /** `half-quantum`: θ/(2T) is added to the input of every neuron at every step; the conversion is then for one T. */
  readonly shift?: 'half-quantum';
  /**
   * For one T, layer by layer from the spiking response. `bias`: biases are corrected. `advanced`: biases, potentials of
   * neurons, and weights.
   */
  readonly calibration?: 'bias' | 'advanced';
  /** Runs before the one that counts, for each image; the simulation does them (`RunOptions.preparation`). */
  readonly preparation?: Preparation;
  /** What neurons take along from one image of a sequence to the next; the simulation does it (`RunOptions.carriedPotential`). */
  readonly carriedPotential?: CarriedPotential;
  /** How the answer is read; without it the logits of all steps are added up. */
  readonly readOut?: ReadOutRule;
  /** Name of the method that this one is but for the initial potential, or for training: tables show that one, twice. */
  readonly sameAs?: string;
  /** Operation that the activations of the ANN must have been trained with, where the method stands or falls with it. */
  readonly trainedWith?: 'qcfs' | 'rate-norm';
}
