import { inferShapes, type IntegrateAndFireNode, type Network, type NetworkNode } from '@opi-snn/network';
import { drawInitialPotentials } from '@opi-snn/theory';

/** What one layer of neurons (or the output) did for one image. */
export interface BruteForceLayer {
  readonly spikes: number[];
  readonly synapticOperations: number[];
  /** First step of each neuron with a spike, counted from 1; 0 if there is none. */
  readonly firstSpike: number[];
  readonly counts: number[];
  /** `[t][neuron]`: v after the reset; of the output the accumulated logits. */
  readonly potentials: number[][];
}

export interface State {
  /** What the node passes on: analog values, or θ-weighted spikes on their way through linear nodes. */
  readonly values: Float64Array;
  /** How many spikes each value adds up before it has met a weight. */
  readonly spikes: Float64Array;
  /** Additions that spikes caused since the last neurons. */
  readonly operations: number;
}

/**
 * Steps a spiking network node by node as its description says, in float64, for one image: another program than the
 * plan that the simulation compiles, and exact where weights, thresholds and images are multiples of small powers of
 * two. An addition is counted for every spike that meets a weight inside the image and every output channel it then
 * reaches, and for every spike that a neuron receives without a weight.
 */
export function bruteForce(
  network: Network,
  image: ArrayLike<number>,
  { timeSteps, imageIndex, seed }: { timeSteps: number; imageIndex: number; seed: number },
): ReadonlyMap<string, BruteForceLayer> {
  const { description, tensors } = network;
  const shapes = inferShapes(description);
  const sizeOf = (name: string): number => shapes.get(name)!.reduce((product, extent) => product * extent, 1);
  const neurons = description.nodes.filter((node) => node.op === 'integrate-and-fire');
  const layers = new Map<string, BruteForceLayer>();
  for (const name of [...neurons.map((node) => node.name), description.output]) {
    const zeros = (): number[] => new Array<number>(sizeOf(name)).fill(0);
    const none = { spikes: [], synapticOperations: [], potentials: [] };
    layers.set(name, { ...none, firstSpike: zeros(), counts: zeros() });
  }
  const potentials = new Map(
    neurons.map(({ name, initialPotential, emission }, layerIndex) => {
      const channels = shapes.get(name)!.at(-1)!;
      const given = tensors.get(`${name}/threshold`)!.data;
      const members = emission?.kind === 'group' ? emission.members : 1;
      const length = Math.max(channels, given.length);
      const theta = Float32Array.from({ length }, (_, i) => given[i % given.length]! / members);
      const out = new Float32Array(sizeOf(name));
      if (initialPotential.kind === 'tensor') {
        const fractions = tensors.get(`${name}/initial-potential`)!.data;
        out.forEach((_, i) => (out[i] = fractions[i % fractions.length]! * theta[i % theta.length]!));
      } else drawInitialPotentials(initialPotential, { seed, imageIndex, layerIndex, theta, out });
      return [name, { v: Float64Array.from(out), theta }] as const;
    }),
  );
  const logits = new Float64Array(sizeOf(description.output));

  for (let t = 1; t <= timeSteps; t++) {
    const states = new Map<string, State>();
    for (const node of description.nodes) {
      const inputs = node.inputs.map((input) => states.get(input)!);
      if (node.op === 'input') {
        const values = Float64Array.from(image);
        states.set(node.name, { values, spikes: new Float64Array(values.length), operations: 0 });
      } else if (node.op === 'integrate-and-fire') {
        const { v, theta } = potentials.get(node.name)!;
        states.set(node.name, fire(node, inputs[0]!, v, theta, layers.get(node.name)!, t));
      } else {
        states.set(node.name, linear(node, inputs, { shape: shapes.get(node.name)!, network, shapes }));
      }
    }
    const { values, spikes, operations } = states.get(description.output)!;
    values.forEach((value, i) => (logits[i]! += value));
    const readOut = layers.get(description.output)!;
    readOut.spikes.push(0);
    readOut.synapticOperations.push(operations + sum(spikes));
    readOut.potentials.push([...logits]);
  }
  return layers;
}

function fire(
  node: IntegrateAndFireNode,
  input: State,
  v: Float64Array,
  theta: Float32Array,
  layer: BruteForceLayer,
  t: number,
): State {
  const spikes = new Float64Array(v.length);
  const values = new Float64Array(v.length);
  for (let i = 0; i < v.length; i++) {
    const threshold = theta[i % theta.length]!;
    v[i]! += input.values[i]!;
    const sent = numberOfSpikes(node.emission, v[i]! / threshold, layer.counts[i]!);
    if (sent === 0) continue;
    v[i] = node.reset === 'subtraction' ? v[i]! - sent * threshold : 0;
    spikes[i] = Math.abs(sent);
    values[i] = sent * threshold;
    layer.counts[i]! += sent;
    if (layer.firstSpike[i] === 0) layer.firstSpike[i] = t;
  }
  layer.spikes.push(sum(spikes));
  layer.synapticOperations.push(input.operations + sum(input.spikes));
  layer.potentials.push([...v]);
  return { values, spikes, operations: 0 };
}

/** `potential` in units of θ (of a member). */
function numberOfSpikes(emission: IntegrateAndFireNode['emission'], potential: number, sent: number): number {
  if (emission?.kind === 'group') return Math.min(emission.members, Math.max(0, Math.floor(potential)));
  if (potential >= 1) return 1;
  return emission?.kind === 'signed' && sent > 0 && potential <= -1 ? -1 : 0;
}

export interface Place {
  readonly shape: readonly number[];
  readonly network: Network;
  readonly shapes: ReadonlyMap<string, readonly number[]>;
}

/** What a linear node passes on. */
export function linear(node: NetworkNode, inputs: readonly State[], place: Place): State {
  const first = inputs[0]!;
  const operations = inputs.reduce((total, input) => total + input.operations, 0);
  switch (node.op) {
    case 'conv2d':
    case 'dense':
      return weigh(node, first, place);
    case 'add': {
      const added = (key: 'values' | 'spikes'): Float64Array =>
        first[key].map((_, i) => inputs.reduce((total, input) => total + input[key][i]!, 0));
      return { values: added('values'), spikes: added('spikes'), operations };
    }
    case 'average-pool':
    case 'global-average-pool':
      return average(node, first, place);
    case 'flatten':
      return first;
    default:
      throw new TypeError(`bruteForce: ${node.name} must be a node of a spiking network, got ${node.op}`);
  }
}

type Weighted = NetworkNode & { op: 'conv2d' | 'dense' };

function weigh(node: Weighted, input: State, { shape, network, shapes }: Place): State {
  const kernel = network.tensors.get(`${node.name}/kernel`)!;
  const bias = network.tensors.get(`${node.name}/bias`)?.data;
  const outputs = shape.at(-1)!;
  const inputShape = shapes.get(node.inputs[0])!;
  const [height, width, channels] = (node.op === 'conv2d' ? inputShape : [1, 1, inputShape[0]!]) as [
    number,
    number,
    number,
  ];
  const [rows, columns] = node.op === 'conv2d' ? (shape as [number, number]) : [1, 1];
  const window = node.op === 'conv2d' ? node.kernelSize : [1, 1];
  const strides = node.op === 'conv2d' ? node.strides : [1, 1];
  const [top, left] = node.op === 'conv2d' ? [node.padding.top, node.padding.left] : [0, 0];
  const values = new Float64Array(rows * columns * outputs);
  let operations = 0;
  for (let at = 0; at < values.length; at++) {
    const [o, column, row] = [
      at % outputs,
      Math.floor(at / outputs) % columns,
      Math.floor(at / outputs / columns),
    ];
    let total = bias?.[o] ?? 0;
    for (let ky = 0; ky < window[0]; ky++) {
      for (let kx = 0; kx < window[1]; kx++) {
        const [y, x] = [row * strides[0] + ky - top, column * strides[1] + kx - left];
        if (y < 0 || y >= height || x < 0 || x >= width) continue;
        for (let c = 0; c < channels; c++) {
          const source = (y * width + x) * channels + c;
          total += input.values[source]! * kernel.data[((ky * window[1] + kx) * channels + c) * outputs + o]!;
          operations += input.spikes[source]!;
        }
      }
    }
    values[at] = total;
  }
  return { values, spikes: new Float64Array(values.length), operations };
}

function average(
  node: NetworkNode & { op: 'average-pool' | 'global-average-pool' | 'max-pool' },
  input: State,
  { shape, shapes }: Place,
): State {
  const [height, width, channels] = shapes.get(node.inputs[0])! as [number, number, number];
  const isGlobal = node.op === 'global-average-pool';
  const [windowHeight, windowWidth] = isGlobal ? [height, width] : node.size;
  const [down, right] = isGlobal ? [1, 1] : node.strides;
  const [top, left] = isGlobal ? [0, 0] : [node.padding.top, node.padding.left];
  const [rows, columns] = isGlobal ? [1, 1] : (shape as [number, number]);
  const values = new Float64Array(rows * columns * channels);
  const spikes = new Float64Array(values.length);
  for (let at = 0; at < values.length; at++) {
    const [c, column, row] = [
      at % channels,
      Math.floor(at / channels) % columns,
      Math.floor(at / channels / columns),
    ];
    for (let y = row * down - top; y < row * down - top + windowHeight; y++) {
      for (let x = column * right - left; x < column * right - left + windowWidth; x++) {
        if (y < 0 || y >= height || x < 0 || x >= width) continue;
        values[at]! += input.values[(y * width + x) * channels + c]! / (windowHeight * windowWidth);
        spikes[at]! += input.spikes[(y * width + x) * channels + c]!;
      }
    }
  }
  return { values, spikes, operations: input.operations };
}

function sum(values: Float64Array): number {
  return values.reduce((total, value) => total + value, 0);
}
