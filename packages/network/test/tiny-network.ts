import { initializeTensors, type Network } from '../src/index.js';
import { describeNetwork, NO_PADDING } from './describe-network.js';

/** input 4x4x2 → conv 2x2/2 (no bias) → batch norm → clip → flatten → dense 3: every kind of tensor, few values. */
export function tinyNetwork(): Network {
  const description = {
    ...describeNetwork(
      [
        { op: 'input', name: 'x', inputs: [], shape: [4, 4, 2] },
        {
          op: 'conv2d',
          name: 'conv',
          inputs: ['x'],
          kernelSize: [2, 2],
          filters: 3,
          strides: [2, 2],
          padding: NO_PADDING,
          bias: false,
        },
        { op: 'batch-norm', name: 'norm', inputs: ['conv'], epsilon: 1e-5 },
        { op: 'clip', name: 'clip', inputs: ['norm'] },
        { op: 'flatten', name: 'flat', inputs: ['clip'] },
        { op: 'dense', name: 'logits', inputs: ['flat'], units: 3, bias: true },
      ],
      'logits',
    ),
    classes: ['cat', 'dog', 'θ "naïve" \n'],
    preprocessing: { mean: [0.5, 0.25], standardDeviation: [0.1, 1e-7] },
    provenance: { seed: 7, command: 'opi train', log: [{ epoch: 1, loss: 0.123456789012345 }], none: null },
  };
  return { description, tensors: initializeTensors(description, { seed: 1 }) };
}
