import {
  inferShapes,
  type IntegrateAndFireNode,
  type Network,
  type NetworkDescription,
  type NetworkNode,
  parameterShapes,
  type Tensor,
} from '@opi-snn/network';
import { CounterRandom } from '@opi-snn/theory';

export interface ResidualOptions {
  readonly seed: number;
  readonly kernel: readonly [number, number];
  readonly strides: readonly [number, number];
  /** Window and stride of the average pool, powers of two. */
  readonly pool: readonly [window: number, stride: number];
  readonly border: number;
  readonly reset: 'subtraction' | 'zero';
  readonly initialPotential: IntegrateAndFireNode['initialPotential'];
  /** Of all neurons; groups must have a power of two of members. */
  readonly emission?: NonNullable<IntegrateAndFireNode['emission']>;
  /** Gives fire2 and fire4 a threshold for each neuron. */
  readonly hasOwnThresholds?: boolean;
}

/** Options that a test may begin with. */
export const RESIDUAL: ResidualOptions = {
  seed: 1,
  kernel: [3, 3],
  strides: [1, 1],
  pool: [2, 2],
  border: 1,
  reset: 'subtraction',
  initialPotential: { kind: 'fraction', fraction: 0.5 },
};

const NONE = { top: 0, bottom: 0, left: 0, right: 0 };
const SAME = { top: 1, bottom: 1, left: 1, right: 1 };

/**
 * A network with everything that the simulation knows: strides, uneven borders, pooling before weights and before an
 * identity, a residual identity and a projection, biases on some layers, thresholds per layer and per channel, potentials
 * (if `tensor`) per channel and per neuron, global pooling, dense layers. All numbers are small multiples of 1/16 or powers of two, so that sums are exact.
 */
export function residualNetwork(options: ResidualOptions): Network {
  const description = describe(options);
  const random = new CounterRandom(options.seed);
  const tensors = new Map<string, Tensor>();
  const shapes = inferShapes(description);
  for (const [name, perChannel] of parameterShapes(description, { bounds: 'channel' })) {
    // Of the potentials that are tensors, those of fire3 and fire4 differ from neuron to neuron.
    const isPerNeuron =
      /fire[34]\/initial-potential/.test(name) ||
      (options.hasOwnThresholds === true && /fire[24]\/threshold/.test(name));
    const shape = isPerNeuron ? shapes.get(name.slice(0, 5))! : perChannel;
    const size = shape.reduce((product, extent) => product * extent, 1);
    const isThreshold = name.endsWith('/threshold');
    // fire1 and fire3 have one threshold each, the others one for each channel.
    const values = isThreshold && /fire[13]/.test(name) ? 1 : size;
    const draw = isThreshold ? () => 2 ** (random.nextBelow(3) - 1) : () => (random.nextBelow(17) - 7) / 16;
    tensors.set(name, {
      shape: values === size ? shape : [1],
      data: Float32Array.from({ length: values }, draw),
    });
  }
  return { description, tensors };
}

/** Images for it, multiples of 1/16 in [−1, 1]. */
export function residualImages(count: number, seed: number): Float32Array {
  const random = new CounterRandom(seed, 1);
  return Float32Array.from({ length: count * 6 * 7 * 2 }, () => (random.nextBelow(33) - 16) / 16);
}

function describe({
  kernel,
  strides,
  pool,
  border,
  reset,
  initialPotential,
  emission,
}: ResidualOptions): NetworkDescription {
  const fire = (name: string, input: string): IntegrateAndFireNode => {
    const neuron = emission === undefined ? { reset } : { reset, emission };
    return { op: 'integrate-and-fire', name, inputs: [input], ...neuron, initialPotential };
  };
  const conv = (name: string, input: string, rest: object): NetworkNode => {
    const same = { kernelSize: [3, 3], filters: 4, strides: [1, 1], padding: SAME, bias: false };
    return { op: 'conv2d', name, inputs: [input], ...same, ...rest } as unknown as NetworkNode;
  };
  const pooling = (
    name: string,
    input: string,
    size: number,
    stride: number,
    padding: object,
  ): NetworkNode => {
    const both = { size: [size, size], strides: [stride, stride], padding };
    return { op: 'average-pool', name, inputs: [input], ...both } as unknown as NetworkNode;
  };
  const nodes: NetworkNode[] = [
    { op: 'input', name: 'image', inputs: [], shape: [6, 7, 2] },
    conv('conv1', 'image', {
      kernelSize: kernel,
      strides,
      padding: { ...NONE, top: border, left: 2, right: 1 },
      bias: true,
    }),
    fire('fire1', 'conv1'),
    pooling('pool1', 'fire1', pool[0], pool[1], { ...NONE, bottom: pool[0] - 1, right: pool[0] - 1 }),
    conv('conv2', 'pool1', { bias: true }),
    fire('fire2', 'conv2'),
    conv('conv3', 'fire2', {}),
    { op: 'add', name: 'sum3', inputs: ['conv3', 'fire2', 'pool1'] },
    fire('fire3', 'sum3'),
    conv('conv4', 'fire3', { filters: 6, strides: [2, 2], bias: true }),
    conv('shortcut', 'fire3', { kernelSize: [1, 1], filters: 6, strides: [2, 2], padding: NONE }),
    { op: 'add', name: 'sum4', inputs: ['conv4', 'shortcut'] },
    fire('fire4', 'sum4'),
    { op: 'flatten', name: 'flat', inputs: ['fire4'] },
    { op: 'dense', name: 'hidden', inputs: ['flat'], units: 5, bias: true },
    fire('fire5', 'hidden'),
    { op: 'dense', name: 'logits', inputs: ['fire5'], units: 3, bias: true },
  ];
  const frame = { format: 'opi-snn-network', formatVersion: 1, name: 'residual' } as const;
  return { ...frame, nodes, output: 'logits' };
}
