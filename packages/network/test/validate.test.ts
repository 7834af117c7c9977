import { describe, expect, it } from 'vitest';
import {
  findNetworkProblems,
  type Network,
  type NetworkDescription,
  NetworkError,
  type NetworkNode,
  type Tensor,
  validateNetwork,
} from '../src/index.js';
import { describeNetwork, NO_PADDING } from './describe-network.js';

/** The problems as `node: message`. */
function problemsOf(value: Network | NetworkDescription): string[] {
  return findNetworkProblems(value).map(({ node, message }) => `${node ?? '-'}: ${message}`);
}

/** A description of nodes that TypeScript would refuse. */
function broken(nodes: readonly unknown[], output: string): NetworkDescription {
  return describeNetwork(nodes as readonly NetworkNode[], output);
}

const IMAGE = { op: 'input', name: 'image', inputs: [], shape: [4, 4, 2] } as const;
const flat = (input: string): NetworkNode => ({ op: 'flatten', name: 'flat', inputs: [input] });

describe('findNetworkProblems of a description', () => {
  it('reports everything wrong with every attribute, by node', () => {
    const nodes = [
      { ...IMAGE, shape: [0, 2.5, 3] },
      {
        op: 'conv2d',
        name: 'conv',
        inputs: ['image', 'image'],
        kernelSize: [0, 3],
        filters: -1,
        strides: [1],
        padding: { ...NO_PADDING, top: -1 },
        bias: 1,
      },
      { op: 'tanh', name: 'squash', inputs: ['conv'] },
      { op: 'qcfs', name: 'steps', inputs: ['squash'], levels: 0, extra: 1 },
      { op: 'add', name: 'sum', inputs: ['steps'] },
      {
        op: 'integrate-and-fire',
        name: 'fire',
        inputs: ['sum'],
        reset: 'leak',
        initialPotential: { kind: 'uniform', low: 1, high: 0 },
      },
      { op: 'batch-norm', name: 'norm', inputs: ['fire'], epsilon: -1 },
      7,
    ];
    expect(problemsOf(broken(nodes, 'norm'))).toEqual([
      'image: shape[0]: Too small: expected number to be >0, got 0',
      'image: shape[1]: Invalid input: expected int, received number, got 2.5',
      'conv: inputs: Too big: expected array to have <=1 items',
      'conv: kernelSize[0]: Too small: expected number to be >0, got 0',
      'conv: filters: Too small: expected number to be >0, got -1',
      'conv: strides: Too small: expected array to have >=2 items',
      'conv: padding.top: Too small: expected number to be >=0, got -1',
      'conv: bias: Invalid input: expected boolean, received number, got 1',
      "squash: op: Invalid discriminator value. Expected 'input' | 'conv2d' | 'dense' | 'batch-norm' | 'add' | " +
        "'average-pool' | 'max-pool' | 'global-average-pool' | 'flatten' | 'relu' | 'clip' | 'rate-norm' | 'qcfs' | " +
        `'integrate-and-fire', got "tanh"`,
      'steps: levels: Too small: expected number to be >0, got 0',
      'steps: Unrecognized key: "extra"',
      'sum: inputs: Too small: expected array to have >=2 items',
      'fire: reset: Invalid option: expected one of "subtraction"|"zero", got "leak"',
      'fire: initialPotential: low must not exceed high',
      'norm: epsilon: Too small: expected number to be >=0, got -1',
      'nodes[7]: Invalid input: expected object, received number',
    ]);
  });

  it('reports a broken frame together with its nodes', () => {
    const description = {
      ...broken([IMAGE, { op: 'clip', name: 'clip', inputs: ['nowhere'] }], 'clip'),
      formatVersion: 2,
      colour: 'red',
      classes: [1],
      preprocessing: { mean: [0, 0], standardDeviation: [1, 0] },
    };
    expect(problemsOf(description as unknown as NetworkDescription)).toEqual([
      '-: formatVersion: Invalid input: expected 1, got 2',
      '-: preprocessing.standardDeviation[1]: Too small: expected number to be >0, got 0',
      '-: classes[0]: Invalid input: expected string, received number, got 1',
      '-: Unrecognized key: "colour"',
      "clip: input 'nowhere' is not the name of a node",
      "image: is not used by the output 'clip'",
    ]);
  });

  it('reports duplicated names, unknown and misplaced inputs, unused nodes and a missing output', () => {
    const nodes: NetworkNode[] = [
      IMAGE,
      { op: 'relu', name: 'early', inputs: ['late'] },
      { op: 'relu', name: 'twice', inputs: ['image'] },
      { op: 'relu', name: 'twice', inputs: ['image'] },
      { op: 'relu', name: 'late', inputs: ['image'] },
      { op: 'add', name: 'sum', inputs: ['early', 'nowhere'] },
    ];
    expect(problemsOf(describeNetwork(nodes, 'sum'))).toEqual([
      'twice: name must be unique, it is used by another node',
      "early: input 'late' must stand before it in the list of nodes",
      "sum: input 'nowhere' is not the name of a node",
      "twice: is not used by the output 'sum'",
    ]);
    expect(problemsOf(describeNetwork(nodes.slice(2, 3), 'gone'))).toEqual([
      '-: nodes must have exactly one input node, got none',
      "twice: input 'image' is not the name of a node",
      "-: output must be the name of a node, got 'gone'",
    ]);
    expect(problemsOf(describeNetwork([IMAGE, { ...IMAGE, name: 'second' }], 'image'))).toEqual([
      '-: nodes must have exactly one input node, got 2: image, second',
      "second: is not used by the output 'image'",
    ]);
  });

  it('reports every cycle by its path, once', () => {
    const nodes: NetworkNode[] = [
      IMAGE,
      { op: 'add', name: 'a', inputs: ['image', 'c'] },
      { op: 'relu', name: 'b', inputs: ['a'] },
      { op: 'relu', name: 'c', inputs: ['b'] },
      { op: 'add', name: 'self', inputs: ['c', 'self'] },
    ];
    expect(problemsOf(describeNetwork(nodes, 'self'))).toEqual([
      'a: must not depend on itself: a ← c ← b ← a',
      'self: must not depend on itself: self ← self',
    ]);
  });

  it('shows the ends of a long cycle, and the first ten of many', () => {
    const node = (i: number): NetworkNode => ({
      op: 'add',
      name: `n${i}`,
      inputs: [`n${(i + 1) % 2000}`, 'n0'],
    });
    const problems = problemsOf(
      describeNetwork([IMAGE, ...Array.from({ length: 2000 }, (_, i) => node(i))], 'n0'),
    );
    const cycles = problems.filter((problem) => problem.includes('depend on itself'));
    expect(cycles).toHaveLength(10);
    expect(cycles.at(-1)).toMatch(/^n0: must not depend on itself: n0 ← n1 ← .*n8 ← n9 ← n0$|… \d+ nodes …/);
    const long = describeNetwork(
      [
        IMAGE,
        ...Array.from({ length: 50 }, (_, i): NetworkNode => {
          return { op: 'relu', name: `n${i}`, inputs: [`n${(i + 1) % 50}`] };
        }),
      ],
      'n0',
    );
    expect(problemsOf(long)[0]).toBe(
      'n0: must not depend on itself: n0 ← n1 ← n2 ← n3 ← n4 ← n5 ← … 39 nodes … ← n45 ← n46 ← n47 ← n48 ← n49 ← n0',
    );
  });

  it('reports shapes that do not fit, each where it arises, not where it goes on', () => {
    const pool = { inputs: ['image'], size: [2, 2], strides: [1, 1], padding: NO_PADDING } as const;
    const nodes: NetworkNode[] = [
      IMAGE,
      { op: 'average-pool', name: 'wide', ...pool, inputs: ['image'], size: [5, 2] },
      { op: 'max-pool', name: 'padded', ...pool, padding: { ...NO_PADDING, left: 2 } },
      { op: 'max-pool', name: 'fits', ...pool },
      flat('image'),
      { op: 'global-average-pool', name: 'mean', inputs: ['flat'] },
      { op: 'dense', name: 'dense', inputs: ['image'], units: 2, bias: false },
      { op: 'add', name: 'sum', inputs: ['image', 'fits'] },
      { op: 'add', name: 'all', inputs: ['wide', 'padded', 'mean', 'dense', 'sum'] },
    ];
    expect(problemsOf(describeNetwork(nodes, 'all'))).toEqual([
      'wide: size must fit into the padded input of 4x4, got 5x2',
      'padded: padding must be smaller than the window, or a maximum would be taken over nothing',
      'mean: global-average-pool needs images [height, width, channels], got [32]',
      'dense: dense needs a vector [features], got [4, 4, 2]; put a flatten before it',
      'sum: add needs inputs of one shape, got [4, 4, 2], [3, 3, 2]',
    ]);
  });

  it('reports preprocessing and classes that do not fit input and output', () => {
    const description = {
      ...describeNetwork([IMAGE, flat('image')], 'flat'),
      preprocessing: { mean: [0, 0, 0], standardDeviation: [1] },
      classes: ['one', 'two'],
    };
    expect(problemsOf(description)).toEqual([
      '-: preprocessing.mean must have one value for each of 2 channels, got 3',
      '-: preprocessing.standardDeviation must have one value for each of 2 channels, got 1',
      '-: classes must name each logit of the output [32], got 2 names',
    ]);
  });

  it('survives a node with more mistakes than a call may have arguments', () => {
    const inputs = Array.from({ length: 130_000 }, () => 1);
    const description = broken([IMAGE, { op: 'add', name: 'sum', inputs }], 'sum');
    expect(() => {
      validateNetwork(description);
    }).toThrow(/has 130000 problems:\n(.*\n){100} {2}and 129900 more$/);
  });
});

describe('findNetworkProblems of a network', () => {
  const description = describeNetwork(
    [
      IMAGE,
      { op: 'batch-norm', name: 'norm', inputs: ['image'], epsilon: 0 },
      { op: 'clip', name: 'clip', inputs: ['norm'] },
      flat('clip'),
      { op: 'dense', name: 'logits', inputs: ['flat'], units: 2, bias: true },
    ],
    'logits',
  );
  const ones = (...shape: number[]): Tensor => {
    return { shape, data: new Float32Array(shape.reduce((a, b) => a * b, 1)).fill(1) };
  };
  const valid: Readonly<Record<string, Tensor>> = {
    'norm/gamma': ones(2),
    'norm/beta': ones(2),
    'norm/mean': ones(2),
    'norm/variance': ones(2),
    'clip/bound': ones(1),
    'logits/kernel': ones(32, 2),
    'logits/bias': ones(2),
  };
  const network = (changes: Readonly<Record<string, Tensor | undefined>> = {}): Network => {
    const entries = Object.entries({ ...valid, ...changes });
    return {
      description,
      tensors: new Map(entries.flatMap(([name, tensor]) => (tensor ? [[name, tensor] as const] : []))),
    };
  };
  const vector = (...values: number[]): Tensor => ({
    shape: [values.length],
    data: Float32Array.from(values),
  });

  it('is empty for a valid network, with a bound for the layer or for each channel', () => {
    expect(problemsOf(network())).toEqual([]);
    expect(problemsOf(network({ 'clip/bound': ones(2) }))).toEqual([]);
    expect(() => {
      validateNetwork(network());
    }).not.toThrow();
  });

  it('reports missing, superfluous and wrongly shaped tensors and values out of range, all at once', () => {
    const changes = {
      'norm/gamma': undefined,
      'norm/beta': ones(3),
      'norm/mean': vector(0, NaN),
      'norm/variance': vector(0.5, -0.5),
      'clip/bound': vector(0),
      'logits/kernel': { shape: [32, 2], data: new Float32Array(63) },
      'logits/bias': vector(Infinity, 0),
      'norm/delta': ones(1),
      'other/kernel': ones(1),
    };
    expect(problemsOf(network(changes))).toEqual([
      "norm: tensor 'norm/gamma' must have shape [2], is missing",
      "norm: tensor 'norm/beta' must have shape [2], got [3]",
      "norm: tensor 'norm/mean' must be finite, got NaN at index 1",
      "norm: tensor 'norm/variance' must not be negative, nor zero when epsilon is, got -0.5 at index 1",
      "clip: tensor 'clip/bound' must be positive, got 0 at index 0",
      "logits: tensor 'logits/kernel' must have 64 values, got 63",
      "logits: tensor 'logits/bias' must be finite, got Infinity at index 0",
      "norm: tensor 'norm/delta' belongs to no node's parameters",
      "-: tensor 'other/kernel' belongs to no node's parameters",
    ]);
  });

  it('takes a variance of zero only with an epsilon above zero', () => {
    const zero = network({ 'norm/variance': vector(1, 0) });
    expect(problemsOf(zero)).toHaveLength(1);
    const nodes = description.nodes.map((node) =>
      node.op === 'batch-norm' ? { ...node, epsilon: 1e-5 } : node,
    );
    expect(problemsOf({ ...zero, description: { ...description, nodes } })).toEqual([]);
  });

  it('reports tensors together with a broken description', () => {
    const nodes = description.nodes.map((node) =>
      node.op === 'flatten' ? { ...node, inputs: ['gone'] } : node,
    );
    const { tensors } = network({ 'clip/bound': vector(-1), 'other/kernel': ones(1) });
    expect(problemsOf({ description: { ...description, nodes } as NetworkDescription, tensors })).toEqual([
      "flat: input 'gone' is not the name of a node",
      "image: is not used by the output 'logits'",
      "norm: is not used by the output 'logits'",
      "clip: is not used by the output 'logits'",
      "clip: tensor 'clip/bound' must be positive, got -1 at index 0",
    ]);
    for (const nothing of [{}, { nodes: null }, { nodes: [null] }]) {
      const hollow = { description: nothing as unknown as NetworkDescription, tensors };
      expect(problemsOf(hollow)[0]).toMatch(/^-: format: Invalid input/);
    }
  });

  it('are what validateNetwork throws, with the network’s name', () => {
    expect(() => {
      validateNetwork(network({ 'clip/bound': vector(-2) }));
    }).toThrow(
      new NetworkError('validateNetwork', 'example', [
        { node: 'clip', message: "tensor 'clip/bound' must be positive, got -2 at index 0" },
      ]),
    );
  });

  it('takes signed neurons and groups of 1 to 255, reset by subtraction', () => {
    const problems = (more: object): string[] => {
      const fire = {
        op: 'integrate-and-fire',
        name: 'fire',
        inputs: ['image'],
        reset: 'subtraction',
        ...more,
      };
      const node = {
        ...fire,
        initialPotential: { kind: 'fraction', fraction: 0.5 },
      } as unknown as NetworkNode;
      return problemsOf({
        description: describeNetwork([IMAGE, node], 'fire'),
        tensors: new Map([['fire/threshold', { shape: [1], data: Float32Array.of(1) }]]),
      });
    };
    expect(problems({ emission: { kind: 'signed' } })).toEqual([]);
    expect(problems({ emission: { kind: 'group', members: 255 } })).toEqual([]);
    expect(problems({ emission: { kind: 'group', members: 256 } })).toHaveLength(1);
    expect(problems({ emission: { kind: 'burst' } })).toHaveLength(1);
    expect(problems({ emission: { kind: 'signed' }, reset: 'zero' })).toEqual([
      expect.stringContaining('signed, group and temporal-switch neurons are reset by subtraction') as string,
    ]);
  });

  it('takes thresholds and potentials for the layer, its channels or its neurons, and misses those that are announced', () => {
    const fire = { op: 'integrate-and-fire', name: 'fire', inputs: ['image'], reset: 'zero' } as const;
    const description = describeNetwork([IMAGE, { ...fire, initialPotential: { kind: 'tensor' } }], 'fire');
    const values = (...shape: number[]): Tensor => {
      return {
        shape,
        data: new Float32Array(shape.reduce((product, extent) => product * extent, 1)).fill(0.25),
      };
    };
    const problems = (threshold: Tensor, potential?: Tensor): string[] => {
      const tensors = new Map([['fire/threshold', threshold]]);
      if (potential !== undefined) tensors.set('fire/initial-potential', potential);
      return problemsOf({ description, tensors });
    };
    for (const shape of [[1], [2], [4, 4, 2]]) {
      expect(problems(values(...shape), values(1))).toEqual([]);
      expect(problems(values(1), values(...shape))).toEqual([]);
    }
    expect(problems(values(1), { shape: [1], data: Float32Array.of(-3) })).toEqual([]);
    expect(problems(values(32), values(16))).toEqual([
      "fire: tensor 'fire/threshold' must have shape [1] or [2] or [4, 4, 2], got [32]",
      "fire: tensor 'fire/initial-potential' must have shape [1] or [2] or [4, 4, 2], got [16]",
    ]);
    expect(problems(values(1))).toEqual([
      "fire: tensor 'fire/initial-potential' must have shape [1] or [2] or [4, 4, 2], is missing",
    ]);
  });
});
