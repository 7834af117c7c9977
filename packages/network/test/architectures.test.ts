import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import {
  ARCHITECTURES,
  type ArchitectureOptions,
  buildArchitecture,
  buildCifarResNet,
  buildResNet20,
  buildSmallVgg,
  buildTorchvisionVgg16,
  buildTorchvisionVgg16Bn,
  buildVgg16,
  countMultiplyAccumulates,
  findNetworkProblems,
  inferShapes,
  type NetworkDescription,
  parameterShapes,
} from '../src/index.js';

interface Case {
  readonly name: string;
  readonly options: ArchitectureOptions;
  readonly activations: number;
  readonly parameters: number;
  readonly runningStatistics: number;
  readonly multiplyAccumulates: number;
  readonly weightedLayerOutputs: readonly (readonly number[])[];
}

const golden = JSON.parse(readFileSync(`${import.meta.dirname}/fixtures/architectures.json`, 'utf8')) as {
  readonly cases: readonly Case[];
};
const label = ({ name, options }: Case): string => `${name} ${JSON.stringify(options)}`;

/** Number of values of all tensors with one of these last names. */
function valuesOf(description: NetworkDescription, names: readonly string[]): number {
  let sum = 0;
  for (const [tensor, shape] of parameterShapes(description)) {
    if (names.includes(tensor.split('/')[1]!)) sum += shape.reduce((product, extent) => product * extent, 1);
  }
  return sum;
}

describe('the reference architectures', () => {
  it.each(golden.cases.map((example) => [label(example), example] as const))(
    '%s has the parameters, operations and shapes of its definition in torch',
    (_, { name, options, ...expected }) => {
      const description = buildArchitecture(name, options);
      expect(findNetworkProblems(description)).toEqual([]);
      const shapes = inferShapes(description);
      const weighted = description.nodes.filter(({ op }) => op === 'conv2d' || op === 'dense');
      expect({
        activations: description.nodes.filter(({ op }) => op === 'clip').length,
        parameters: valuesOf(description, ['kernel', 'bias', 'gamma', 'beta']),
        runningStatistics: valuesOf(description, ['mean', 'variance']),
        multiplyAccumulates: countMultiplyAccumulates(description).total,
        weightedLayerOutputs: weighted.map((node) => shapes.get(node.name)),
      }).toEqual(expected);
      // One trainable bound for each activation comes on top.
      expect(valuesOf(description, ['bound'])).toBe(expected.activations);
    },
  );

  it.each([...ARCHITECTURES])('%s is valid with every activation and carries its name', (name, build) => {
    for (const op of ['relu', 'clip', 'qcfs'] as const) {
      const activation = op === 'qcfs' ? { op, levels: 8 } : { op };
      const description = build({ classes: 7, activation });
      expect(findNetworkProblems(description)).toEqual([]);
      expect(description.name).toBe(name);
      expect(inferShapes(description).get(description.output)).toEqual([7]);
      const kinds = new Set(['relu', 'clip', 'qcfs']);
      expect(new Set(description.nodes.map((node) => node.op).filter((kind) => kinds.has(kind)))).toEqual(
        new Set([op]),
      );
    }
  });

  it('scale their channels with width, rounded, at least one', () => {
    const channels = (width: number): readonly number[] =>
      inferShapes(buildResNet20({ classes: 10, width })).get('stage1.block1.conv1')!;
    expect(channels(1)).toEqual([32, 32, 16]);
    expect(channels(0.34)).toEqual([32, 32, 5]);
    expect(channels(1e-9)).toEqual([32, 32, 1]);
  });

  it('name the option that is out of range', () => {
    expect(() => buildVgg16({ classes: 0 })).toThrow(
      new RangeError('buildVgg16: classes must be a positive integer, got 0.'),
    );
    expect(() => buildVgg16({ classes: 10, hiddenUnits: 0.5 })).toThrow(
      'buildVgg16: hiddenUnits must be a positive integer, got 0.5.',
    );
    expect(() => buildResNet20({ classes: 10, width: 0 })).toThrow(
      'buildCifarResNet: width must be a finite number > 0, got 0.',
    );
    expect(() => buildResNet20({ classes: 10, inputShape: [32, -1, 3] })).toThrow(
      'buildCifarResNet: inputShape must be a positive integer, got -1.',
    );
    expect(() => buildSmallVgg({ classes: 10, blocks: [] })).toThrow(
      'buildSmallVgg: blocks must have at least one entry, got [].',
    );
    expect(() => buildSmallVgg({ classes: 10, blocks: [[8], []] })).toThrow(
      'buildSmallVgg: blocks[1] must have at least one entry, got [].',
    );
    expect(() => buildSmallVgg({ classes: 10, blocks: [[8, NaN]] })).toThrow(
      'buildSmallVgg: blocks[0][1] must be a positive integer, got NaN.',
    );
    expect(() => buildSmallVgg({ classes: 10, activation: { op: 'qcfs', levels: 0 } })).toThrow(
      'buildSmallVgg: activation.levels must be a positive integer, got 0.',
    );
    expect(() => buildCifarResNet({ classes: 10, depth: 18 })).toThrow(
      'buildCifarResNet: depth must be 6 n + 2 with n ≥ 1 (20, 32, 44, 56, …), got 18.',
    );
    expect(() => buildSmallVgg({ classes: 10, pool: 'median' as never })).toThrow(
      "buildSmallVgg: pool must be average or max, got 'median'.",
    );
    expect(() => buildArchitecture('resnet20', { classes: 10, pool: 'max' })).toThrow(
      "pool must be absent, got 'max'. ResNets have no pooled blocks.",
    );
    expect(() => buildArchitecture('resnet21', { classes: 10 })).toThrow(
      `buildArchitecture: name must be one of ${[...ARCHITECTURES.keys()].join(', ')}, got 'resnet21'.`,
    );
  });

  it('are torchvision’s VGG-16 down to the number of its parameters, with maximum pooling', () => {
    // As torchvision states them with its weights: 138,357,544 and 138,365,992, 15.47 G multiply-accumulates.
    const plain = buildTorchvisionVgg16({ classes: 1000 });
    const normed = buildTorchvisionVgg16Bn({ classes: 1000 });
    const parameters = ['kernel', 'bias', 'gamma', 'beta'];
    expect([plain, normed].map((description) => valuesOf(description, parameters))).toEqual([
      138_357_544, 138_365_992,
    ]);
    expect(countMultiplyAccumulates(plain).total).toBe(15_470_264_320);
    expect(plain.nodes.filter(({ op }) => op === 'max-pool')).toHaveLength(5);
    expect(plain.nodes.some(({ op }) => op === 'average-pool' || op === 'batch-norm')).toBe(false);
    expect(inferShapes(plain).get('block5.pool')).toEqual([7, 7, 512]);
  });

  it.each(['small-vgg', 'vgg16'])('%s pools as asked', (name) => {
    const poolsOf = (pool?: 'average' | 'max'): Set<string> => {
      const { nodes } = buildArchitecture(name, { classes: 10, ...(pool && { pool }) });
      return new Set(nodes.map(({ op }) => op).filter((op) => op.endsWith('-pool')));
    };
    expect([poolsOf(), poolsOf('average'), poolsOf('max')]).toEqual([
      new Set(['average-pool']),
      new Set(['average-pool']),
      new Set(['max-pool']),
    ]);
  });

  it('say which pool has nothing left when the image is too small for VGG-16', () => {
    expect(findNetworkProblems(buildVgg16({ classes: 10, inputShape: [16, 16, 3] }))).toEqual([
      { node: 'block5.pool', message: 'size must fit into the padded input of 1x1, got 2x2' },
    ]);
  });
});
