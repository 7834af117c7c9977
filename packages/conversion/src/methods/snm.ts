import { ZERO } from '../initial-potential-rules/fraction.js';
import { SIGNED_WITH_MEMORY } from '../neuron-rules/signed-with-memory.js';
import type { ConversionMethod } from './method.js';

/** Signed neurons with memory, a threshold for each neuron. */
export const SNM: ConversionMethod = {
  name: 'snm',
  summary: 'Neurons that take back spikes sent too early, each with its own largest activation as threshold.',
  source:
    'Wang et al.: Signed Neuron with Memory: Towards Simple, Accurate and High-Efficient ANN-SNN Conversion, IJCAI 2022. Neuron and ' +
    'start at 0 from the authors’ code. There the largest activation over all training images; a neuron that is silent on the ' +
    'calibration images gets the largest of its layer (ours).',
  threshold: { kind: 'neuron-maximum' },
  initialPotential: ZERO,
  neuron: SIGNED_WITH_MEMORY,
};
