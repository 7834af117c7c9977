import { ZERO } from '../initial-potential-rules/fraction.js';
import { RESET_BY_SUBTRACTION } from '../neuron-rule.js';
import type { ConversionMethod } from './method.js';

/** SNN Calibration, advanced pipeline: as the light one, then potentials of neurons and weights, layer by layer. */
export const SNN_CALIBRATION_ADVANCED: ConversionMethod = {
  name: 'snnc-ap',
  summary:
    'Thresholds with the least squared error for T, θ/(2T) added to every input; then biases, potentials and weights calibrated layer by layer.',
  source:
    'Li et al.: A Free Lunch From ANN: Towards Efficient, Accurate Spiking Neural Networks Calibration, ICML 2021, advanced pipeline. ' +
    'There weights take 5,000 steps of Adam on batches of 32 images; here 200 on batches of 1,024 places.',
  threshold: { kind: 'mean-squared-error' },
  initialPotential: ZERO,
  neuron: RESET_BY_SUBTRACTION,
  shift: 'half-quantum',
  calibration: 'advanced',
};
