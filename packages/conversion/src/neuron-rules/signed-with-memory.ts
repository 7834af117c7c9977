import type { NeuronRule } from '../neuron-rule.js';

/**
 * Signed neuron with memory: spikes sent too early are taken back.
 *
 *   z = 1 if u ≥ θ;   z = −1 if u ≤ −θ and Σ z so far > 0;   else 0;       v = u − z θ
 *
 * Whatever the order of its inputs, a neuron that has had time to react ends with v in (−θ, θ) or has sent nothing in total: its count is
 * ⌊(Σ I + v0)/θ⌋ or one more. Without input that lowers the potential it is the plain neuron.
 *
 * @see Wang et al. (IJCAI 2022); rule confirmed by the authors' code
 */
export const SIGNED_WITH_MEMORY: NeuronRule = { reset: 'subtraction', emission: { kind: 'signed' } };
