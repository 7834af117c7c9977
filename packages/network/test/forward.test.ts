import { readFileSync } from 'node:fs';
import { expectClose, expectSameBits } from '@opi-snn/test-utils';
import { describe, expect, it } from 'vitest';
import { type Network, NetworkError, type NetworkNode, runNetwork, type Tensor } from '../src/index.js';
import { describeNetwork } from './describe-network.js';

interface Values {
  readonly shape: readonly number[];
  readonly data: readonly number[];
}
const golden = JSON.parse(readFileSync(`${import.meta.dirname}/fixtures/forward.json`, 'utf8')) as {
  readonly images: readonly number[];
  readonly tensors: Readonly<Record<string, Values>>;
  readonly values: Readonly<Record<string, Values>>;
};
const images = Float32Array.from(golden.images);

const pool = {
  size: [2, 3],
  strides: [2, 2],
  padding: { top: 1, bottom: 0, left: 1, right: 1 },
} as const;
const nodes: readonly NetworkNode[] = [
  { op: 'input', name: 'x', inputs: [], shape: [7, 6, 2] },
  {
    op: 'conv2d',
    name: 'conv',
    inputs: ['x'],
    kernelSize: [3, 2],
    filters: 3,
    strides: [2, 1],
    padding: { top: 1, bottom: 0, left: 2, right: 1 },
    bias: true,
  },
  { op: 'batch-norm', name: 'norm', inputs: ['conv'], epsilon: 1e-5 },
  { op: 'clip', name: 'clip', inputs: ['norm'] },
  { op: 'max-pool', name: 'max', inputs: ['norm'], ...pool },
  { op: 'average-pool', name: 'average', inputs: ['clip'], ...pool },
  { op: 'add', name: 'add', inputs: ['max', 'average'] },
  { op: 'qcfs', name: 'qcfs', inputs: ['add'], levels: 4 },
  { op: 'relu', name: 'relu', inputs: ['add'] },
  { op: 'add', name: 'both', inputs: ['qcfs', 'relu'] },
  { op: 'flatten', name: 'flat', inputs: ['both'] },
  { op: 'global-average-pool', name: 'global', inputs: ['both'] },
  { op: 'dense', name: 'hidden', inputs: ['global'], units: 5, bias: false },
  { op: 'dense', name: 'logits', inputs: ['hidden'], units: 4, bias: true },
];

/** The fixture's network; `flat` is a side branch that a network must not have, so it is a network of its own. */
function network(output: 'logits' | 'flat'): Network {
  const without = output === 'logits' ? ['flat'] : ['global', 'hidden', 'logits'];
  const description = describeNetwork(
    nodes.filter(({ name }) => !without.includes(name)),
    output,
  );
  const tensors = new Map<string, Tensor>();
  for (const [name, { shape, data }] of Object.entries(golden.tensors)) {
    if (!without.includes(name.split('/')[0]!)) tensors.set(name, { shape, data: Float32Array.from(data) });
  }
  return { description, tensors };
}

const inside = nodes.map(({ name }) => name).filter((name) => !['x', 'flat', 'logits'].includes(name));

describe('runNetwork', () => {
  it('computes every node as numpy does in float64', () => {
    const run = runNetwork(network('logits'), images, { precision: 'float64', activations: inside });
    const flat = runNetwork(network('flat'), images, { precision: 'float64' });
    const values = new Map([...run.activations, ['logits', run.output], ['flat', flat.output]]);
    expect([...values.keys()].sort()).toEqual(Object.keys(golden.values).sort());
    for (const [name, { shape, data }] of Object.entries(golden.values)) {
      expect(values.get(name)!.shape).toEqual(shape);
      const magnitude = data.reduce((largest, value) => Math.max(largest, Math.abs(value)), 0);
      expectClose(values.get(name)!.data, data, 'float64', { magnitude, label: name });
    }
  });

  it('rounds each node to float32 once, which stays within 1e-5 of float64', () => {
    const run = runNetwork(network('logits'), images, { activations: inside });
    for (const [name, { data }] of run.activations) {
      expect(data).toBeInstanceOf(Float32Array);
      const expected = golden.values[name]!.data;
      const magnitude = expected.reduce((largest, value) => Math.max(largest, Math.abs(value)), 0);
      // A value on the edge between two levels would differ by a level; none of the fixture's lies there.
      expectClose(data, expected, 'backend', { magnitude, label: name });
    }
    expect(run.activations.get('qcfs')!.shape).toEqual(golden.values['qcfs']!.shape);
  });

  it('gives each image the same bits alone and in a batch', () => {
    const together = runNetwork(network('logits'), images).output.data;
    const size = images.length / 2;
    for (const n of [0, 1]) {
      const alone = runNetwork(network('logits'), images.subarray(n * size, (n + 1) * size)).output;
      expect(alone.shape).toEqual([1, 4]);
      expectSameBits(alone.data, together.slice(n * 4, (n + 1) * 4));
    }
    expect(runNetwork(network('logits'), new Float32Array(0)).output.shape).toEqual([0, 4]);
  });

  it('clips and quantises per layer or per channel, rounding half levels up', () => {
    const description = (op: 'clip' | 'qcfs'): Network['description'] =>
      describeNetwork(
        [
          { op: 'input', name: 'x', inputs: [], shape: [1, 3, 2] },
          op === 'qcfs' ? { op, name: 'y', inputs: ['x'], levels: 2 } : { op, name: 'y', inputs: ['x'] },
        ],
        'y',
      );
    const x = Float32Array.of(-1, -0.5, 0.25, 0.5, 1.5, 9);
    const run = (op: 'clip' | 'qcfs', ...bounds: number[]): number[] => {
      const tensors = new Map([['y/bound', { shape: [bounds.length], data: Float32Array.from(bounds) }]]);
      return [...runNetwork({ description: description(op), tensors }, x).output.data];
    };
    expect(run('clip', 1)).toEqual([0, 0, 0.25, 0.5, 1, 1]);
    expect(run('clip', 1, 4)).toEqual([0, 0, 0.25, 0.5, 1, 4]);
    // λ = 1, L = 2: 0.25 lies half-way between 0 and 0.5; λ = 4: steps of 2.
    expect(run('qcfs', 1)).toEqual([0, 0, 0.5, 0.5, 1, 1]);
    expect(run('qcfs', 1, 4)).toEqual([0, 0, 0.5, 0, 1, 4]);
  });

  it('refuses neurons, unknown nodes, half images and invalid networks', () => {
    const fire: NetworkNode = {
      op: 'integrate-and-fire',
      name: 'fire',
      inputs: ['x'],
      reset: 'subtraction',
      initialPotential: { kind: 'fraction', fraction: 0.5 },
    };
    const spiking = {
      description: describeNetwork([nodes[0]!, fire], 'fire'),
      tensors: new Map([['fire/threshold', { shape: [1], data: Float32Array.of(1) }]]),
    };
    expect(() => runNetwork(spiking, images)).toThrow(
      'runNetwork: network "example" has 1 problem:\n  fire: integrates and fires over time; simulate the network instead',
    );
    expect(() => runNetwork(network('logits'), images, { activations: ['conv', 'a', 'b'] })).toThrow(
      new RangeError("runNetwork: activations must be names of nodes, got 'a', 'b'."),
    );
    expect(() => runNetwork(network('logits'), images.subarray(1))).toThrow(
      new RangeError('runNetwork: images must have a multiple of 84 values, one input each, got 167.'),
    );
    expect(() => runNetwork({ ...network('logits'), tensors: new Map() }, images)).toThrow(NetworkError);
  });
});
