import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { convertWithMethod, measureStatistics, neuronMaximumThreshold } from '../src/index.js';
import { copyingNetwork } from './copying-network.js';
import { tensor, tinyNetwork } from './tiny-network.js';

const node = { op: 'relu', name: 'act', inputs: ['image'] } as const;

describe('neuronMaximumThreshold', () => {
  it('gives each neuron its own maximum, silent ones that of the layer', () => {
    const neuronMaxima = tensor([1, 2, 2], [1, 0, 3, 0.5]);
    const statistics = { node: 'act', maximum: 3, neuronMaxima };
    expect(neuronMaximumThreshold({ node, bound: undefined, statistics })).toEqual({
      theta: tensor([1, 2, 2], [1, 3, 3, 0.5]),
    });
  });

  it('says what is missing', () => {
    expect(
      neuronMaximumThreshold({ node, bound: undefined, statistics: { node: 'act', maximum: 3 } }),
    ).toMatchObject({ problem: 'the statistics hold no maximum of each neuron' });
    expect(neuronMaximumThreshold({ node, bound: undefined, statistics: undefined })).toMatchObject({
      problem: 'no activation statistics are given',
    });
  });

  it('is measured exactly, whatever the order of the images', () => {
    const row = fc.array(fc.integer({ min: -64, max: 64 }), { minLength: 3, maxLength: 3 });
    fc.assert(
      fc.property(fc.array(row, { minLength: 1, maxLength: 12 }), (rows) => {
        const images = (list: readonly (readonly number[])[]): Float32Array => Float32Array.from(list.flat());
        const [statistics] = measureStatistics(copyingNetwork(3), { images: images(rows) });
        const [reversed] = measureStatistics(copyingNetwork(3), { images: images(rows.toReversed()) });
        const expected = [0, 1, 2].map((i) => Math.max(0, ...rows.map((values) => values[i]!)));
        expect([...statistics!.neuronMaxima!.data]).toEqual(expected);
        expect(reversed!.neuronMaxima).toEqual(statistics!.neuronMaxima);
      }),
      { numRuns: 40, seed: 5 },
    );
  });

  it('makes a network with a threshold per neuron that its files can hold', () => {
    const ann = tinyNetwork({ activation: 'relu' });
    const images = Float32Array.from({ length: 64 }, (_, i) => ((i * 7) % 11) / 8 - 0.5);
    const { network, report } = convertWithMethod(ann, 'snm', {
      statistics: measureStatistics(ann, { images }),
    });
    expect(network.tensors.get('act1/threshold')!.shape).toEqual([4, 4, 3]);
    expect(network.tensors.get('act2/threshold')!.shape).toEqual([3]);
    expect(report).toMatchObject({ threshold: 'maximum of each neuron', emission: { kind: 'signed' } });
    expect(report.layers[0]!.theta).toHaveLength(48);
  });
});
