import { HALF } from '../initial-potential-rules/fraction.js';
import { RESET_BY_SUBTRACTION } from '../neuron-rule.js';
import type { ConversionMethod } from './method.js';

/** Optimized potential initialization: trained bounds as thresholds, v0 = θ/2. */
export const OPI: ConversionMethod = {
  name: 'opi',
  summary: 'Trained clip bounds as thresholds and the optimal initial potential θ/2.',
  source:
    'Bu, Ding, Yu, Huang: Optimized Potential Initialization for Low-Latency Spiking Neural Networks, AAAI 2022, ' +
    'Algorithm 1 (no official code exists; see paper.md 4.1 for what supports each step).',
  threshold: { kind: 'trained-bound' },
  initialPotential: HALF,
  neuron: RESET_BY_SUBTRACTION,
};
