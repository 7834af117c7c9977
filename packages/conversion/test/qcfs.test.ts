import { readFileSync } from 'node:fs';
import { runNetwork, type Network, type NetworkNode } from '@opi-snn/network';
import { clipFloor, runIf } from '@opi-snn/theory';
import { describe, expect, it } from 'vitest';
import { convertWithMethod, HALF } from '../src/index.js';
import { copyingNetwork } from './copying-network.js';
import { tensor } from './tiny-network.js';

const { z, cases } = JSON.parse(readFileSync(new URL('fixtures/qcfs.json', import.meta.url), 'utf8')) as {
  readonly z: readonly number[];
  readonly cases: readonly {
    readonly bound: number;
    readonly levels: number;
    readonly activations: readonly number[];
    readonly spikes: readonly string[];
  }[];
};

/** z as channels of one image, through a QCFS activation; the logits add up all of it. */
function qcfsNetwork(levels: number, bound: number): Network {
  const { description, tensors } = copyingNetwork(z.length);
  const nodes = description.nodes.map((node): NetworkNode => {
    return node.name === 'act' ? { op: 'qcfs', name: 'act', inputs: ['copy'], levels } : node;
  });
  return {
    description: { ...description, nodes },
    tensors: new Map([...tensors, ['act/bound', tensor([1], [bound])]]),
  };
}

describe('qcfs', () => {
  it.each(cases)('λ = $bound, L = $levels: the activation of SpikingJelly’s encoder, and its spike trains from θ = λ and θ/2', (golden) => {
    const { bound, levels, activations, spikes } = golden;
    const ann = qcfsNetwork(levels, bound);
    const outputs = runNetwork(ann, Float32Array.from(z), { activations: ['act'] });
    expect([...outputs.activations.get('act')!.data]).toEqual(activations);
    const { report } = convertWithMethod(ann, 'qcfs');
    expect(report.layers).toMatchObject([{ theta: [bound], initialPotential: HALF }]);
    z.forEach((input, i) => {
      const run = runIf(new Float32Array(levels).fill(input), { theta: bound, v0: bound / 2 });
      expect([...run.spikes].join(''), `z = ${input}`).toBe(spikes[i]);
      expect(clipFloor(input, bound, levels)).toBe(activations[i]);
    });
    expect(new Set(activations).size).toBe(levels + 1);
  }); // prettier-ignore
});
