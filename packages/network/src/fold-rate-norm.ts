import type { NetworkDescription, NetworkNode } from './description.js';
import type { Network } from './network.js';
import { rateNormThreshold } from './rate-norm-threshold.js';
import { inferShapes } from './shapes.js';
import type { Tensor } from './tensor.js';
import { validateNetwork } from './validate.js';

/**
 * Replaces every Rate-Norm by the clip it is a multiple of, and divides the weights that read it:
 *
 *   clip(x / v_th, 0, 1) = clip(x, 0, v_th) / v_th          kernel' = kernel / v_th
 *
 * The network computes the same up to float32 rounding, and its bounds are the thresholds of the spiking network. Readers
 * that no convolution or dense layer stands behind (an addition, the output) get a 1x1 convolution (on vectors a dense
 * layer) `NAME.rate` that divides by v_th; the others keep reading the clip, so that no two weighted layers meet. The
 * source is not altered; a network without Rate-Norm is returned as it is.
 *
 * @throws NetworkError listing every problem of the network
 * @see Ding et al. (IJCAI 2021); paper notes 7.11; Theorem 1 of Bu et al. (AAAI 2022)
 */
export function foldRateNorm(network: Network): Network {
  const { description } = network;
  const norms = description.nodes.filter((node) => node.op === 'rate-norm').map(({ name }) => name);
  if (norms.length === 0) return network;
  validateNetwork(network);
  return norms.reduce(foldOne, network);
}

function foldOne({ description, tensors }: Network, name: string): Network {
  const threshold = rateNormThreshold(name, tensors);
  const changed = new Map(tensors);
  changed.delete(`${name}/maximum`);
  changed.delete(`${name}/scale`);
  changed.set(`${name}/bound`, { shape: [1], data: Float32Array.of(threshold) });
  const nodes = description.nodes.map((node) => (node.name === name ? asClip(node) : node));
  const clipped: Network = { description: { ...description, nodes }, tensors: changed };
  const others: string[] = [];
  const scaled = new Set<string>();
  for (const reader of description.nodes.filter((node) => readsFrom(node, name))) {
    const readers = linearReaders(description, reader);
    if (readers === undefined) others.push(reader.name);
    else for (const layer of readers) scaled.add(layer);
  }
  for (const layer of scaled) {
    const kernel = tensors.get(`${layer}/kernel`)!;
    changed.set(`${layer}/kernel`, { ...kernel, data: kernel.data.map((weight) => weight / threshold) });
  }
  const isOutput = description.output === name;
  return others.length === 0 && !isOutput
    ? clipped
    : insertDivision(clipped, { name, threshold, readers: others });
}

function readsFrom({ inputs }: NetworkNode, name: string): boolean {
  return inputs.some((input) => input === name);
}

function asClip({ name, inputs }: NetworkNode): NetworkNode {
  return { op: 'clip', name, inputs: [inputs[0]!] };
}

/** Layers that take in the values that a node is given, itself or behind pooling; undefined if something else does too. */
function linearReaders(description: NetworkDescription, node: NetworkNode): string[] | undefined {
  switch (node.op) {
    case 'conv2d':
    case 'dense':
      return [node.name];
    // Multiples of the input give the same multiple of the output.
    case 'average-pool':
    case 'max-pool':
    case 'global-average-pool':
    case 'flatten': {
      if (node.name === description.output) return undefined;
      const behind = description.nodes
        .filter((reader) => readsFrom(reader, node.name))
        .map((reader) => linearReaders(description, reader));
      return behind.every((layers) => layers !== undefined) ? behind.flat() : undefined;
    }
    default:
      return undefined;
  }
}

interface Division {
  readonly name: string;
  readonly threshold: number;
  /** Nodes that read the quotient from now on. */
  readonly readers: readonly string[];
}

function insertDivision({ description, tensors }: Network, { name, threshold, readers }: Division): Network {
  const shape = inferShapes(description).get(name)!;
  const division: NetworkNode =
    shape.length === 1
      ? { op: 'dense', name: `${name}.rate`, inputs: [name], units: shape[0]!, bias: false }
      : {
          op: 'conv2d',
          name: `${name}.rate`,
          inputs: [name],
          kernelSize: [1, 1],
          filters: shape[2]!,
          strides: [1, 1],
          padding: { top: 0, bottom: 0, left: 0, right: 0 },
          bias: false,
        };
  const nodes = description.nodes.flatMap((node) => {
    if (node.name === name) return [node, division];
    if (!readers.includes(node.name)) return [node];
    const renamed = node.inputs.map((input) => (input === name ? division.name : input));
    // Renaming keeps the number of inputs, which is what the type of each node says about them.
    return [{ ...node, inputs: renamed } as unknown as NetworkNode];
  });
  const output = description.output === name ? division.name : description.output;
  return {
    description: { ...description, nodes, output },
    tensors: new Map(tensors).set(`${division.name}/kernel`, diagonal(shape, 1 / threshold)),
  };
}

/** Kernel that multiplies every channel by a factor: [1, 1, channels, channels] for images, [features, features] else. */
function diagonal(shape: readonly number[], factor: number): Tensor {
  const size = shape.at(-1)!;
  const data = new Float32Array(size * size);
  for (let i = 0; i < size; i++) data[i * size + i] = factor;
  return { shape: shape.length === 1 ? [size, size] : [1, 1, size, size], data };
}
