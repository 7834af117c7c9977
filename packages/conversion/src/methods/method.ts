import type { InitialPotentialRule } from '../initial-potential-rules/initial-potential-rule.js';
import type { NeuronRule } from '../neuron-rule.js';
import type { ThresholdRule } from '../threshold-rules/threshold-rule.js';

/** A published conversion method: a named combination of rules. One file per method in this folder. */
export interface ConversionMethod {
  /** As written on a command line, such as `robust-norm`. */
  readonly name: string;
  /** One sentence: what the combination is. */
  readonly summary: string;
  /** Paper, and where ours deviates from it. */
  readonly source: string;
  readonly threshold: ThresholdRule;
  readonly initialPotential: InitialPotentialRule;
  readonly neuron: NeuronRule;
}
