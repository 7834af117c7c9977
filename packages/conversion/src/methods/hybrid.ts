import { ZERO } from '../initial-potential-rules/fraction.js';
import { RESET_BY_SUBTRACTION } from '../neuron-rule.js';
import type { ConversionMethod } from './method.js';

/** Conversion stage of hybrid training: Spike-Norm thresholds times 0.7. */
export const HYBRID: ConversionMethod = {
  name: 'hybrid',
  summary:
    'The largest spiking input times 0.7 as threshold, start at rest: the network from which hybrid training sets out.',
  source:
    'Rathi et al.: Enabling Deep Spiking Neural Networks with Hybrid Conversion and Spike Timing Dependent Backpropagation, ICLR ' +
    '2020. Only the conversion; the training that follows is not part of this package. There Poisson input and no biases. The ' +
    'factor 0.7 is that of the authors’ commands.',
  threshold: { kind: 'spiking-maximum', factor: 0.7, timeSteps: 32 },
  initialPotential: ZERO,
  neuron: RESET_BY_SUBTRACTION,
};
