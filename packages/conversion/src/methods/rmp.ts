import { ZERO } from '../initial-potential-rules/fraction.js';
import { RESET_BY_SUBTRACTION } from '../neuron-rule.js';
import type { ConversionMethod } from './method.js';

/** Residual membrane potential: Spike-Norm thresholds times 0.8, soft reset. */
export const RMP: ConversionMethod = {
  name: 'rmp',
  summary:
    'The largest spiking input times 0.8 as threshold; what exceeds the threshold stays in the membrane (reset by subtraction).',
  source:
    'Han, Srinivasan, Roy: RMP-SNN: Residual Membrane Potential Neuron for Enabling Deeper High-Accuracy and Low-Latency Spiking ' +
    'Neural Network, CVPR 2020. That the factor lies below 1 is recalled, its value is not: 0.8 here, the middle of the ' +
    'range 0.6 to 1; another one by the threshold rule `spiking-maximum`.',
  threshold: { kind: 'spiking-maximum', factor: 0.8, timeSteps: 32 },
  initialPotential: ZERO,
  neuron: RESET_BY_SUBTRACTION,
};
