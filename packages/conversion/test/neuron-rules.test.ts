import { describe, expect, it } from 'vitest';
import {
  convertWithMethod,
  describeNeuronRule,
  groupOf,
  HALF,
  INITIAL_POTENTIALS,
  METHODS,
  type MethodOptions,
  RESET_TO_ZERO,
  SIGNED_WITH_MEMORY,
} from '../src/index.js';
import { tinyNetwork } from './tiny-network.js';

function problemsOf(options: MethodOptions): string {
  try {
    convertWithMethod(tinyNetwork(), 'opi', options);
    return '';
  } catch (error) {
    return (error as Error).message;
  }
}

describe('neuron rules', () => {
  it.each([SIGNED_WITH_MEMORY, groupOf(3)])(
    'stand in every node, in the provenance and in the report: %j',
    (neuron) => {
      const { network, report } = convertWithMethod(tinyNetwork(), 'opi', { neuron });
      const nodes = network.description.nodes.filter(({ op }) => op === 'integrate-and-fire');
      expect(nodes).toHaveLength(2);
      for (const node of nodes) expect(node).toMatchObject(neuron);
      expect(report).toMatchObject(neuron);
      expect(network.description.provenance!['conversion']).toMatchObject(neuron);
    },
  );

  it('go with every initial potential', () => {
    for (const neuron of [SIGNED_WITH_MEMORY, groupOf(4)]) {
      for (const initialPotential of Object.values(INITIAL_POTENTIALS)) {
        expect(problemsOf({ neuron, initialPotential })).toBe('');
      }
    }
  });

  it('refuse what is meaningless, with the reason', () => {
    expect(problemsOf({ neuron: { ...SIGNED_WITH_MEMORY, reset: 'zero' } })).toContain(
      'signed neurons must be reset by subtraction, got zero: what a reset to zero loses cannot be taken back or shared out. ' +
        'Leave out the reset',
    );
    expect(problemsOf({ neuron: groupOf(0) })).toContain(
      'neuron.emission.members must be an integer in [1, 255], got 0. One member is a plain neuron',
    );
    const statistics = ['act1', 'act2'].map((node) => ({ node, maximum: 8 }));
    expect(() =>
      convertWithMethod(tinyNetwork(), 'rts', { neuron: groupOf(4), statistics, timeSteps: 8 }),
    ).toThrow(
      'the shift θ/(2T) and groups must not be combined: it is 4 times the half quantum θ/(8T) of groups of 4. ' +
        'Use the initial potential θ/2 (of a member)',
    );
  });

  it('have short labels', () => {
    expect([SIGNED_WITH_MEMORY, groupOf(4), RESET_TO_ZERO].map(describeNeuronRule)).toEqual([
      'signed with memory',
      'groups of 4',
      'reset by zero',
    ]);
  });

  it('are those of snm and group-neurons, which start from 0 and from θ/2 of a member', () => {
    expect(METHODS.snm).toMatchObject({
      neuron: SIGNED_WITH_MEMORY,
      initialPotential: INITIAL_POTENTIALS.zero,
    });
    expect(METHODS['group-neurons']).toMatchObject({ neuron: groupOf(4), initialPotential: HALF });
  });
});
