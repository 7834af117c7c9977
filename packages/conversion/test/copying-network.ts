import type { Network, NetworkNode } from '@opi-snn/network';
import { tensor } from './tiny-network.js';

/** input [1, 1, channels] → 1x1 convolution that copies → act (ReLU) → flatten → logits: z and a are the input and its ReLU. */
export function copyingNetwork(channels: number): Network {
  const identity = Array.from({ length: channels ** 2 }, (_, i) => (i % (channels + 1) === 0 ? 1 : 0));
  const nodes: NetworkNode[] = [
    { op: 'input', name: 'image', inputs: [], shape: [1, 1, channels] },
    {
      op: 'conv2d',
      name: 'copy',
      inputs: ['image'],
      kernelSize: [1, 1],
      filters: channels,
      strides: [1, 1],
      padding: { top: 0, bottom: 0, left: 0, right: 0 },
      bias: false,
    },
    { op: 'relu', name: 'act', inputs: ['copy'] },
    { op: 'flatten', name: 'flat', inputs: ['act'] },
    { op: 'dense', name: 'logits', inputs: ['flat'], units: 2, bias: false },
  ];
  return {
    description: { format: 'opi-snn-network', formatVersion: 1, name: 'copying', nodes, output: 'logits' },
    tensors: new Map([
      ['copy/kernel', tensor([1, 1, channels, channels], identity)],
      [
        'logits/kernel',
        tensor(
          [channels, 2],
          Array.from({ length: 2 * channels }, () => 1),
        ),
      ],
    ]),
  };
}
