import { ZERO } from '../initial-potential-rules/fraction.js';
import { RESET_BY_SUBTRACTION } from '../neuron-rule.js';
import type { ConversionMethod } from './method.js';

/** Spike-Norm: thresholds from the spiking input, layer by layer. */
export const SPIKE_NORM: ConversionMethod = {
  name: 'spike-norm',
  summary:
    'The largest input that spikes bring within one step as threshold, found layer by layer with the layers before spiking; start at rest.',
  source:
    'Sengupta et al.: Going Deeper in Spiking Neural Networks: VGG and Residual Architectures, Frontiers in Neuroscience 2019, ' +
    'algorithm 1. There Poisson input, reset to zero and T = 2500; here constant input and reset by subtraction, and the ' +
    'maximum over 32 steps of the calibration images.',
  threshold: { kind: 'spiking-maximum', factor: 1, timeSteps: 32 },
  initialPotential: ZERO,
  neuron: RESET_BY_SUBTRACTION,
};
