import { ZERO } from '../initial-potential-rules/fraction.js';
import { RESET_BY_SUBTRACTION } from '../neuron-rule.js';
import type { ConversionMethod } from './method.js';

/** SNN Calibration, light pipeline: thresholds of least squared error, shift, corrected biases. */
export const SNN_CALIBRATION_LIGHT: ConversionMethod = {
  name: 'snnc-lp',
  summary:
    'Thresholds with the least squared error for T, θ/(2T) added to every input, then biases corrected layer by layer.',
  source:
    'Li et al.: A Free Lunch From ANN: Towards Efficient, Accurate Spiking Neural Networks Calibration, ICML 2021, light pipeline. ' +
    'There the search runs per batch with a running mean; here once over a sample of all calibration images.',
  threshold: { kind: 'mean-squared-error' },
  initialPotential: ZERO,
  neuron: RESET_BY_SUBTRACTION,
  shift: 'half-quantum',
  calibration: 'bias',
};
