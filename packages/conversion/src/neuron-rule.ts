/**
 * What happens to the membrane potential after a spike; u is the potential that reached θ.
 *
 * - `subtraction` (soft reset): v = u − θ. The excess counts for the next spike; the paper's neuron.
 * - `zero` (hard reset): v = 0. The excess is lost, so that rates fall short of the activation (Diehl et al., 2015).
 */
export interface NeuronRule {
  readonly reset: 'subtraction' | 'zero';
}

/** v = u − θ after a spike; the neuron of the paper's theory. */
export const RESET_BY_SUBTRACTION: NeuronRule = { reset: 'subtraction' };

/** v = 0 after a spike. */
export const RESET_TO_ZERO: NeuronRule = { reset: 'zero' };
