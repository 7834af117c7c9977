import { expectClose, expectSameBits } from '@opi-snn/test-utils';
import {
  buildArchitecture,
  initializeTensors,
  parameterShapes,
  runNetwork,
  type ActivationChoice,
  type Network,
  type NetworkDescription,
  type NetworkNode,
  type Padding,
  type Tensor,
} from '@opi-snn/network';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { SelectedBackend } from '../src/backend.js';
import { TrainableNetwork } from '../src/trainable-network.js';
import { describeOnEachBackend } from './each-backend.js';
import { checkGradient, drawn } from './gradient-check.js';

type ImageShape = readonly [number, number, number];

function describeNodes(shape: ImageShape, nodes: readonly NetworkNode[]): NetworkDescription {
  const input: NetworkNode = { op: 'input', name: 'image', inputs: [], shape };
  const all = [input, ...nodes];
  return {
    format: 'opi-snn-network',
    formatVersion: 1,
    name: 'test',
    nodes: all,
    output: all.at(-1)!.name,
  };
}

/** Drawn values for every tensor, batch-norm statistics and biases included. */
function randomNetwork(description: NetworkDescription, bounds: 'layer' | 'channel' = 'layer'): Network {
  const tensors = new Map<string, Tensor>();
  [...parameterShapes(description, { bounds })].forEach(([name, shape], i) => {
    const size = shape.reduce((product, extent) => product * extent, 1);
    const isPositive = /(variance|bound|gamma|maximum)$/.test(name);
    // Kernels keep the variance, so that no layer amplifies the rounding of those before.
    const limit = name.endsWith('/kernel') ? Math.sqrt((3 * shape.at(-1)!) / size) : 0.5;
    tensors.set(name, { shape, data: isPositive ? drawn(size, i, 0.5, 2) : drawn(size, i, -limit, limit) });
  });
  return { description, tensors };
}

function forward({ tf }: SelectedBackend, { description, tensors }: Network, images: Float32Array) {
  const { shape } = description.nodes[0] as NetworkNode & { op: 'input' };
  const model = new TrainableNetwork(tf, description, tensors);
  const seen = new Map<string, Float32Array>();
  tf.tidy(() => {
    const count = images.length / shape.reduce((product, extent) => product * extent, 1);
    model.forward(tf.tensor4d(images, [count, ...shape]), {
      visit: ({ name }, output) => seen.set(name, Float32Array.from(output.dataSync())),
    });
  });
  model.dispose();
  return seen;
}

/** Every node's values against the reference's. */
function expectReference(backend: SelectedBackend, network: Network, images: Float32Array): void {
  const names = network.description.nodes.map(({ name }) => name);
  const expected = runNetwork(network, images, { activations: names }).activations;
  const actual = forward(backend, network, images);
  for (const name of names) {
    const { data } = expected.get(name)!;
    // Float32 sums in another order than the reference's float64 ones; elements that cancel are judged by the largest.
    const magnitude = Math.max(1e-3, ...data.map(Math.abs));
    expectClose(actual.get(name)!, data, 'backend', { magnitude, label: name });
  }
}

const windows = fc
  .record({
    height: fc.integer({ min: 1, max: 8 }),
    width: fc.integer({ min: 1, max: 8 }),
    size: fc.tuple(fc.integer({ min: 1, max: 4 }), fc.integer({ min: 1, max: 4 })),
    strides: fc.tuple(fc.integer({ min: 1, max: 3 }), fc.integer({ min: 1, max: 3 })),
    padding: fc.record({
      top: fc.integer({ min: 0, max: 2 }),
      bottom: fc.integer({ min: 0, max: 2 }),
      left: fc.integer({ min: 0, max: 2 }),
      right: fc.integer({ min: 0, max: 2 }),
    }),
  })
  .filter(
    ({ height, width, size, padding }) =>
      size[0] <= height + padding.top + padding.bottom && size[1] <= width + padding.left + padding.right,
  );

describeOnEachBackend('TrainableNetwork', (backend) => {
  describe('forward pass equals the reference of @opi-snn/network at every node', () => {
    it.each([
      ['small-vgg', 1, 'layer'],
      ['small-vgg', 1, 'channel'],
      ['resnet20', 0.5, 'layer'],
    ] as const)('%s, width %d, one bound per %s', (name, width, bounds) => {
      const description = buildArchitecture(name, { classes: 4, width, inputShape: [16, 16, 3] });
      expectReference(backend(), randomNetwork(description, bounds), drawn(2 * 768, 7));
    });

    it('a convolution of any stride, padding and kernel size, with bias', () => {
      fc.assert(
        fc.property(windows, ({ height, width, size, strides, padding }) => {
          const description = describeNodes(
            [height, width, 2],
            [
              {
                op: 'conv2d',
                name: 'conv',
                inputs: ['image'],
                kernelSize: size,
                filters: 3,
                strides,
                padding,
                bias: true,
              },
            ],
          );
          expectReference(backend(), randomNetwork(description), drawn(2 * height * width * 2, 8));
        }),
        { numRuns: 60, seed: 11 },
      );
    });

    it.each(['average-pool', 'max-pool'] as const)('%s of any window, stride and padding', (op) => {
      // A maximum must not be taken over padding alone.
      const allowed = windows.filter(
        ({ size, padding }) =>
          op === 'average-pool' ||
          (Math.max(padding.top, padding.bottom) < size[0] &&
            Math.max(padding.left, padding.right) < size[1]),
      );
      fc.assert(
        fc.property(allowed, ({ height, width, size, strides, padding }) => {
          const description = describeNodes(
            [height, width, 2],
            [{ op, name: 'pool', inputs: ['image'], size, strides, padding }],
          );
          expectReference(backend(), randomNetwork(description), drawn(2 * height * width * 2, 9));
        }),
        { numRuns: 60, seed: 12 },
      );
    });

    it.each([1, 4, 8])('qcfs with L = %i, exactly on dyadic values', (levels) => {
      const network: Network = {
        description: describeNodes([8, 8, 2], [{ op: 'qcfs', name: 'act', inputs: ['image'], levels }]),
        tensors: new Map([['act/bound', { shape: [1], data: Float32Array.of(2) }]]),
      };
      const images = Float32Array.from({ length: 128 }, (_, i) => (i - 48) / 16);
      const expected = runNetwork(network, images, { activations: ['act'] }).activations.get('act')!.data;
      expectSameBits(forward(backend(), network, images).get('act')!, expected);
    });
  });

  it('gives rates by Rate-Norm as the reference does', () => {
    const description = buildArchitecture('small-vgg', {
      classes: 4,
      inputShape: [16, 16, 3],
      activation: { op: 'rate-norm' },
    });
    expectReference(backend(), randomNetwork(description), drawn(2 * 768, 7));
  });

  it('moves the maximum of Rate-Norm by a tenth of the way to the largest of the batch, before it is used', () => {
    const { tf } = backend();
    const description = describeNodes([1, 1, 2], [{ op: 'rate-norm', name: 'rate', inputs: ['image'] }]);
    const tensors = new Map<string, Tensor>([
      ['rate/maximum', { shape: [1], data: Float32Array.of(2) }],
      ['rate/scale', { shape: [1], data: Float32Array.of(0) }],
    ]);
    const model = new TrainableNetwork(tf, description, tensors);
    const outputOf = (pixels: number[], training: boolean): number[] =>
      tf.tidy(() => [...model.forward(tf.tensor4d(pixels, [1, 1, 1, 2]), { training }).dataSync()]);
    // 0.9 · 2 + 0.1 · 12 = 3, and half of it is the threshold.
    expectClose(outputOf([12, 0.75], true), [1, 0.5], 'backend');
    expectClose(outputOf([-5, 0.75], false), [0, 0.5], 'backend');
    // Nothing above 0: towards 0.
    outputOf([-5, -1], true);
    expectClose(model.variables.get('rate/maximum')!.dataSync(), [2.7], 'backend');
    model.dispose();
  });

  it('has the gradient of its central difference through a padded, strided convolution', () => {
    const { tf } = backend();
    const padding: Padding = { top: 0, bottom: 2, left: 1, right: 0 };
    const description = describeNodes(
      [6, 5, 2],
      [
        {
          op: 'conv2d',
          name: 'conv',
          inputs: ['image'],
          kernelSize: [3, 2],
          filters: 3,
          strides: [2, 1],
          padding,
          bias: true,
        },
      ],
    );
    const shapes = [...parameterShapes(description, { bounds: 'layer' })];
    checkGradient(backend(), {
      of: (...values) => {
        const model = new TrainableNetwork(tf, description, new Map());
        const variables = model.variables as Map<string, unknown>;
        shapes.forEach(([name], i) => variables.set(name, values[i]));
        return model.forward(values.at(-1) as Parameters<typeof model.forward>[0]);
      },
      shapes: [...shapes.map(([, shape]) => shape), [2, 6, 5, 2]],
      at: [drawn(36, 1), drawn(3, 2), drawn(120, 3)],
    });
  });

  it('gives back the values it was made of, and frees everything', async () => {
    const { tf } = backend();
    const before = tf.memory().numTensors;
    const network = randomNetwork(
      describeNodes(
        [2, 2, 1],
        [
          { op: 'flatten', name: 'flat', inputs: ['image'] },
          { op: 'dense', name: 'logits', inputs: ['flat'], units: 2, bias: true },
        ],
      ),
    );
    const model = new TrainableNetwork(tf, network.description, network.tensors);
    const { tensors } = await model.toNetwork();
    for (const [name, { data }] of network.tensors) expectSameBits(tensors.get(name)!.data, data, name);
    model.dispose();
    expect(tf.memory().numTensors).toBe(before);
  });

  it('refuses integrate-and-fire nodes, with the place that runs them', () => {
    const description = describeNodes(
      [2, 2, 1],
      [
        {
          op: 'integrate-and-fire',
          name: 'spike',
          inputs: ['image'],
          reset: 'subtraction',
          initialPotential: { kind: 'fraction', fraction: 0.5 },
        },
      ],
    );
    expect(() => forward(backend(), { description, tensors: new Map() }, new Float32Array(4))).toThrow(
      'TrainableNetwork: node spike must be an ANN node, got integrate-and-fire. Spiking networks run in @opi-snn/simulation.',
    );
  });

  const activations: readonly ActivationChoice[] = [
    { op: 'relu' },
    { op: 'clip' },
    { op: 'qcfs', levels: 4 },
    { op: 'rate-norm' },
  ];
  it.each(activations)('trains everything but running statistics with $op', (activation) => {
    const { tf } = backend();
    const description = buildArchitecture('small-vgg', { classes: 2, activation, inputShape: [8, 8, 1] });
    const model = new TrainableNetwork(tf, description, initializeTensors(description, { seed: 1 }));
    const frozen = [...model.variables].filter(([, { trainable }]) => !trainable).map(([name]) => name);
    expect(frozen.every((name) => /\/(mean|variance|maximum|scale)$/.test(name))).toBe(true);
    expect(frozen).toHaveLength(activation.op === 'rate-norm' ? 10 + 10 : 10);
    model.dispose();
  });
});
