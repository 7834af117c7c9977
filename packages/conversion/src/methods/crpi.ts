import { HALF } from '../initial-potential-rules/fraction.js';
import { RESET_BY_SUBTRACTION } from '../neuron-rule.js';
import type { ConversionMethod } from './method.js';

/** Carried residual potential: what one input of a sequence left unanswered is where the next one starts. */
export const CRPI: ConversionMethod = {
  name: 'crpi',
  summary:
    'Each neuron’s largest activation as its threshold, θ/2, and within a sequence of images a share of the residual potential on top.',
  source:
    'Xu et al.: Error Amplification Limits ANN-to-SNN Conversion in Continuous Control, ICML 2026. Rule from the authors’ code, which ' +
    'tries α = 0, 0.1 … 1 for each task; 0.5 stands for the middle of that. There for control, the sequence being the steps of an episode.',
  threshold: { kind: 'neuron-maximum' },
  initialPotential: HALF,
  neuron: RESET_BY_SUBTRACTION,
  carriedPotential: { alpha: 0.5 },
};
