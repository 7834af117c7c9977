import type { ActivationLayer, ThresholdResult } from '../activation-layer.js';
import { maximumThreshold, type MaximumRule } from './maximum.js';
import { percentileRuleProblem, percentileThreshold, type PercentileRule } from './percentile.js';
import { trainedBoundThreshold, type TrainedBoundRule } from './trained-bound.js';

/** How the firing threshold θ of every layer is chosen; plain data. One file per rule holds its formula and source. */
export type ThresholdRule = TrainedBoundRule | MaximumRule | PercentileRule;

/** θ of one layer by a rule, or why the rule cannot give one. */
export function chooseThreshold(rule: ThresholdRule, layer: ActivationLayer): ThresholdResult {
  switch (rule.kind) {
    case 'trained-bound':
      return trainedBoundThreshold(layer);
    case 'maximum':
      return maximumThreshold(layer);
    case 'percentile':
      return percentileThreshold(rule, layer);
  }
}

/** What is wrong with a rule, such as one typed on a command line; undefined if it is usable. */
export function thresholdRuleProblem(rule: ThresholdRule): string | undefined {
  const kinds: readonly string[] = ['trained-bound', 'maximum', 'percentile'];
  if (!kinds.includes(rule.kind)) {
    return `threshold.kind must be one of ${kinds.join(', ')}, got ${JSON.stringify(rule.kind)}`;
  }
  return rule.kind === 'percentile' ? percentileRuleProblem(rule) : undefined;
}

/**
 * Short label for tables.
 *
 * @example
 * describeThresholdRule({ kind: 'percentile', percentile: 99.9 }); // 'percentile 99.9'
 */
export function describeThresholdRule(rule: ThresholdRule): string {
  return rule.kind === 'percentile' ? `percentile ${rule.percentile}` : rule.kind.replace('-', ' ');
}
