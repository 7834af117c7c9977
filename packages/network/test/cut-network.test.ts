import { expectSameBits } from '@opi-snn/test-utils';
import { describe, expect, it } from 'vitest';
import { cutNetwork, NetworkError, runNetwork, validateNetwork } from '../src/index.js';
import { tinyNetwork } from './tiny-network.js';

const network = tinyNetwork();
const images = Float32Array.from({ length: 2 * 32 }, (_, i) => Math.sin(i));

describe('cutNetwork', () => {
  it('computes a node as the whole network does, with nothing behind it', () => {
    for (const node of ['x', 'conv', 'norm', 'clip', 'flat', 'logits']) {
      const part = cutNetwork(network, node);
      validateNetwork(part);
      const whole = runNetwork(network, images, { activations: [node] }).activations.get(node)!;
      expectSameBits(runNetwork(part, images).output.data, whole.data);
      expect(part.description.nodes.at(-1)!.name).toBe(node);
    }
    expect([...cutNetwork(network, 'norm').tensors.keys()]).toEqual([
      'conv/kernel',
      'norm/gamma',
      'norm/beta',
      'norm/mean',
      'norm/variance',
    ]);
  });

  it('keeps the classes for the whole network only', () => {
    expect(cutNetwork(network, 'logits')).toBe(network);
    expect(cutNetwork(network, 'flat').description.classes).toBeUndefined();
  });

  it('refuses a node that does not exist, and an invalid network', () => {
    expect(() => cutNetwork(network, 'nowhere')).toThrow(
      new RangeError('cutNetwork: output must be the name of a node, got "nowhere".'),
    );
    expect(() => cutNetwork({ ...network, tensors: new Map() }, 'flat')).toThrow(NetworkError);
  });
});
