import type { NeuronEmission } from '@opi-snn/network';

/**
 * What happens to the membrane potential after a spike, and what else than single spikes a neuron sends; u is the potential that reached θ.
 *
 * - `subtraction` (soft reset): v = u − θ. The excess counts for the next spike; the paper's neuron.
 * - `zero` (hard reset): v = 0. The excess is lost, so that rates fall short of the activation (Diehl et al., 2015).
 */
export interface NeuronRule {
  readonly reset: 'subtraction' | 'zero';
  /** Signed spikes, groups or temporal switches, one file each in `neuron-rules/`; absent: one spike when u ≥ θ. Only with `subtraction`. */
  readonly emission?: NeuronEmission;
}

/** v = u − θ after a spike; the neuron of the paper's theory. */
export const RESET_BY_SUBTRACTION: NeuronRule = { reset: 'subtraction' };

/** v = 0 after a spike. */
export const RESET_TO_ZERO: NeuronRule = { reset: 'zero' };

/**
 * Short label for reports.
 *
 * @example
 * describeNeuronRule(groupOf(4)); // 'groups of 4'
 */
export function describeNeuronRule({ reset, emission }: NeuronRule): string {
  if (emission === undefined) return `reset by ${reset}`;
  switch (emission.kind) {
    case 'signed':
      return 'signed with memory';
    case 'group':
      return `groups of ${emission.members}`;
    case 'temporal-switch':
      return 'temporal switch';
  }
}
