import { type Network, type NetworkNode, parameterShapes, type Tensor } from '@opi-snn/network';
import { describe, expect, test } from 'vitest';
import { CompileError, compileNetwork } from '../src/index.js';
import { residualNetwork } from './residual-network.js';

const NONE = { top: 0, bottom: 0, left: 0, right: 0 };
const IMAGE: NetworkNode = { op: 'input', name: 'image', inputs: [], shape: [4, 4, 2] };
const fire = (name: string, input: string): NetworkNode => {
  const initialPotential = { kind: 'fraction', fraction: 0.5 } as const;
  return { op: 'integrate-and-fire', name, inputs: [input], reset: 'subtraction', initialPotential };
};
const conv = (name: string, input: string): NetworkNode => {
  const window = { kernelSize: [1, 1], strides: [1, 1], padding: NONE } as const;
  return { op: 'conv2d', name, inputs: [input], filters: 2, ...window, bias: true };
};
const pool = (name: string, input: string, size: number, stride: number, padding = NONE): NetworkNode => {
  return {
    op: 'average-pool',
    name,
    inputs: [input],
    size: [size, size],
    strides: [stride, stride],
    padding,
  };
};
const flat = (input: string): NetworkNode => ({ op: 'flatten', name: 'flat', inputs: [input] });
const dense = (name: string, input: string): NetworkNode => {
  return { op: 'dense', name, inputs: [input], units: 3, bias: false };
};
const logits = (input: string): NetworkNode => dense('logits', input);

function network(nodes: readonly NetworkNode[], output = nodes.at(-1)!.name): Network {
  const description = {
    format: 'opi-snn-network',
    formatVersion: 1,
    name: 'example',
    nodes,
    output,
  } as const;
  const tensors = new Map<string, Tensor>();
  for (const [name, shape] of parameterShapes(description)) {
    const size = shape.reduce((product, extent) => product * extent, 1);
    tensors.set(name, { shape, data: new Float32Array(size).fill(1) });
  }
  return { description, tensors };
}

function problemsOf(value: Network): string[] {
  try {
    compileNetwork(value);
  } catch (error) {
    expect(error).toBeInstanceOf(CompileError);
    return (error as CompileError).problems.map(({ node, message }) => `${node ?? '-'}: ${message}`);
  }
  return [];
}

describe('compileNetwork', () => {
  test('folds a threshold for each channel, and lets neurons with their own carry it', () => {
    const example = network([
      IMAGE,
      conv('conv', 'image'),
      fire('fire', 'conv'),
      flat('fire'),
      logits('flat'),
    ]);
    const each = (shape: readonly number[], value: (i: number) => number): Network => {
      const data = Float32Array.from({ length: 32 }, (_, i) => value(i));
      return { ...example, tensors: new Map(example.tensors).set('fire/threshold', { shape, data }) };
    };
    const { plan } = compileNetwork(each([4, 4, 2], (i) => 1 + (i % 2)));
    expect(plan.layers[0]!.neuron!.theta).toEqual(Float32Array.of(1, 2));
    expect(plan.layers[0]!.neuron!.amplitude).toBeUndefined();
    const own = compileNetwork(each([4, 4, 2], (i) => 1 + i)).plan;
    const thresholds = Float32Array.from({ length: 32 }, (_, i) => 1 + i);
    expect(own.layers[0]!.neuron).toEqual({ theta: thresholds, reset: 'subtraction', amplitude: thresholds });
    expect(own.layers[1]!.synapses).toMatchObject([{ weights: example.tensors.get('logits/kernel')!.data }]);
    const vector = network([
      IMAGE,
      flat('image'),
      logits('flat'),
      fire('fire', 'logits'),
      dense('out', 'fire'),
    ]);
    const tensors = new Map(vector.tensors).set('fire/threshold', {
      shape: [3],
      data: Float32Array.of(1, 2, 3),
    });
    expect(compileNetwork({ ...vector, tensors }).plan.layers[0]!.neuron!.theta).toEqual(
      Float32Array.of(1, 2, 3),
    );
  });

  test('folds θ and the pooled area into the weights and lists the paths of a sum in its order', () => {
    const options = {
      seed: 3,
      kernel: [3, 3],
      strides: [1, 1],
      pool: [2, 2],
      border: 1,
      reset: 'zero',
    } as const;
    const source = residualNetwork({ ...options, initialPotential: { kind: 'fraction', fraction: 0.5 } });
    const { plan, initialPotentials } = compileNetwork(source);
    expect(plan.layers.map(({ name }) => name)).toEqual([
      'fire1',
      'fire2',
      'fire3',
      'fire4',
      'fire5',
      'logits',
    ]);
    expect(initialPotentials).toHaveLength(5);
    const theta = source.tensors.get('fire1/threshold')!.data[0]!;
    const weights = source.tensors.get('conv2/kernel')!.data;
    const [onPool] = plan.layers[1]!.synapses;
    expect(onPool).toMatchObject({ kind: 'convolution', source: 0, pool: { size: [2, 2], strides: [2, 2] } });
    expect(onPool!.kind === 'convolution' && onPool!.weights).toEqual(weights.map((w) => (w * theta) / 4));
    expect(plan.layers[2]!.synapses.map(({ kind, source }) => [kind, source])).toEqual([
      ['convolution', 1],
      ['identity', 1],
      ['identity', 0],
    ]);
    expect(plan.layers.at(-1)!.neuron).toBeUndefined();
    expect(plan.layers[0]!.neuron).toEqual({ theta: new Float32Array(4).fill(theta), reset: 'zero' });
  });

  test('adds biases along the paths of a sum, and has zeros where there are none', () => {
    const nodes = [
      IMAGE,
      conv('a', 'image'),
      conv('b', 'image'),
      { op: 'add', name: 'sum', inputs: ['a', 'b'] } as const,
      fire('fire', 'sum'),
    ];
    const { plan } = compileNetwork(network([...nodes, flat('fire'), logits('flat')]));
    expect([...plan.layers[0]!.bias]).toEqual([2, 2]);
    expect([...plan.layers[1]!.bias]).toEqual([0, 0, 0]);
  });

  test('merges average pools that are one average', () => {
    const nodes = [
      IMAGE,
      fire('fire', 'image'),
      pool('p1', 'fire', 2, 2),
      pool('p2', 'p1', 2, 1),
      flat('p2'),
      logits('flat'),
    ];
    const { plan } = compileNetwork(network(nodes));
    expect(plan.layers[1]!.synapses[0]).toMatchObject({
      pool: { size: [4, 4], strides: [4, 4].map((n) => n / 2) },
    });
    const overlapping = [
      IMAGE,
      fire('fire', 'image'),
      pool('p1', 'fire', 2, 1),
      pool('p2', 'p1', 2, 2),
      flat('p2'),
      logits('flat'),
    ];
    const padded = [
      IMAGE,
      fire('fire', 'image'),
      pool('p1', 'fire', 2, 2),
      pool('p2', 'p1', 2, 2, { ...NONE, top: 1 }),
      flat('p2'),
      logits('flat'),
    ];
    for (const refused of [overlapping, padded]) {
      expect(problemsOf(network(refused))).toEqual([
        'p2: pools what is pooled already, and the two are not one average. Use a first average pooling without overlap and a ' +
          'second without padding.',
      ]);
    }
  });

  test('lists everything that cannot be simulated, with what to do', () => {
    const nodes: NetworkNode[] = [
      IMAGE,
      { op: 'batch-norm', name: 'norm', inputs: ['image'], epsilon: 0 },
      { op: 'relu', name: 'relu', inputs: ['image'] },
      { op: 'clip', name: 'clip', inputs: ['image'] },
      { op: 'qcfs', name: 'qcfs', inputs: ['image'], levels: 4 },
      { op: 'max-pool', name: 'max', inputs: ['image'], size: [1, 1], strides: [1, 1], padding: NONE },
      conv('once', 'image'),
      conv('twice', 'once'),
      { op: 'add', name: 'sum', inputs: ['norm', 'relu', 'clip', 'qcfs', 'max', 'twice'] },
      flat('sum'),
      logits('flat'),
    ];
    expect(problemsOf(network(nodes))).toEqual([
      'norm: batch-norm is not simulated. Fold it first: foldBatchNorm, or convert with convertNetwork.',
      'relu: relu does not spike. Convert the network first (convertNetwork).',
      'clip: clip does not spike. Convert the network first (convertNetwork).',
      'qcfs: qcfs does not spike. Convert the network first (convertNetwork).',
      'max: max-pool must read the neurons of one layer, whose spikes it counts, got "image". Convert with --max-pool average.',
      'twice: conv2d reads weighted currents ("once") without neurons between. Merge the two linear nodes, or put an ' +
        'activation between them before converting.',
      '-: has no integrate-and-fire node. Convert it first (convertNetwork).',
    ]);
  });

  test('refuses a flattened image that meets neurons or a vector without weights', () => {
    expect(problemsOf(network([IMAGE, flat('image'), fire('fire', 'flat'), logits('fire')]))).toEqual([
      'fire: reads a flattened image without weights. Put the flatten after the neurons, before a dense.',
    ]);
    const wide: NetworkNode = { op: 'dense', name: 'wide', inputs: ['flat2'], units: 32, bias: false };
    const nodes: NetworkNode[] = [
      IMAGE,
      fire('fire', 'image'),
      flat('fire'),
      { op: 'flatten', name: 'flat2', inputs: ['fire'] },
      wide,
      { op: 'add', name: 'sum', inputs: ['flat', 'wide'] },
      logits('sum'),
    ];
    expect(problemsOf(network(nodes))).toEqual([
      'sum: adds a flattened image to a vector. Put the flatten after the addition, before a dense.',
    ]);
  });

  test('lists what is wrong with an invalid network', () => {
    const valid = network([IMAGE, fire('fire', 'image'), flat('fire'), logits('flat')]);
    expect(() => compileNetwork({ ...valid, tensors: new Map() })).toThrow(
      'compileNetwork: network "example" has 2 problems:\n' +
        "  fire: tensor 'fire/threshold' must have shape [1] or [2] or [4, 4, 2], is missing\n" +
        "  logits: tensor 'logits/kernel' must have shape [32, 3], is missing",
    );
  });
});
