import type { ActivationLayer, ThresholdResult } from '../activation-layer.js';
import { givenThreshold, type GivenRule } from './given.js';
import { maximumThreshold, type MaximumRule } from './maximum.js';
import { meanSquaredErrorThreshold, type MeanSquaredErrorRule } from './mean-squared-error.js';
import { neuronMaximumThreshold, type NeuronMaximumRule } from './neuron-maximum.js';
import { percentileRuleProblem, percentileThreshold, type PercentileRule } from './percentile.js';
import { trainedBoundThreshold, type TrainedBoundRule } from './trained-bound.js';

/** How the firing threshold θ of every layer is chosen; plain data. One file per rule holds its formula and source. */
export type ThresholdRule =
  TrainedBoundRule | MaximumRule | NeuronMaximumRule | PercentileRule | MeanSquaredErrorRule | GivenRule;

/** θ of one layer by a rule, or why the rule cannot give one. */
export function chooseThreshold(rule: ThresholdRule, layer: ActivationLayer): ThresholdResult {
  switch (rule.kind) {
    case 'trained-bound':
      return trainedBoundThreshold(layer);
    case 'maximum':
      return maximumThreshold(layer);
    case 'neuron-maximum':
      return neuronMaximumThreshold(layer);
    case 'percentile':
      return percentileThreshold(rule, layer);
    case 'mean-squared-error':
      return meanSquaredErrorThreshold(rule, layer);
    case 'given':
      return givenThreshold(rule, layer);
  }
}

/** What is wrong with a rule, such as one typed on a command line; undefined if it is usable. */
export function thresholdRuleProblem(rule: ThresholdRule): string | undefined {
  const kinds: readonly string[] = [
    'trained-bound',
    'maximum',
    'neuron-maximum',
    'percentile',
    'mean-squared-error',
    'given',
  ];
  if (!kinds.includes(rule.kind)) {
    return `threshold.kind must be one of ${kinds.join(', ')}, got ${JSON.stringify(rule.kind)}`;
  }
  if (rule.kind === 'mean-squared-error' && !(Number.isInteger(rule.timeSteps) && rule.timeSteps >= 1)) {
    return `threshold.timeSteps must be an integer ≥ 1, got ${rule.timeSteps}`;
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
  switch (rule.kind) {
    case 'percentile':
      return `percentile ${rule.percentile}`;
    case 'mean-squared-error':
      return `least squared error at T = ${rule.timeSteps}`;
    case 'neuron-maximum':
      return 'maximum of each neuron';
    case 'given':
      return rule.origin;
    default:
      return rule.kind.replace('-', ' ');
  }
}
