import { expectSameBits } from '@opi-snn/test-utils';
import { findNetworkProblems } from '@opi-snn/network';
import { describe, expect, it } from 'vitest';
import { convertWithMethod, setNeurons } from '../src/index.js';
import { tinyNetwork } from './tiny-network.js';

const { network } = convertWithMethod(tinyNetwork(), 'opi');

describe('setNeurons', () => {
  it('sets thresholds and potentials of a layer, its channels or its neurons, and nothing else', () => {
    for (const length of [1, 3, 48]) {
      const values = Array.from({ length }, (_, i) => (i + 1) / 10);
      const set = setNeurons(network, 'act1', { theta: values, fractions: values });
      expect(findNetworkProblems(set)).toEqual([]);
      for (const key of ['act1/threshold', 'act1/initial-potential']) {
        expectSameBits(set.tensors.get(key)!.data, Float32Array.from(values));
      }
      for (const [key, tensor] of network.tensors) {
        if (key !== 'act1/threshold') expect(set.tensors.get(key)).toBe(tensor);
      }
      const others = set.description.nodes.filter(({ name }) => name !== 'act1');
      expect(others).toEqual(network.description.nodes.filter(({ name }) => name !== 'act1'));
    }
    expect([...network.tensors.get('act1/threshold')!.data]).toEqual([1, 2, 4]);
  });

  it('leaves what is not given', () => {
    const theta = setNeurons(network, 'act2', { theta: [2] });
    expect(theta.description).toEqual(network.description);
    const fractions = setNeurons(network, 'act2', { fractions: [0.1, 0.2, 0.3] });
    expect(fractions.tensors.get('act2/threshold')).toBe(network.tensors.get('act2/threshold'));
  });

  it('refuses other nodes and other numbers of values', () => {
    expect(() => setNeurons(network, 'hidden', {})).toThrow(
      new RangeError('setNeurons: node must be the name of an integrate-and-fire node, got "hidden".'),
    );
    expect(() => setNeurons(network, 'act1', { fractions: [0, 1] })).toThrow(
      new RangeError('setNeurons: initial-potential of act1 must have 1, 3 or 48 values, got 2.'),
    );
    expect(() => setNeurons(network, 'act1', { theta: [] })).toThrow(
      new RangeError('setNeurons: threshold of act1 must have 1, 3 or 48 values, got 0.'),
    );
  });
});
