import { describe, expect, it } from 'vitest';
import {
  convertWithMethod,
  describeThresholdRule,
  HALF,
  INITIAL_POTENTIALS,
  METHODS,
  type MethodName,
  RESET_TO_ZERO,
} from '../src/index.js';
import { describeInitialPotential } from '@opi-snn/theory';
import { tinyNetwork } from './tiny-network.js';

const STATISTICS = ['act1', 'act2'].map((node) => {
  return { node, maximum: 8, percentiles: [{ percentile: 99.9, value: 4 }] };
});

describe('METHODS', () => {
  it.each<[MethodName, string, string]>([
    ['opi', 'trained bound', 'θ/2'],
    ['tcl', 'trained bound', '0'],
    ['max-norm', 'maximum', '0'],
    ['robust-norm', 'percentile 99.9', '0'],
  ])('%s = %s × %s × subtraction', (name, threshold, potential) => {
    const { report } = convertWithMethod(tinyNetwork(), name, { statistics: STATISTICS });
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
