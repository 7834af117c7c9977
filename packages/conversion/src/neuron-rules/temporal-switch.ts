import type { NeuronRule } from '../neuron-rule.js';

/**
 * Temporal switch: a neuron listens for T steps, then switches its targets on for as many steps as its input was worth.
 *
 *   V = Σ over the window of the input;   n = clip(⌊V/θ⌋, 0, T)
 *   +1 at the first step of its own window, −1 n steps later; nothing if n = 0
 *
 * The targets receive w θ at every step in between, so that φ = n θ/T: two spikes and at most two additions for each synapse, whatever T.
 * Nothing depends on when an input was switched on: there is no unevenness error.
 *
 * @see Han & Roy (ECCV 2020); docs/methods/tsc.md says what is published of it and what is ours
 */
export const TEMPORAL_SWITCH: NeuronRule = { reset: 'subtraction', emission: { kind: 'temporal-switch' } };
