import { HALF } from '../initial-potential-rules/fraction.js';
import { RESET_BY_SUBTRACTION } from '../neuron-rule.js';
import type { ConversionMethod } from './method.js';

/** SlipReLU: trained λ as thresholds, v0 = θ/2. */
export const SLIP_RELU: ConversionMethod = {
  name: 'slip-relu',
  summary:
    'The trained bound as threshold and v0 = d₂ θ with d₂ = 1/2: the conversion that SlipReLU training prepares.',
  source:
    'Jiang et al.: A Unified Optimization Framework of ANN-SNN Conversion: Towards Optimal Mapping from Activation Values to ' +
    'Firing Rates, ICML 2023. The activation a·clip(z + d₁) + (1 − a)·clip-floor(z + d₂) is used in training only; ' +
    'with a = 1 it is a clip, with a = 0 QCFS, the two that this project trains.',
  threshold: { kind: 'trained-bound' },
  initialPotential: HALF,
  neuron: RESET_BY_SUBTRACTION,
  sameAs: 'opi',
};
