import { createHash } from 'node:crypto';
import type { Network } from '@opi-snn/network';
import { describe, expect, it } from 'vitest';
import { hashNetwork } from '../src/index.js';
import { tensor, tinyNetwork } from './tiny-network.js';

describe('hashNetwork', () => {
  it('is SHA-256 over the bytes that its comment names', () => {
    const network: Network = {
      description: {
        format: 'opi-snn-network',
        formatVersion: 1,
        name: 'n',
        nodes: [{ op: 'input', name: 'image', inputs: [], shape: [1, 1, 1] }],
        output: 'image',
      },
      tensors: new Map([['b/x', tensor([2], [1, -2])]]),
    };
    const json =
      '{"format":"opi-snn-network","formatVersion":1,"name":"n","nodes":[{"inputs":[],"name":"image","op":"input","shape":[1,1,1]}],"output":"image"}';
    const expected = createHash('sha256')
      .update(`opi-snn-network-hash 1\n${json}\nb/x [2]\n`)
      .update(Buffer.from('0000803f000000c0', 'hex'))
      .digest('hex');
    expect(hashNetwork(network)).toBe(expected);
  });

  it('does not depend on the order of tensors or keys, only on what they hold', () => {
    const network = tinyNetwork();
    const turned = new Map([...network.tensors].toReversed());
    const { name, ...rest } = network.description;
    expect(hashNetwork({ description: { ...rest, name }, tensors: turned })).toBe(hashNetwork(network));
    const changed = new Map(network.tensors).set('logits/bias', tensor([2], [0, 1 + 2 ** -23]));
    expect(hashNetwork({ ...network, tensors: changed })).not.toBe(hashNetwork(network));
    expect(hashNetwork({ ...network, description: { ...network.description, name: 'other' } })).not.toBe(
      hashNetwork(network),
    );
  });
});
