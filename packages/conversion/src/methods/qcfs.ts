import { HALF } from '../initial-potential-rules/fraction.js';
import { RESET_BY_SUBTRACTION } from '../neuron-rule.js';
import type { ConversionMethod } from './method.js';

/** Quantisation-clip-floor-shift: trained λ as thresholds, v0 = θ/2. */
export const QCFS: ConversionMethod = {
  name: 'qcfs',
  summary:
    'The trained step height λ of each QCFS activation as threshold, and θ/2, which its rounding was trained for.',
  source:
    'Bu et al.: Optimal ANN-SNN Conversion for High-accuracy and Ultra-low-latency Spiking Neural Networks, ICLR 2022. Needs a ' +
    'network trained with qcfs activations; on a clip network the same rules are OPI.',
  threshold: { kind: 'trained-bound' },
  initialPotential: HALF,
  neuron: RESET_BY_SUBTRACTION,
  trainedWith: 'qcfs',
};
