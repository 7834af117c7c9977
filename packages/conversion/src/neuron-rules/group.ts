import type { NeuronRule } from '../neuron-rule.js';

/**
 * Groups of m members that share one potential, with thresholds θ/m, 2θ/m, … θ.
 *
 *   z = number of thresholds that u reaches, in 0 … m;   v = u − z θ/m;   a spike carries θ/m
 *
 * The largest output of a step is θ as of a plain neuron, in quanta of θ/m: T steps distinguish m·T levels. Initial potentials are in units of θ/m, so that
 * θ/2 becomes θ/(2m), the optimum for the smaller quantum.
 *
 * @param members m, integer in [1, 255]; 1 is the plain neuron
 * @see Lyu et al. (ICASSP 2024); rule confirmed by the authors' code
 * @example
 * groupOf(4); // { reset: 'subtraction', emission: { kind: 'group', members: 4 } }
 */
export function groupOf(members: number): NeuronRule {
  return { reset: 'subtraction', emission: { kind: 'group', members } };
}
