import { HALF } from '../initial-potential-rules/fraction.js';
import { groupOf } from '../neuron-rules/group.js';
import type { ConversionMethod } from './method.js';

/** Group neurons: four members with thresholds θ/4 … θ. */
export const GROUP_NEURONS: ConversionMethod = {
  name: 'group-neurons',
  summary:
    'Groups of four neurons with thresholds θ/4, θ/2, 3θ/4, θ on one potential, from half a member’s quantum, θ/8.',
  source:
    'Lyu et al.: Optimal ANN-SNN Conversion with Group Neurons, ICASSP 2024. Neuron, start at θ/(2m) and m = 4 as default from the ' +
    'authors’ code. There for networks trained with QCFS; here for any trained bound.',
  threshold: { kind: 'trained-bound' },
  initialPotential: HALF,
  neuron: groupOf(4),
};
