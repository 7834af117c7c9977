import { HALF } from '../initial-potential-rules/fraction.js';
import { RESET_BY_SUBTRACTION } from '../neuron-rule.js';
import type { ConversionMethod } from './method.js';

/** Residual membrane potential: neurons that four steps of trial leave without potential stay silent. */
export const SRP: ConversionMethod = {
  name: 'srp',
  summary: 'As opi, but after four steps of trial the neurons whose potential is not above 0 are silenced.',
  source:
    'Hao et al.: Reducing ANN-SNN Conversion Error through Residual Membrane Potential, AAAI 2023. Rule, limit 10⁻³ θ and restart at ' +
    'θ/2 from the authors’ code; τ = 4 is theirs for CIFAR-100. There for networks trained with QCFS; here for any trained bound.',
  threshold: { kind: 'trained-bound' },
  initialPotential: HALF,
  neuron: RESET_BY_SUBTRACTION,
  preparation: { kind: 'residual-mask', timeSteps: 4 },
};
