import type { BatchNormNode, Conv2dNode, DenseNode, NetworkDescription, NetworkNode } from './description.js';
import type { Network } from './network.js';
import { NetworkError, type NetworkProblem } from './network-error.js';
import type { Tensor } from './tensor.js';
import { findNetworkProblems } from './validate.js';

/** Weights of a convolution or dense layer on their way through one or several batch norms, in float64. */
interface FoldedWeights {
  readonly kernelShape: readonly number[];
  readonly kernel: Float64Array;
  readonly bias: Float64Array;
}

/**
 * Merges every batch norm into the convolution or dense layer before it:
 *
 *   s = γ / √(variance + ε)      kernel' = kernel · s      bias' = (bias − mean) · s + β      (per output channel)
 *
 * The layer keeps its name, has a bias, and takes the batch norm's place as input of others and as output.
 * Computed in float64 and rounded to float32 once, also where several batch norms follow each other. The source is
 * not altered; a network without batch norm is returned as it is.
 *
 * @throws NetworkError listing every problem of the network, or every batch norm that cannot be folded: one whose
 *   input is no convolution or dense layer (after an addition, say), or whose input feeds other nodes too or is the
 *   output; and values that do not fit into float32
 * @see paper notes 4.1; folded and unfolded network agree to float32 rounding
 */
export function foldBatchNorm(network: Network): Network {
  const { description } = network;
  throwIfAny(description, findNetworkProblems(network));
  const norms = description.nodes.filter((node) => node.op === 'batch-norm');
  if (norms.length === 0) return network;
  const { problems, layerOf } = findFoldedLayers(description, norms);
  throwIfAny(description, problems);

  const weights = new Map<string, FoldedWeights>();
  for (const norm of norms) {
    const layer = layerOf.get(norm.name)!;
    weights.set(layer, scaleWeights(network, norm, weights.get(layer) ?? readWeights(network, layer)));
  }
  const folded: Network = {
    description: withoutNorms(description, layerOf),
    tensors: foldedTensors(network, weights),
  };
  throwIfAny(description, findNetworkProblems(folded));
  return folded;
}

/** For each batch norm the layer that takes it in, or why none can. */
function findFoldedLayers(
  description: NetworkDescription,
  norms: readonly BatchNormNode[],
): { problems: readonly NetworkProblem[]; layerOf: ReadonlyMap<string, string> } {
  const nodes = new Map(description.nodes.map((node) => [node.name, node]));
  const readers = readersOf(description);
  const problems: NetworkProblem[] = [];
  const layerOf = new Map<string, string>();
  for (const { name, inputs } of norms) {
    const source = nodes.get(inputs[0])!;
    const others = readers.get(source.name)!.filter((reader) => reader !== name);
    const refuse = (message: string): void => {
      problems.push({ node: name, message: `cannot be folded: ${message}` });
    };
    if (source.op !== 'conv2d' && source.op !== 'dense' && source.op !== 'batch-norm') {
      refuse(
        `its input '${source.name}' must be conv2d or dense, got ${source.op}; ` +
          'put a 1x1 convolution between the two',
      );
    } else if (others.length > 0 || source.name === description.output) {
      const names = others.map((reader) => `'${reader}'`);
      if (source.name === description.output) names.push('the output');
      refuse(`its input '${source.name}' must feed nothing else, got ${names.join(', ')}`);
    } else {
      // Behind a batch norm that was refused the layer is unknown; only that one is reported.
      const layer = source.op === 'batch-norm' ? layerOf.get(source.name) : source.name;
      if (layer !== undefined) layerOf.set(name, layer);
    }
  }
  return { problems, layerOf };
}

/** Names of the nodes that read each node. */
function readersOf({ nodes }: NetworkDescription): ReadonlyMap<string, readonly string[]> {
  const readers = new Map<string, string[]>(nodes.map(({ name }) => [name, []]));
  for (const { name, inputs } of nodes)
    for (const input of new Set<string>(inputs)) readers.get(input)!.push(name);
  return readers;
}

function readWeights({ tensors }: Network, layer: string): FoldedWeights {
  const kernel = tensors.get(`${layer}/kernel`)!;
  const channels = kernel.shape[kernel.shape.length - 1]!;
  const bias = tensors.get(`${layer}/bias`)?.data ?? new Float32Array(channels);
  return { kernelShape: kernel.shape, kernel: Float64Array.from(kernel.data), bias: Float64Array.from(bias) };
}

function scaleWeights({ tensors }: Network, norm: BatchNormNode, weights: FoldedWeights): FoldedWeights {
  const [gamma, beta, mean, variance] = ['gamma', 'beta', 'mean', 'variance'].map(
    (parameter) => tensors.get(`${norm.name}/${parameter}`)!.data,
  ) as [Float32Array, Float32Array, Float32Array, Float32Array];
  const scale = Float64Array.from(gamma, (value, c) => value / Math.sqrt(variance[c]! + norm.epsilon));
  const channels = scale.length;
  return {
    kernelShape: weights.kernelShape,
    // The output channel is the last dimension, so it is the index modulo the number of channels.
    kernel: weights.kernel.map((value, i) => value * scale[i % channels]!),
    bias: weights.bias.map((value, c) => (value - mean[c]!) * scale[c]! + beta[c]!),
  };
}

function withoutNorms(
  description: NetworkDescription,
  layerOf: ReadonlyMap<string, string>,
): NetworkDescription {
  const layers = new Set(layerOf.values());
  const renamed = (name: string): string => layerOf.get(name) ?? name;
  const nodes = description.nodes
    .filter((node) => node.op !== 'batch-norm')
    .map((node) => {
      // Renaming keeps the number of inputs, which is what the type of each node says about them.
      const rewired = { ...node, inputs: node.inputs.map(renamed) } as unknown as NetworkNode;
      return layers.has(node.name) ? { ...(rewired as Conv2dNode | DenseNode), bias: true } : rewired;
    });
  return { ...description, nodes, output: renamed(description.output) };
}

function foldedTensors(
  { description, tensors }: Network,
  weights: ReadonlyMap<string, FoldedWeights>,
): ReadonlyMap<string, Tensor> {
  const result = new Map<string, Tensor>();
  for (const { name, op } of description.nodes) {
    const layer = weights.get(name);
    if (layer !== undefined) {
      const { kernelShape, kernel, bias } = layer;
      result.set(`${name}/kernel`, { shape: kernelShape, data: Float32Array.from(kernel) });
      result.set(`${name}/bias`, { shape: [bias.length], data: Float32Array.from(bias) });
    } else if (op !== 'batch-norm') {
      for (const parameter of ['kernel', 'bias', 'bound', 'maximum', 'scale', 'threshold']) {
        const tensor = tensors.get(`${name}/${parameter}`);
        if (tensor !== undefined) result.set(`${name}/${parameter}`, tensor);
      }
    }
  }
  return result;
}

function throwIfAny(description: NetworkDescription, problems: readonly NetworkProblem[]): void {
  if (problems.length > 0) throw new NetworkError('foldBatchNorm', description.name, problems);
}
