import { existsSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import {
  convertWithMethod,
  describeThresholdRule,
  HALF,
  INITIAL_POTENTIALS,
  METHODS,
  type MethodName,
  type MethodOptions,
  RESET_TO_ZERO,
} from '../src/index.js';
import { describeInitialPotential } from '@opi-snn/theory';
import { tinyNetwork } from './tiny-network.js';

const STATISTICS = ['act1', 'act2'].map((node) => {
  return { node, maximum: 8, percentiles: [{ percentile: 99.9, value: 4 }], sample: Float32Array.of(0, 8) };
});

describe('METHODS', () => {
  it.each<[MethodName, string, string]>([
    ['opi', 'trained bound', 'θ/2'],
    ['tcl', 'trained bound', '0'],
    ['max-norm', 'maximum', '0'],
    ['robust-norm', 'percentile 99.9', '0'],
    ['rts', 'maximum', '0'],
    ['slip-relu', 'trained bound', 'θ/2'],
    ['snnc-lp', 'least squared error at T = 16', '0'],
    ['snnc-ap', 'least squared error at T = 16', '0'],
  ])('%s = %s × %s × subtraction', (name, threshold, potential) => {
    const { report } = convertWithMethod(tinyNetwork(), name, { statistics: STATISTICS, timeSteps: 16 });
    expect(report).toMatchObject({ method: name, threshold, reset: 'subtraction' });
    expect(new Set(report.layers.map((layer) => describeInitialPotential(layer.initialPotential)))).toEqual(
      new Set([potential]),
    );
    expect(METHODS[name].name).toBe(name);
    expect(METHODS[name].source.length).toBeGreaterThan(40);
  });

  it('takes θ from where the method says', () => {
    const theta = (name: MethodName): readonly number[] =>
      convertWithMethod(tinyNetwork(), name, { statistics: STATISTICS }).report.layers[0]!.theta;
    expect(theta('opi')).toEqual([1, 2, 4]);
    expect(theta('tcl')).toEqual([1, 2, 4]);
    expect(theta('max-norm')).toEqual([8]);
    expect(theta('robust-norm')).toEqual([4]);
  });

  it('has every method under its name, with a source and a page', () => {
    for (const [name, method] of Object.entries(METHODS)) {
      expect(method.name).toBe(name);
      expect(method.source.length).toBeGreaterThan(40);
      expect(existsSync(new URL(`../../../docs/methods/${name}.md`, import.meta.url)), name).toBe(true);
    }
  });

  it('shifts the input of rts and snnc-lp for the T given, unless a potential takes its place', () => {
    for (const name of ['rts', 'snnc-lp'] as const) {
      const options = { statistics: STATISTICS, timeSteps: 16 };
      const bias = (more: MethodOptions): Float32Array =>
        convertWithMethod(tinyNetwork(), name, { ...options, ...more }).network.tensors.get('conv/bias')!
          .data;
      const [shifted, charged] = [bias({}), bias({ initialPotential: HALF })];
      expect(shifted.map((value, c) => value - charged[c]!)).toEqual(Float32Array.of(0.25, 0.25, 0.25));
      expect(bias({ shift: 'none' })).toEqual(charged);
      expect(() => bias({ initialPotential: HALF, shift: 'half-quantum' })).toThrow(
        'the shift θ/(2T) and an initial potential (every layer) must not both be used',
      );
    }
  });

  it('says which methods need T, and which have to run the network', () => {
    expect(() => convertWithMethod(tinyNetwork(), 'rts', { statistics: STATISTICS })).toThrow(
      'rts adds θ/(2T) to every input, and no T is given. Give timeSteps (--time-steps), or an initial potential in place of the shift',
    );
    expect(() => convertWithMethod(tinyNetwork(), 'snnc-lp', { statistics: STATISTICS })).toThrow(
      'snnc-lp chooses its thresholds for one T, and none is given. Give timeSteps (--time-steps)',
    );
    for (const [name, rule] of [
      ['spike-norm', 'spiking-maximum'],
      ['rmp', 'spiking-maximum'],
      ['hybrid', 'spiking-maximum'],
      ['local-balancing', 'local-balancing'],
    ] as const) {
      expect(() => convertWithMethod(tinyNetwork(), name)).toThrow(
        `${name} finds its thresholds by running the network (${rule}). Use calibrateWithMethod with training images`,
      );
    }
  });

  it('refuses rnl and qcfs on networks that were not trained for them, layer by layer', () => {
    expect(() => convertWithMethod(tinyNetwork(), 'qcfs')).toThrow(
      'act2: qcfs is for networks trained with qcfs, got clip. Train with qcfs activations; clip networks convert with tcl or opi',
    );
    expect(() => convertWithMethod(tinyNetwork({ activation: 'qcfs' }), 'rnl')).toThrow(
      'act1: rnl is for networks trained with rate-norm, got qcfs',
    );
    const { report } = convertWithMethod(tinyNetwork({ activation: 'qcfs' }), 'qcfs');
    expect(report.layers[0]).toMatchObject({ replaced: 'qcfs', initialPotential: HALF });
  });

  it('gives way to a rule that is given: robust-norm with the optimal potential, max-norm with the original reset', () => {
    const { report } = convertWithMethod(tinyNetwork(), 'robust-norm', {
      statistics: STATISTICS,
      initialPotential: HALF,
    });
    expect(report.layers[0]!.initialPotential).toEqual(HALF);
    const original = convertWithMethod(tinyNetwork(), 'max-norm', {
      statistics: STATISTICS,
      neuron: RESET_TO_ZERO,
    });
    expect(original.report.reset).toBe('zero');
  });
});

describe('INITIAL_POTENTIALS', () => {
  it('holds the potentials that the paper compares', () => {
    expect(Object.values(INITIAL_POTENTIALS).map(describeInitialPotential)).toEqual([
      'θ/2',
      '0',
      'uniform(0, θ)',
      'normal(0.5 θ, sd 0.25 θ)',
    ]);
  });
});

describe('describeThresholdRule', () => {
  it('is short', () => {
    expect(describeThresholdRule({ kind: 'percentile', percentile: 99.9 })).toBe('percentile 99.9');
    expect(describeThresholdRule({ kind: 'trained-bound' })).toBe('trained bound');
  });
});
