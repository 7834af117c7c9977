import { ZERO } from '../initial-potential-rules/fraction.js';
import { RESET_BY_SUBTRACTION } from '../neuron-rule.js';
import type { ConversionMethod } from './method.js';

/** Percentile normalisation, rank 99.9 %. */
export const ROBUST_NORM: ConversionMethod = {
  name: 'robust-norm',
  summary:
    'The 99.9th percentile of each layer’s training activations as its threshold, neurons start at rest.',
  source:
    'Rueckauer et al.: Conversion of Continuous-Valued Deep Networks to Efficient Event-Driven Networks for Image ' +
    'Classification, Frontiers in Neuroscience 2017. Constant input current and reset by subtraction as there; ' +
    'threshold form instead of normalised weights.',
  threshold: { kind: 'percentile', percentile: 99.9 },
  initialPotential: ZERO,
  neuron: RESET_BY_SUBTRACTION,
};
