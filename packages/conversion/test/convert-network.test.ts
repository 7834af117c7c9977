import { expectSameBits } from '@opi-snn/test-utils';
import {
  decodeNetwork,
  encodeNetwork,
  findNetworkProblems,
  foldBatchNorm,
  type Network,
  rateNormThreshold,
} from '@opi-snn/network';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  convertNetwork,
  type ConversionOptions,
  HALF,
  hashNetwork,
  RESET_BY_SUBTRACTION,
  ZERO,
} from '../src/index.js';
import { tensor, tinyNetwork } from './tiny-network.js';

const TRAINED: ConversionOptions = {
  threshold: { kind: 'trained-bound' },
  initialPotential: HALF,
  neuron: RESET_BY_SUBTRACTION,
};

/** A copy that shares nothing. */
function copyOf({ description, tensors }: Network): Network {
  return structuredClone({ description, tensors });
}

/** The same network, whose description, shapes and map refuse to be changed; its numbers, which cannot be frozen, are compared. */
function frozen({ description, tensors }: Network): Network {
  const refuse = (): never => {
    throw new TypeError('the source must not be altered');
  };
  const entries = [...tensors].map(([key, { shape, data }]) => {
    return [key, Object.freeze({ shape: freeze([...shape]), data })] as const;
  });
  const map = Object.assign(new Map(entries), { set: refuse, delete: refuse, clear: refuse });
  return Object.freeze({ description: freeze(description), tensors: map });
}

function freeze<T>(value: T): T {
  if (typeof value === 'object' && value !== null) Object.values(Object.freeze(value)).forEach(freeze);
  return value;
}

describe('convertNetwork', () => {
  it('never alters its source: a deep-frozen one converts under every method, bits unchanged', () => {
    const statistics = ['act1', 'act2'].map((node) => {
      return { node, maximum: 2, percentiles: [{ percentile: 99.9, value: 1 }] };
    });
    const rules: ConversionOptions['threshold'][] = [
      { kind: 'trained-bound' },
      { kind: 'maximum' },
      { kind: 'percentile', percentile: 99.9 },
    ];
    for (const threshold of rules) {
      const source = frozen(tinyNetwork({ pool: 'max-pool' }));
      const before = copyOf(tinyNetwork({ pool: 'max-pool' }));
      const { network, report } = convertNetwork(source, {
        ...TRAINED,
        threshold,
        statistics,
        maxPool: 'average',
      });
      for (const { data } of network.tensors.values()) expect(data.every(Number.isFinite)).toBe(true);
      expect(report.layers).toHaveLength(2);
      for (const [key, { data }] of before.tensors) expectSameBits(source.tensors.get(key)!.data, data, key);
      // Thresholds are copies: what a user does to them does not reach the source's bounds.
      network.tensors.get('act1/threshold')!.data.fill(9);
      expectSameBits(source.tensors.get('act1/bound')!.data, Float32Array.of(1, 2, 4));
    }
  });

  it('folds batch norm before it looks for neurons: weights are those of foldBatchNorm, θ is the bound, untouched', () => {
    const source = tinyNetwork();
    const scaled = {
      ...source,
      tensors: new Map(source.tensors).set('norm/gamma', tensor([3], [6, -3, 0.25])),
    };
    const { network } = convertNetwork(scaled, TRAINED);
    const folded = foldBatchNorm(scaled);
    for (const key of ['conv/kernel', 'conv/bias'])
      expectSameBits(network.tensors.get(key)!.data, folded.tensors.get(key)!.data);
    expect(network.tensors.get('conv/kernel')!.data).not.toEqual(source.tensors.get('conv/kernel')!.data);
    expectSameBits(network.tensors.get('act1/threshold')!.data, Float32Array.of(1, 2, 4));
  });

  it('turns Rate-Norm into neurons of threshold v_th that start at v_th/2, its rate 1 into weights divided by v_th', () => {
    const plain = tinyNetwork({
      edit: (nodes) => nodes.map((node) => (node.op === 'clip' ? { ...node, op: 'rate-norm' } : node)),
    });
    const tensors = new Map(plain.tensors);
    for (const [name, maximum] of [
      ['act1', 4],
      ['act2', 0.5],
    ] as const) {
      tensors.delete(`${name}/bound`);
      tensors.set(`${name}/maximum`, tensor([1], [maximum])).set(`${name}/scale`, tensor([1], [0]));
    }
    const source = frozen({ ...plain, tensors });
    const { network, report } = convertNetwork(source, TRAINED);
    expect(findNetworkProblems(network)).toEqual([]);
    expect(report.layers.map(({ replaced }) => replaced)).toEqual(['rate-norm', 'rate-norm']);
    for (const [name, reader] of [
      ['act1', 'hidden'],
      ['act2', 'logits'],
    ] as const) {
      const threshold = rateNormThreshold(name, source.tensors);
      expectSameBits(network.tensors.get(`${name}/threshold`)!.data, Float32Array.of(threshold));
      const kernel = source.tensors.get(`${reader}/kernel`)!.data;
      // A spike carries θ = v_th: θ · w / v_th = w, the weight of a spike of size 1.
      expectSameBits(
        network.tensors.get(`${reader}/kernel`)!.data,
        kernel.map((weight) => weight / threshold),
      );
      const node = network.description.nodes.find((each) => each.name === name)!;
      expect(node).toMatchObject({
        op: 'integrate-and-fire',
        initialPotential: { kind: 'fraction', fraction: 0.5 },
      });
    }
    expect(report.sourceHash).toBe(hashNetwork(source));
  });

  it('puts neurons of the same name in place of activations and folds batch norm', () => {
    const { network, report } = convertNetwork(tinyNetwork(), TRAINED);
    expect(network.description.nodes.map(({ op, name }) => `${name}: ${op}`)).toEqual([
      'image: input',
      'conv: conv2d',
      'act1: integrate-and-fire',
      'pool: average-pool',
      'flat: flatten',
      'hidden: dense',
      'act2: integrate-and-fire',
      'logits: dense',
    ]);
    expect(network.description.nodes[2]).toEqual({
      op: 'integrate-and-fire',
      name: 'act1',
      inputs: ['conv'],
      reset: 'subtraction',
      initialPotential: { kind: 'fraction', fraction: 0.5 },
    });
    expect(report.foldedBatchNorms).toEqual(['norm']);
    expect(findNetworkProblems(network)).toEqual([]);
  });

  it('uses the trained bounds as thresholds, one per layer or per channel, and drops the bounds', () => {
    const { network } = convertNetwork(tinyNetwork(), TRAINED);
    expectSameBits(network.tensors.get('act1/threshold')!.data, Float32Array.of(1, 2, 4));
    expectSameBits(network.tensors.get('act2/threshold')!.data, Float32Array.of(0.5));
    expect([...network.tensors.keys()].filter((key) => key.endsWith('/bound'))).toEqual([]);
  });

  it('copies weights unchanged, and folds γ/√variance where batch norm was', () => {
    const source = tinyNetwork();
    const { tensors } = convertNetwork(source, TRAINED).network;
    for (const key of ['hidden/kernel', 'hidden/bias', 'logits/kernel', 'logits/bias']) {
      expect(tensors.get(key)).toBe(source.tensors.get(key));
    }
    // γ/√variance = 2/√4 = 1/√1 = 0.5/√0.25 = 1; (0 − mean) · 1 + β = −0.25, 0, −0.25.
    expectSameBits(tensors.get('conv/kernel')!.data, source.tensors.get('conv/kernel')!.data);
    expectSameBits(tensors.get('conv/bias')!.data, Float32Array.of(-0.25, 0, -0.25));
  });

  it('does not alter the source, and later changes of the result do not reach it', () => {
    const source = tinyNetwork();
    const before = copyOf(source);
    const { network } = convertNetwork(source, TRAINED);
    network.tensors.get('act1/threshold')!.data.fill(9);
    expect(source.description).toEqual(before.description);
    for (const [key, { data }] of before.tensors) expectSameBits(source.tensors.get(key)!.data, data, key);
  });

  it('takes maximum and percentile from the statistics, rounded to float32', () => {
    const statistics = [
      { node: 'act1', maximum: 3.3, percentiles: [{ percentile: 99.9, value: 2.1 }] },
      { node: 'act2', maximum: 5, percentiles: [{ percentile: 99.9, value: 4.5 }] },
    ];
    const network = tinyNetwork({ activation: 'relu' });
    const theta = (threshold: ConversionOptions['threshold']): number[] =>
      convertNetwork(network, { ...TRAINED, threshold, statistics }).report.layers.map(
        (layer) => layer.theta[0]!,
      );
    expect(theta({ kind: 'maximum' })).toEqual([Math.fround(3.3), 5]);
    expect(theta({ kind: 'percentile', percentile: 99.9 })).toEqual([Math.fround(2.1), 4.5]);
    expect(theta({ kind: 'percentile', percentile: 100 })).toEqual([Math.fround(3.3), 5]);
  });

  it('gives each layer its own potential when told so', () => {
    const { report } = convertNetwork(tinyNetwork(), {
      ...TRAINED,
      initialPotential: { kind: 'per-layer', layers: { act2: ZERO }, otherwise: HALF },
    });
    expect(report.layers.map(({ initialPotential }) => initialPotential)).toEqual([HALF, ZERO]);
  });

  it('writes potentials of channels and neurons as tensors, which a checkpoint keeps to the bit', () => {
    const perNeuron = Array.from({ length: 48 }, (_, i) => i / 7);
    const { network, report } = convertNetwork(tinyNetwork(), {
      ...TRAINED,
      initialPotential: {
        kind: 'per-layer',
        layers: {
          act1: { kind: 'fractions', fractions: perNeuron },
          act2: { kind: 'fractions', fractions: [0.1, 0.2, 0.3] },
        },
      },
    });
    const copy = decodeNetwork(encodeNetwork(network));
    for (const { description, tensors } of [network, copy]) {
      expect(tensors.get('act1/initial-potential')).toEqual({
        shape: [4, 4, 3],
        data: Float32Array.from(perNeuron),
      });
      expect(tensors.get('act2/initial-potential')).toEqual({
        shape: [3],
        data: Float32Array.of(0.1, 0.2, 0.3),
      });
      expect(description.nodes.find(({ name }) => name === 'act1')).toMatchObject({
        op: 'integrate-and-fire',
        initialPotential: { kind: 'tensor' },
      });
      expect(findNetworkProblems({ description, tensors })).toEqual([]);
    }
    expect(report.layers[1]!.initialPotential).toEqual({ kind: 'fractions', fractions: [0.1, 0.2, 0.3] });
    expect(network.description.provenance).toMatchObject({ conversion: { initialPotential: 'per layer' } });
  });

  it('replaces max pooling by average pooling only when told so, and says so', () => {
    const { network, report } = convertNetwork(tinyNetwork({ pool: 'max-pool' }), {
      ...TRAINED,
      maxPool: 'average',
    });
    expect(network.description.nodes.find(({ name }) => name === 'pool')?.op).toBe('average-pool');
    expect(report.replacedMaxPools).toEqual(['pool']);
    expect(report.notes).toEqual([
      'Max pooling was replaced by average pooling (pool): evaluate the ANN with the same replacement before comparing.',
    ]);
  });

  it('keeps max pooling to be gated by rate, and says so', () => {
    const source = tinyNetwork({ pool: 'max-pool' });
    const { network, report } = convertNetwork(source, { ...TRAINED, maxPool: 'rate-gated' });
    const pool = source.description.nodes.find(({ name }) => name === 'pool');
    expect(network.description.nodes.find(({ name }) => name === 'pool')).toEqual(pool);
    expect([report.replacedMaxPools, report.gatedMaxPools]).toEqual([[], ['pool']]);
    expect(network.description.provenance).toMatchObject({ conversion: { gatedMaxPools: ['pool'] } });
    expect(report.notes).toEqual([
      'Max pooling passes the spikes on that raise the largest count of a window (pool).',
    ]);
  });

  it('notes that θ/2 is not the theory of reset to zero', () => {
    const notes = (initialPotential: ConversionOptions['initialPotential']): readonly string[] =>
      convertNetwork(tinyNetwork(), { ...TRAINED, initialPotential, neuron: { reset: 'zero' } }).report.notes;
    expect(notes(ZERO)).toEqual([]);
    expect(notes(HALF)).toEqual([
      'Theorem 2 (optimal potential θ/2) assumes reset by subtraction; with reset to zero it need not be the best.',
    ]);
  });

  it('records rules and source in the provenance and keeps what stood there', () => {
    const source = tinyNetwork();
    const { network } = convertNetwork(source, { ...TRAINED, method: 'mine' });
    expect(network.description.provenance).toEqual({
      dataset: 'none',
      conversion: {
        method: 'mine',
        threshold: { kind: 'trained-bound' },
        initialPotential: 'θ/2',
        reset: 'subtraction',
        foldedBatchNorms: ['norm'],
        replacedMaxPools: [],
        source: { network: 'tiny', sha256: hashNetwork(source) },
        notes: [],
      },
    });
  });

  it('scales thresholds with the bounds: θ(s·λ) = s·θ(λ) for any s', () => {
    fc.assert(
      fc.property(fc.integer({ min: -8, max: 8 }), (exponent) => {
        const scale = 2 ** exponent;
        const source = tinyNetwork();
        const bound = source.tensors.get('act1/bound')!;
        const scaled = { shape: bound.shape, data: bound.data.map((value) => value * scale) };
        const other = { ...source, tensors: new Map(source.tensors).set('act1/bound', scaled) };
        const { network } = convertNetwork(other, TRAINED);
        expectSameBits(
          network.tensors.get('act1/threshold')!.data,
          Float32Array.of(scale, 2 * scale, 4 * scale),
        );
      }),
    );
  });
});
