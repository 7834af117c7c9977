import type { NetworkNode } from './description.js';
import { computeNode, type FloatArray, type Values } from './forward-nodes.js';
import type { Network } from './network.js';
import { NetworkError } from './network-error.js';
import type { Shape } from './node-shape.js';
import { inferShapes } from './shapes.js';
import { validateNetwork } from './validate.js';

/** Values of one node for a batch of images. */
export interface NodeValues<A extends FloatArray = FloatArray> {
  /** `[n, height, width, channels]` or `[n, features]`. */
  readonly shape: readonly number[];
  readonly data: A;
}

/** What {@link runNetwork} returns. */
export interface NetworkRun<A extends FloatArray = FloatArray> {
  /** The logits, `[n, classes]`. */
  readonly output: NodeValues<A>;
  /** Of the nodes that were asked for. */
  readonly activations: ReadonlyMap<string, NodeValues<A>>;
}

/** Options of {@link runNetwork}. */
export interface RunNetworkOptions {
  /** Names of nodes whose values are wanted besides the output. */
  readonly activations?: readonly string[];
}

/**
 * Computes an ANN's outputs, plainly: the reference that faster implementations are compared with.
 *
 * Sums are float64; each node's values are rounded to float32 once when stored (`precision: 'float32'`, default) or
 * not at all (`'float64'`). Images are independent, so the batch changes no bit. Memory: one image's activations
 * besides what is returned. About 0.3 · 10⁹ multiply-adds per second and core.
 *
 * @param images `[n, height, width, channels]`, normalised, row-major, n ≥ 0
 * @throws NetworkError listing every problem of the network, or its integrate-and-fire nodes
 * @throws RangeError if the images do not fill whole inputs, or a requested node does not exist
 * @example
 * const { output } = runNetwork(network, images);
 */
export function runNetwork(
  network: Network,
  images: Float32Array,
  options?: RunNetworkOptions & { readonly precision?: 'float32' },
): NetworkRun<Float32Array>;
export function runNetwork(
  network: Network,
  images: Float32Array | Float64Array,
  options: RunNetworkOptions & { readonly precision: 'float64' },
): NetworkRun<Float64Array>;
export function runNetwork(
  network: Network,
  images: FloatArray,
  options: RunNetworkOptions & { readonly precision?: 'float32' | 'float64' } = {},
): NetworkRun {
  const { description } = network;
  validateNetwork(network);
  refuseSpikingNodes(description.name, description.nodes);
  const shapes = inferShapes(description);
  const wanted = [...new Set(options.activations)];
  refuseUnknownNames(wanted, shapes);
  const ArrayOf = options.precision === 'float64' ? Float64Array : Float32Array;
  const imageSize = sizeOf(shapes.get(description.nodes.find(({ op }) => op === 'input')!.name)!);
  const count = images.length / imageSize;
  if (!Number.isInteger(count)) {
    throw new RangeError(
      `runNetwork: images must have a multiple of ${imageSize} values, one input each, got ${images.length}.`,
    );
  }

  const kept = new Map<string, NodeValues>();
  for (const name of new Set([...wanted, description.output])) {
    const shape = shapes.get(name)!;
    kept.set(name, { shape: [count, ...shape], data: new ArrayOf(count * sizeOf(shape)) });
  }
  for (let n = 0; n < count; n++) {
    const values = new Map<string, Values>();
    for (const node of description.nodes) {
      const out = new ArrayOf(sizeOf(shapes.get(node.name)!));
      if (node.op === 'input') out.set(images.subarray(n * imageSize, (n + 1) * imageSize));
      else
        computeNode(
          node,
          inputsOf(node, values),
          { shape: shapes.get(node.name)!, data: out },
          network.tensors,
        );
      values.set(node.name, { shape: shapes.get(node.name)!, data: out });
      kept.get(node.name)?.data.set(out, n * out.length);
    }
  }
  const activations = new Map(wanted.map((name) => [name, kept.get(name)!]));
  return { output: kept.get(description.output)!, activations };
}

function inputsOf(node: NetworkNode, values: ReadonlyMap<string, Values>): readonly Values[] {
  return node.inputs.map((name) => values.get(name)!);
}

function sizeOf(shape: Shape): number {
  return shape.reduce((product, extent) => product * extent, 1);
}

function refuseSpikingNodes(network: string, nodes: readonly NetworkNode[]): void {
  const problems = nodes
    .filter(({ op }) => op === 'integrate-and-fire')
    .map(({ name }) => ({
      node: name,
      message: 'integrates and fires over time; simulate the network instead',
    }));
  if (problems.length > 0) throw new NetworkError('runNetwork', network, problems);
}

function refuseUnknownNames(wanted: readonly string[], shapes: ReadonlyMap<string, Shape>): void {
  const unknown = wanted.filter((name) => !shapes.has(name));
  if (unknown.length === 0) return;
  const names = unknown.map((name) => `'${name}'`).join(', ');
  throw new RangeError(`runNetwork: activations must be names of nodes, got ${names}.`);
}
