import { ZERO } from '../initial-potential-rules/fraction.js';
import { RESET_BY_SUBTRACTION } from '../neuron-rule.js';
import type { ConversionMethod } from './method.js';

/** Threshold ReLU and shift: maximum thresholds, θ/(2T) added to every input. */
export const RTS: ConversionMethod = {
  name: 'rts',
  summary:
    'The largest training activation of each layer as its threshold; θ/(2T) is added to every input at every step.',
  source:
    'Deng & Gu: Optimal Conversion of Conventional Artificial Neural Networks to Spiking Neural Networks, ICLR 2021 ("Opt.", ' +
    '"RTS"). There the ANN is trained with clip(z, 0, th), th fixed and alike in all layers, and the last layer spikes; here the ' +
    'network is taken as it is, and the output accumulates. The shift is for one T; θ/2 may take its place, never join it.',
  threshold: { kind: 'maximum' },
  initialPotential: ZERO,
  neuron: RESET_BY_SUBTRACTION,
  shift: 'half-quantum',
};
