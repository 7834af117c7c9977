import type { CarriedPotential, Preparation } from '@opi-snn/theory';
import type { LayerStatistics } from './activation-statistics.js';
import type { InitialPotentialRule } from './initial-potential-rules/initial-potential-rule.js';
import type { NeuronRule } from './neuron-rule.js';
import type { PoolReplacement } from './pool-replacements/pool-replacement.js';
import type { ThresholdRule } from './threshold-rules/threshold-rule.js';

/** The rules of a conversion, and what they need. */
export interface ConversionOptions {
  readonly threshold: ThresholdRule;
  readonly initialPotential: InitialPotentialRule;
  readonly neuron: NeuronRule;
  /** One entry per activation node, for the threshold rules that measure; from training images. */
  readonly statistics?: readonly LayerStatistics[];
  /** What becomes of max pooling; without it a max pooling is an obstacle. */
  readonly maxPool?: PoolReplacement;
  /** Adds θ/(2T) to the input of every neuron at every step: the network is then for this T. Not together with a potential. */
  readonly shift?: InputShift;
  /** What every run must do first; recorded in the provenance, from where `opi evaluate` takes it. Not for signed neurons, groups or reset to zero. */
  readonly preparation?: Preparation;
  /** What neurons take along within a sequence of images; recorded in the provenance. Not for signed neurons, groups or reset to zero. */
  readonly carriedPotential?: CarriedPotential;
  /** Name under which the combination is recorded, such as `opi`. */
  readonly method?: string;
}

/** θ/(2T) added to every input (Deng & Gu): by step T it has brought θ/2, what v0 = θ/2 brings at once. */
export interface InputShift {
  readonly kind: 'half-quantum';
  /** T, integer ≥ 1. */
  readonly timeSteps: number;
}
