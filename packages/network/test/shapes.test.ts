import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import {
  findNetworkProblems,
  inferShapes,
  NetworkError,
  parameterShapes,
  type NetworkDescription,
  type NetworkNode,
  type Padding,
} from '../src/index.js';
import { describeNetwork, NO_PADDING } from './describe-network.js';

interface Case {
  readonly op: 'conv2d' | 'average-pool' | 'max-pool';
  readonly image: readonly [number, number, number];
  readonly window: readonly [number, number];
  readonly strides: readonly [number, number];
  readonly padding: Padding;
  readonly filters: number;
  readonly output: readonly number[] | null;
}

const golden = JSON.parse(readFileSync(`${import.meta.dirname}/fixtures/shapes.json`, 'utf8')) as {
  readonly cases: readonly Case[];
};

function slidingWindow({ op, image, window, strides, padding, filters }: Case): NetworkDescription {
  const node: NetworkNode =
    op === 'conv2d'
      ? { op, name: 'y', inputs: ['x'], kernelSize: window, filters, strides, padding, bias: true }
      : { op, name: 'y', inputs: ['x'], size: window, strides, padding };
  return describeNetwork([{ op: 'input', name: 'x', inputs: [], shape: image }, node], 'y');
}

describe('inferShapes', () => {
  it('agrees with torch for any window, strides and padding, and refuses what torch refuses', () => {
    const refused = golden.cases.filter(({ output }) => output === null);
    expect([golden.cases.length, refused.length]).toEqual([180, 12]);
    for (const example of golden.cases) {
      const description = slidingWindow(example);
      if (example.output !== null) expect(inferShapes(description).get('y')).toEqual(example.output);
      else {
        const what = example.op === 'conv2d' ? 'kernelSize' : 'size';
        const [problem, ...others] = findNetworkProblems(description);
        expect(problem!.node).toBe('y');
        expect(problem!.message).toContain(`${what} must fit into the padded input of`);
        expect(others).toEqual([]);
      }
    }
  });

  it('keeps the shape through elementwise nodes and flattens row-major', () => {
    const description = describeNetwork(
      [
        { op: 'input', name: 'x', inputs: [], shape: [2, 3, 4] },
        { op: 'batch-norm', name: 'norm', inputs: ['x'], epsilon: 0 },
        { op: 'relu', name: 'relu', inputs: ['norm'] },
        { op: 'clip', name: 'clip', inputs: ['x'] },
        { op: 'qcfs', name: 'qcfs', inputs: ['x'], levels: 4 },
        { op: 'add', name: 'sum', inputs: ['relu', 'clip', 'qcfs'] },
        { op: 'global-average-pool', name: 'mean', inputs: ['sum'] },
        { op: 'dense', name: 'narrow', inputs: ['mean'], units: 24, bias: false },
        { op: 'flatten', name: 'flat', inputs: ['sum'] },
        { op: 'add', name: 'both', inputs: ['flat', 'narrow'] },
        {
          op: 'integrate-and-fire',
          name: 'fire',
          inputs: ['both'],
          reset: 'zero',
          initialPotential: { kind: 'fraction', fraction: 0 },
        },
      ],
      'fire',
    );
    expect(Object.fromEntries(inferShapes(description))).toEqual({
      ...Object.fromEntries(['x', 'norm', 'relu', 'clip', 'qcfs', 'sum'].map((name) => [name, [2, 3, 4]])),
      mean: [4],
      ...Object.fromEntries(['narrow', 'flat', 'both', 'fire'].map((name) => [name, [24]])),
    });
  });

  it('throws all problems, naming itself', () => {
    const description = describeNetwork(
      [
        { op: 'input', name: 'x', inputs: [], shape: [2, 2, 1] },
        { op: 'dense', name: 'y', inputs: ['x'], units: 3, bias: true },
      ],
      'y',
    );
    expect(() => inferShapes(description)).toThrow(NetworkError);
    expect(() => inferShapes(description)).toThrow(
      'inferShapes: network "example" has 1 problem:\n' +
        '  y: dense needs a vector [features], got [2, 2, 1]; put a flatten before it',
    );
  });
});

describe('parameterShapes', () => {
  const description = describeNetwork(
    [
      { op: 'input', name: 'x', inputs: [], shape: [5, 5, 2] },
      {
        op: 'conv2d',
        name: 'conv',
        inputs: ['x'],
        kernelSize: [3, 2],
        filters: 7,
        strides: [1, 1],
        padding: NO_PADDING,
        bias: true,
      },
      { op: 'batch-norm', name: 'norm', inputs: ['conv'], epsilon: 1e-5 },
      { op: 'clip', name: 'clip', inputs: ['norm'] },
      { op: 'global-average-pool', name: 'mean', inputs: ['clip'] },
      { op: 'dense', name: 'logits', inputs: ['mean'], units: 3, bias: false },
    ],
    'logits',
  );

  it('names every tensor in the order of the nodes, with one bound a layer', () => {
    expect([...parameterShapes(description)]).toEqual([
      ['conv/kernel', [3, 2, 2, 7]],
      ['conv/bias', [7]],
      ['norm/gamma', [7]],
      ['norm/beta', [7]],
      ['norm/mean', [7]],
      ['norm/variance', [7]],
      ['clip/bound', [1]],
      ['logits/kernel', [7, 3]],
    ]);
  });

  it('gives bounds per channel when asked for', () => {
    const shapes = parameterShapes(description, { bounds: 'channel' });
    expect(shapes.get('clip/bound')).toEqual([7]);
    expect(shapes.get('conv/kernel')).toEqual([3, 2, 2, 7]);
  });
});
