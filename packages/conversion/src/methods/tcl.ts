import { ZERO } from '../initial-potential-rules/fraction.js';
import { RESET_BY_SUBTRACTION } from '../neuron-rule.js';
import type { ConversionMethod } from './method.js';

/** Trainable clipping layers: trained bounds as thresholds, start at rest. OPI is TCL with v0 = θ/2. */
export const TCL: ConversionMethod = {
  name: 'tcl',
  summary: 'Trained clip bounds as thresholds, neurons start at rest.',
  source:
    'Ho & Chang: TCL: an ANN-to-SNN Conversion with Trainable Clipping Layers, DAC 2021. Threshold form (weights ' +
    'unchanged) instead of normalised weights; the two give the same spikes.',
  threshold: { kind: 'trained-bound' },
  initialPotential: ZERO,
  neuron: RESET_BY_SUBTRACTION,
  sameAs: 'opi',
};
