import { expectClose, expectSameBits } from '@opi-snn/test-utils';
import { CounterRandom } from '@opi-snn/theory';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  buildResNet20,
  findNetworkProblems,
  foldBatchNorm,
  type Network,
  type NetworkNode,
  parameterShapes,
  runNetwork,
  type Tensor,
} from '../src/index.js';
import { describeNetwork } from './describe-network.js';

/** Tensors as after training: γ of both signs, means off zero, variances over two decades. */
function trained(description: Network['description'], seed: number): Network {
  const tensors = new Map<string, Tensor>();
  let index = 0;
  for (const [name, shape] of parameterShapes(description)) {
    const random = new CounterRandom(seed, index++);
    const size = shape.reduce((product, extent) => product * extent, 1);
    const fanIn = shape.slice(0, -1).reduce((product, extent) => product * extent, 1);
    const draw: Readonly<Record<string, () => number>> = {
      kernel: () => random.nextNormal() / Math.sqrt(fanIn),
      variance: () => 10 ** (2 * random.nextUniform() - 1),
      bound: () => 4,
    };
    const next = draw[name.slice(name.lastIndexOf('/') + 1)] ?? (() => random.nextNormal());
    tensors.set(name, { shape, data: Float32Array.from({ length: size }, next) });
  }
  return { description, tensors };
}

function images(count: number, size: number, seed: number): Float32Array {
  const random = new CounterRandom(seed, 1_000_000);
  return Float32Array.from({ length: count * size }, () => random.nextNormal());
}

const window = {
  kernelSize: [3, 3],
  strides: [1, 2],
  padding: { top: 1, bottom: 0, left: 2, right: 1 },
} as const;

/** conv → norm → norm → activation → flatten → dense → norm. */
function chain(filters: number, bias: boolean, epsilon: number): Network['description'] {
  return describeNetwork(
    [
      { op: 'input', name: 'x', inputs: [], shape: [5, 4, 2] },
      { op: 'conv2d', name: 'conv', inputs: ['x'], filters, bias, ...window },
      { op: 'batch-norm', name: 'norm1', inputs: ['conv'], epsilon },
      { op: 'batch-norm', name: 'norm2', inputs: ['norm1'], epsilon },
      { op: 'clip', name: 'clip', inputs: ['norm2'] },
      { op: 'flatten', name: 'flat', inputs: ['clip'] },
      { op: 'dense', name: 'logits', inputs: ['flat'], units: 3, bias },
      { op: 'batch-norm', name: 'norm3', inputs: ['logits'], epsilon },
    ],
    'norm3',
  );
}

describe('foldBatchNorm', () => {
  it('leaves the output within 1e-5 for any weights, bias or none, ε, and batch norms in a row', () => {
    fc.assert(
      fc.property(
        fc.record({
          filters: fc.integer({ min: 1, max: 9 }),
          bias: fc.boolean(),
          epsilon: fc.constantFrom(1e-5, 1e-3, 0),
          seed: fc.nat(),
        }),
        ({ filters, bias, epsilon, seed }) => {
          const network = trained(chain(filters, bias, epsilon), seed);
          const folded = foldBatchNorm(network);
          expect(findNetworkProblems(folded)).toEqual([]);
          expect(folded.description.nodes.map(({ op }) => op)).not.toContain('batch-norm');
          expect(folded.description.output).toBe('logits');
          const x = images(3, 40, seed);
          const expected = runNetwork(network, x, { precision: 'float64' }).output.data;
          const got = runNetwork(folded, x, { precision: 'float64' }).output.data;
          const magnitude = expected.reduce((largest, value) => Math.max(largest, Math.abs(value)), 1);
          expectClose(got, expected, 'backend', { magnitude });
        },
      ),
      { numRuns: 60, seed: 7_14 },
    );
  });

  it('leaves the logits of a ResNet-20 within 1e-5 of their size', () => {
    const network = trained(buildResNet20({ classes: 10, width: 0.25, inputShape: [16, 16, 3] }), 5);
    const x = images(2, 768, 5);
    const expected = runNetwork(network, x).output.data;
    const got = runNetwork(foldBatchNorm(network), x).output.data;
    const magnitude = expected.reduce((largest, value) => Math.max(largest, Math.abs(value)), 0);
    expectClose(got, expected, 'backend', { magnitude });
  });

  it('computes γ/√(variance + ε) in float64 and rounds once', () => {
    const description = describeNetwork(
      [
        { op: 'input', name: 'x', inputs: [], shape: [1, 1, 1] },
        { op: 'flatten', name: 'flat', inputs: ['x'] },
        { op: 'dense', name: 'y', inputs: ['flat'], units: 2, bias: true },
        { op: 'batch-norm', name: 'norm', inputs: ['y'], epsilon: 0.25 },
      ],
      'norm',
    );
    const vector = (...values: number[]): Tensor => ({
      shape: [values.length],
      data: Float32Array.from(values),
    });
    const network: Network = {
      description,
      tensors: new Map([
        ['y/kernel', { shape: [1, 2], data: Float32Array.of(3, 1) }],
        ['y/bias', vector(0.5, 0.1)],
        ['norm/gamma', vector(2, 0.3)],
        ['norm/beta', vector(0.125, 0.7)],
        ['norm/mean', vector(1, -0.9)],
        ['norm/variance', vector(3.75, 0.2)],
      ]),
    };
    const { tensors } = foldBatchNorm(network);
    const f = Math.fround;
    const scale = f(0.3) / Math.sqrt(f(0.2) + 0.25);
    // s = 2/√4 = 1: 3 · 1; (0.5 − 1) · 1 + 0.125.
    expectSameBits(tensors.get('y/kernel')!.data, Float32Array.of(3, scale));
    expectSameBits(tensors.get('y/bias')!.data, Float32Array.of(-0.375, (f(0.1) - f(-0.9)) * scale + f(0.7)));
  });

  it('shares what it does not change, and returns a network without batch norm as it is', () => {
    const network = trained(chain(4, true, 1e-5), 3);
    const folded = foldBatchNorm(network);
    expect(folded.tensors.get('clip/bound')).toBe(network.tensors.get('clip/bound'));
    expect(foldBatchNorm(folded)).toBe(folded);
  });

  it('lists every batch norm that has no layer of its own before it', () => {
    const norm = (name: string, input: string): NetworkNode => {
      return { op: 'batch-norm', name, inputs: [input], epsilon: 0 };
    };
    const conv = (name: string, input: string): NetworkNode => {
      return { op: 'conv2d', name, inputs: [input], filters: 2, bias: false, ...window };
    };
    const description = describeNetwork(
      [
        { op: 'input', name: 'x', inputs: [], shape: [6, 6, 2] },
        norm('first', 'x'),
        conv('shared', 'first'),
        norm('one', 'shared'),
        norm('behind', 'one'),
        { op: 'add', name: 'sum', inputs: ['shared', 'behind'] },
        norm('after', 'sum'),
        { op: 'relu', name: 'relu', inputs: ['after'] },
        { op: 'flatten', name: 'flat', inputs: ['relu'] },
      ],
      'flat',
    );
    const network = trained(description, 1);
    expect(() => foldBatchNorm(network)).toThrow(
      'foldBatchNorm: network "example" has 3 problems:\n' +
        "  first: cannot be folded: its input 'x' must be conv2d or dense, got input; put a 1x1 convolution between the two\n" +
        "  one: cannot be folded: its input 'shared' must feed nothing else, got 'sum'\n" +
        "  after: cannot be folded: its input 'sum' must be conv2d or dense, got add; put a 1x1 convolution between the two",
    );
  });

  it('refuses weights that float32 cannot hold any more', () => {
    const network = trained(chain(1, true, 0), 2);
    const tensors = new Map(network.tensors)
      .set('norm1/gamma', { shape: [1], data: Float32Array.of(3e38) })
      .set('norm1/variance', { shape: [1], data: Float32Array.of(1e-30) });
    expect(() => foldBatchNorm({ ...network, tensors })).toThrow(
      /^foldBatchNorm: .*\n {2}conv: tensor 'conv\/kernel' must be finite, got -?Infinity at index \d+\n {2}conv: tensor 'conv\/bias' must be finite/,
    );
  });

  it('refuses an invalid network', () => {
    const network = trained(chain(1, true, 0), 2);
    expect(() => foldBatchNorm({ ...network, tensors: new Map() })).toThrow(
      /^foldBatchNorm: .* has 17 problems:\n {2}conv: tensor 'conv\/kernel' must have shape \[3, 3, 2, 1\], is missing/,
    );
  });
});
