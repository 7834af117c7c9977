import type { LocalBalancingRule } from '../calibration/local-balancing.js';
import type { SpikingMaximumRule } from '../calibration/spiking-maximum.js';
import type { ThresholdRule } from '../threshold-rules/threshold-rule.js';

/** θ with the least squared error for the T of the conversion. */
export interface MeanSquaredErrorForT {
  readonly kind: 'mean-squared-error';
}

/** A threshold rule of a method: one that looks at statistics, or one that runs the network to find θ. */
export type MethodThreshold =
  | Exclude<ThresholdRule, { kind: 'mean-squared-error' | 'given' }>
  | MeanSquaredErrorForT
  | SpikingMaximumRule
  | LocalBalancingRule;

/** Whether a rule finds θ by running the network over calibration images. */
export function runsTheNetwork(rule: MethodThreshold): rule is SpikingMaximumRule | LocalBalancingRule {
  return rule.kind === 'spiking-maximum' || rule.kind === 'local-balancing';
}
