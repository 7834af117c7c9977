import { describe, expect, it } from 'vitest';
import {
  convertWithMethod,
  HALF,
  METHODS,
  type MethodOptions,
  SIGNED_WITH_MEMORY,
  TEMPORAL_SWITCH,
} from '../src/index.js';
import { tinyNetwork } from './tiny-network.js';

const STATISTICS = ['act1', 'act2'].map((node, layer) => {
  const shape = layer === 0 ? [4, 4, 3] : [3];
  const data = new Float32Array(shape.reduce((product, extent) => product * extent)).fill(2);
  return { node, maximum: 2, neuronMaxima: { shape, data } };
});

function refusal(method: 'crpi' | 'tsc', options: MethodOptions, network = tinyNetwork()): string {
  try {
    convertWithMethod(network, method, { statistics: STATISTICS, ...options });
    return '';
  } catch (error) {
    return (error as Error).message;
  }
}

describe('crpi', () => {
  it('is a θ for each neuron, θ/2, and a share of the residual that stands in the provenance', () => {
    const { network, report } = convertWithMethod(tinyNetwork(), 'crpi', { statistics: STATISTICS });
    expect(report.threshold).toBe('maximum of each neuron');
    expect(report.layers.map(({ initialPotential }) => initialPotential)).toEqual([HALF, HALF]);
    expect(network.description.provenance!['conversion']).toMatchObject({ carriedPotential: { alpha: 0.5 } });
    expect(report.notes[0]).toContain("Within a sequence of images 0.5 of each neuron's residual");
  });

  it('refuses neurons that it is not derived for', () => {
    expect(refusal('crpi', { neuron: SIGNED_WITH_MEMORY })).toContain(
      'the carried potential is for plain neurons reset by subtraction, got signed with memory. ' +
        'Leave out the neuron rule, or use opi with it',
    );
  });
});

describe('tsc', () => {
  it('is temporal-switch neurons at the largest activation, from 0', () => {
    const { network, report } = convertWithMethod(tinyNetwork(), 'tsc', { statistics: STATISTICS });
    const nodes = network.description.nodes.filter(({ op }) => op === 'integrate-and-fire');
    for (const node of nodes) {
      expect(node).toMatchObject({
        ...TEMPORAL_SWITCH,
        initialPotential: { kind: 'fraction', fraction: 0 },
      });
    }
    expect(report).toMatchObject({ threshold: 'maximum', ...TEMPORAL_SWITCH });
    expect(report.notes).toContain(
      'Neurons are not rate coded: each T takes a run of its own, of (layers + 1) · T steps (`opi evaluate` does it).',
    );
    expect(METHODS.tsc.neuron).toBe(TEMPORAL_SWITCH);
  });

  it('refuses θ/2, every other potential, the shift θ/(2T) and gated pools, and says why', () => {
    const reason = 'they are not rate coded: the interval of their two spikes is measured once, from all of the input';
    for (const initialPotential of [HALF, { kind: 'uniform', low: 0, high: 1 } as const]) {
      expect(refusal('tsc', { initialPotential })).toContain(
        `temporal-switch neurons start at 0, got another initial potential; ${reason}. ` +
          'Leave it out; runTemporalSwitch({ rounding: "nearest" }) rounds the interval to the nearest',
      );
    }
    expect(refusal('tsc', { shift: 'half-quantum', timeSteps: 8 })).toContain(
      `the shift θ/(2T) and temporal-switch neurons must not be combined; ${reason}. Leave out the shift`,
    );
    expect(refusal('tsc', { maxPool: 'rate-gated' }, tinyNetwork({ pool: 'max-pool' }))).toContain(
      `pool: max pooling gated by rate and temporal-switch neurons must not be combined; ${reason}. Use --max-pool average`,
    );
    expect(refusal('tsc', { neuron: { ...TEMPORAL_SWITCH, reset: 'zero' } })).toContain(
      'temporal-switch neurons must be reset by subtraction, got zero',
    );
  }); // prettier-ignore

  it('takes the rule for max pooling where there is no max pooling', () => {
    expect(refusal('tsc', { maxPool: 'rate-gated' })).toBe('');
  });
});
