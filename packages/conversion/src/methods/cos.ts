import { HALF } from '../initial-potential-rules/fraction.js';
import { RESET_BY_SUBTRACTION } from '../neuron-rule.js';
import type { ConversionMethod } from './method.js';

/** Offset spikes: potentials shifted so that neurons with a spike too many or too few in four steps get it right. */
export const COS: ConversionMethod = {
  name: 'cos',
  summary:
    'As opi, but layer by layer four steps of trial shift the potential of neurons that sent a spike too many or too few.',
  source:
    'Hao et al.: Bridging the Gap between ANNs and SNNs by Calibrating Offset Spikes, ICLR 2023. Rule and margins from the authors’ ' +
    'code, which shifts once; ρ = 4 is theirs for CIFAR-100. There for networks trained with QCFS; here for any trained bound.',
  threshold: { kind: 'trained-bound' },
  initialPotential: HALF,
  neuron: RESET_BY_SUBTRACTION,
  preparation: { kind: 'offset-spikes', timeSteps: 4 },
};
