import { ZERO } from '../initial-potential-rules/fraction.js';
import { TEMPORAL_SWITCH } from '../neuron-rules/temporal-switch.js';
import type { ConversionMethod } from './method.js';

/** Temporal switch coding: two spikes of opposite sign, whose interval is the activation. */
export const TSC: ConversionMethod = {
  name: 'tsc',
  summary:
    'Pixels and neurons send two spikes of opposite sign, the interval between which is the value; the largest activation as threshold.',
  source:
    'Han & Roy: Deep Spiking Neural Network: Energy Efficiency Through Time Based Coding, ECCV 2020. The input code is published; ' +
    'that each layer has a window of its own, and the threshold rule, are ours (docs/methods/tsc.md).',
  threshold: { kind: 'maximum' },
  initialPotential: ZERO,
  neuron: TEMPORAL_SWITCH,
};
