import { ZERO } from '../initial-potential-rules/fraction.js';
import { RESET_BY_SUBTRACTION } from '../neuron-rule.js';
import type { ConversionMethod } from './method.js';

/** Data-based maximum normalisation. */
export const MAX_NORM: ConversionMethod = {
  name: 'max-norm',
  summary: 'The largest training activation of each layer as its threshold, neurons start at rest.',
  source:
    'Diehl et al.: Fast-Classifying, High-Accuracy Spiking Deep Networks Through Weight and Threshold Balancing, ' +
    'IJCNN 2015. The original resets to zero and feeds Poisson spikes; here reset by subtraction and constant current, ' +
    'as in every later comparison (neuron rule RESET_TO_ZERO gives the original reset).',
  threshold: { kind: 'maximum' },
  initialPotential: ZERO,
  neuron: RESET_BY_SUBTRACTION,
};
