import { HALF } from '../initial-potential-rules/fraction.js';
import { RESET_BY_SUBTRACTION } from '../neuron-rule.js';
import type { ConversionMethod } from './method.js';

/** Local threshold balancing with delayed read-out. */
export const LOCAL_BALANCING: ConversionMethod = {
  name: 'local-balancing',
  summary:
    'Thresholds per channel grown by what they cut off, v0 = θ/2, and the logits of the first steps left out.',
  source:
    'Bu et al.: Inference-Scale Complexity in ANN-SNN Conversion for High-Performance and Low-Power Applications, CVPR 2025. ' +
    'For ReLU networks. The number of updates and of images is ours (32 of 8); the step 1 is the default of the authors’ code.',
  threshold: { kind: 'local-balancing', batch: 8, updates: 32, rate: 1 },
  initialPotential: HALF,
  neuron: RESET_BY_SUBTRACTION,
  readOut: { kind: 'delayed' },
};
