import type { Tensor } from '@tensorflow/tfjs';
import { normalizeImages, type Dataset, type Normalization } from '@opi-snn/datasets';
import { inferShapes, type Network, type NetworkNode } from '@opi-snn/network';
import { selectBackend, type BackendName } from './backend.js';
import { TrainableNetwork } from './trainable-network.js';

/** Which images go through the network, and how. */
export interface ActivationOptions {
  readonly normalization: Normalization;
  /** Number of images from the start of the data set; default all. Not together with `indices`. */
  readonly images?: number | undefined;
  /** These images, in this order. */
  readonly indices?: ArrayLike<number> | undefined;
  /** Names of activation nodes; default all of them. */
  readonly nodes?: readonly string[] | undefined;
  /**
   * What these activation nodes put out instead of their own values, `[images, ...shape]` for the images visited: shows
   * what the layers behind make of it, such as of the mean outputs of a spiking network.
   */
  readonly outputs?: ReadonlyMap<string, Float32Array> | undefined;
  /** Images a batch, integer ≥ 1; default 100. The last bits of activations may depend on it on some backends. */
  readonly batchSize?: number | undefined;
  readonly backend?: 'auto' | BackendName | undefined;
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((done: number, total: number) => void) | undefined;
}

/** Input and output of one activation node for one batch. */
export interface ActivationBatch {
  readonly node: ActivationNode;
  /** Position of the first image of the batch among all that are visited. */
  readonly from: number;
  /** Without the batch: `[height, width, channels]` or `[features]`. */
  readonly shape: readonly number[];
  /** Images in this batch. */
  readonly images: number;
  /** Pre-activation z, `[images, ...shape]`; read when called. */
  readonly input: () => Float32Array;
  /** Activation a, `[images, ...shape]`; read when called. */
  readonly output: () => Float32Array;
}

/** A node that becomes integrate-and-fire neurons. */
export type ActivationNode = Extract<NetworkNode, { op: 'relu' | 'clip' | 'qcfs' | 'rate-norm' }>;

/** Whether a node is an activation. */
export function isActivation(node: NetworkNode): node is ActivationNode {
  return ['relu', 'clip', 'qcfs', 'rate-norm'].includes(node.op);
}

/**
 * Runs images through an ANN in inference mode and shows every activation node, batch by batch, to `visitor`.
 *
 * @param caller name of the public function, for messages
 * @returns the backend that computed and the number of images
 * @throws RangeError listing every option that is wrong
 * @internal
 */
export async function visitActivations(
  caller: string,
  { network, dataset }: { network: Network; dataset: Dataset },
  options: ActivationOptions,
  visitor: (batch: ActivationBatch) => void,
): Promise<{ backend: BackendName; images: number }> {
  const { normalization, batchSize = 100, signal, onProgress } = options;
  const wanted = checkOptions(caller, network, dataset, options);
  const indices = options.indices ?? Array.from({ length: options.images ?? dataset.length }, (_, i) => i);
  const backend = await selectBackend(options.backend ?? 'auto');
  const { tf } = backend;
  const model = new TrainableNetwork(tf, network.description, network.tensors);
  try {
    for (let from = 0; from < indices.length; from += batchSize) {
      signal?.throwIfAborted();
      const chosen = Array.prototype.slice.call(indices, from, from + batchSize) as number[];
      const pixels = normalizeImages(dataset, chosen, normalization);
      tf.tidy(() => {
        const input = tf.tensor4d(pixels, [chosen.length, ...dataset.imageShape]);
        const visit = (node: NetworkNode, output: Tensor, inputs: readonly Tensor[]): void => {
          if (isActivation(node) && wanted.has(node.name)) visitor(describe(node, output, inputs[0]!, from));
        };
        const replace = (node: NetworkNode, output: Tensor): Tensor | undefined => {
          const given = options.outputs?.get(node.name);
          if (given === undefined) return undefined;
          const neurons = output.size / chosen.length;
          const end = (from + chosen.length) * neurons;
          return tf.tensor(given.slice(from * neurons, end), output.shape);
        };
        model.forward(input, { visit, replace });
      });
      onProgress?.(from + chosen.length, indices.length);
      await new Promise((resolve) => setImmediate(resolve));
    }
    return { backend: backend.name, images: indices.length };
  } finally {
    model.dispose();
  }
}

function describe(node: ActivationNode, output: Tensor, input: Tensor, from: number): ActivationBatch {
  return {
    node,
    from,
    shape: output.shape.slice(1),
    images: output.shape[0],
    input: () => input.dataSync() as Float32Array,
    output: () => output.dataSync() as Float32Array,
  };
}

function checkOptions(
  caller: string,
  network: Network,
  dataset: Dataset,
  { images, indices, nodes, batchSize, outputs }: ActivationOptions,
): ReadonlySet<string> {
  const activations = network.description.nodes.filter(isActivation).map(({ name }) => name);
  const problems: string[] = [];
  const visited = indices?.length ?? images ?? dataset.length;
  problems.push(...outputProblems(network, visited, outputs));
  if (images !== undefined && indices !== undefined) {
    problems.push('images and indices must not both be given, got both.');
  }
  if (images !== undefined && !isIntegerWithin(images, 1, dataset.length)) {
    problems.push(`images must be an integer in [1, ${dataset.length}], got ${images}.`);
  }
  if (indices?.length === 0) problems.push('indices must name at least one image, got none.');
  if (batchSize !== undefined && !isIntegerWithin(batchSize, 1, Number.MAX_SAFE_INTEGER)) {
    problems.push(`batchSize must be an integer ≥ 1, got ${batchSize}.`);
  }
  for (const name of nodes ?? []) {
    if (activations.includes(name)) continue;
    problems.push(`nodes must name activations of the network (${activations.join(', ')}), got '${name}'.`);
  }
  if (problems.length > 0) throw new RangeError(`${caller}: ${problems.join(' ')}`);
  return new Set(nodes ?? activations);
}

function outputProblems(
  { description }: Network,
  images: number,
  outputs: ActivationOptions['outputs'] = new Map(),
): string[] {
  if (outputs.size === 0) return [];
  const shapes = inferShapes(description);
  const activations = description.nodes.filter(isActivation).map(({ name }) => name);
  return [...outputs].flatMap(([name, { length }]) => {
    if (!activations.includes(name)) {
      return [`outputs must name activations of the network (${activations.join(', ')}), got '${name}'.`];
    }
    const neurons = shapes.get(name)!.reduce((product, extent) => product * extent, 1);
    if (length === images * neurons) return [];
    return [`outputs of ${name} must hold ${images} · ${neurons} values, got ${length}.`];
  });
}

function isIntegerWithin(value: number, least: number, most: number): boolean {
  return Number.isInteger(value) && value >= least && value <= most;
}
