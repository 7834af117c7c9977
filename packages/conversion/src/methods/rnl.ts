import { ZERO } from '../initial-potential-rules/fraction.js';
import { RESET_BY_SUBTRACTION } from '../neuron-rule.js';
import type { ConversionMethod } from './method.js';

/** Rate-Norm layers: trained v_th as thresholds, start at rest. */
export const RNL: ConversionMethod = {
  name: 'rnl',
  summary: 'The trained v_th of each Rate-Norm layer as threshold, neurons start at rest; a spike counts 1.',
  source:
    'Ding et al.: Optimal ANN-SNN Conversion for Fast and Accurate Inference in Deep Spiking Neural Networks, IJCAI 2021. ' +
    'Needs a network trained with rate-norm activations (`opi train --activation rate-norm`); stage 2 of its training, which ' +
    'shares one scale, is the training’s matter.',
  threshold: { kind: 'trained-bound' },
  initialPotential: ZERO,
  neuron: RESET_BY_SUBTRACTION,
  trainedWith: 'rate-norm',
};
