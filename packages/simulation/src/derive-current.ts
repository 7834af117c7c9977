import type { Conv2dNode, DenseNode, Network, NetworkNode, PoolNode } from '@opi-snn/network';
import type { PlanPool } from '@opi-snn/neuron-kernels';
import { hasOwnThresholds } from './compile-neuron.js';
import {
  addBias,
  composePools,
  coveringKernel,
  coveringPool,
  type Current,
  type CurrentTerm,
  type Kernel,
  type PlaneShape,
} from './current.js';

/** What deriving a current looks things up in. */
export interface DeriveContext {
  readonly network: Network;
  readonly shapes: ReadonlyMap<string, PlaneShape>;
  /** The current of an earlier node. */
  readonly currentOf: (name: string) => Current | undefined;
  readonly report: (node: NetworkNode, message: string) => void;
}

/**
 * What a node computes, as a sum of paths from the neurons (or the image) before it.
 *
 * Reports through the context whatever cannot be such a sum, and returns undefined then.
 */
export function deriveCurrent(node: NetworkNode, context: DeriveContext): Current | undefined {
  const inputs = node.inputs.map((name) => context.currentOf(name));
  const shape = context.shapes.get(node.name)!;
  switch (node.op) {
    case 'input':
    case 'integrate-and-fire':
      return { shape, terms: [{ source: node.name }], bias: undefined, flattened: false };
    case 'batch-norm':
      context.report(
        node,
        'batch-norm is not simulated. Fold it first: foldBatchNorm, or convert with convertNetwork.',
      );
      return undefined;
    case 'relu':
    case 'clip':
    case 'qcfs':
    case 'rate-norm':
      context.report(node, `${node.op} does not spike. Convert the network first (convertNetwork).`);
      return undefined;
    case 'add':
      return inputs.every((input) => input !== undefined) ? sumOf(node, inputs, context) : undefined;
  }
  const [current] = inputs;
  if (current === undefined) return undefined;
  switch (node.op) {
    case 'conv2d':
    case 'dense':
      return weighted(node, current, shape, context);
    case 'average-pool':
      return pooled(node, current, { shape, pool: node }, context);
    case 'max-pool':
      return largest(node, current, shape, context);
    case 'global-average-pool':
      return pooled(node, current, { shape, pool: coveringPool(current.shape) }, context);
    case 'flatten': {
      const [height, width] = current.shape;
      return { ...current, flattened: current.flattened || height * width > 1 };
    }
  }
}

function sumOf(
  node: NetworkNode,
  inputs: readonly Current[],
  { report }: DeriveContext,
): Current | undefined {
  const { shape } = inputs[0]!;
  if (inputs.some((input) => input.shape.join() !== shape.join())) {
    report(node, 'adds a flattened image to a vector. Put the flatten after the addition, before a dense.');
    return undefined;
  }
  return {
    shape,
    terms: inputs.flatMap(({ terms }) => terms),
    bias: inputs.reduce<Float32Array | undefined>((sum, { bias }) => addBias(sum, bias), undefined),
    flattened: inputs.some(({ flattened }) => flattened),
  };
}

function weighted(
  node: Conv2dNode | DenseNode,
  input: Current,
  shape: PlaneShape,
  { network, report }: DeriveContext,
): Current | undefined {
  if (!readsNeurons(node, input, report)) return undefined;
  const weights = network.tensors.get(`${node.name}/kernel`)!.data;
  const kernel: Kernel =
    node.op === 'dense'
      ? coveringKernel(input.shape, weights)
      : { size: node.kernelSize, strides: node.strides, padding: node.padding, weights };
  const bias = node.bias ? network.tensors.get(`${node.name}/bias`)!.data : undefined;
  return { shape, terms: input.terms.map((term) => ({ ...term, kernel })), bias, flattened: false };
}

function pooled(
  node: NetworkNode,
  input: Current,
  { shape, pool: { size, strides, padding } }: { readonly shape: PlaneShape; readonly pool: PlanPool },
  { report }: DeriveContext,
): Current | undefined {
  if (!readsNeurons(node, input, report)) return undefined;
  const terms: CurrentTerm[] = [];
  for (const term of input.terms) {
    const pool =
      term.pool === undefined
        ? { size, strides, padding }
        : composePools(term.pool, { size, strides, padding });
    if (pool === undefined) {
      report(
        node,
        'pools what is pooled already, and the two are not one average. Use a first average pooling without overlap and a second without padding.',
      );
      return undefined;
    }
    terms.push({ source: term.source, pool });
  }
  return { shape, terms, bias: undefined, flattened: false };
}

/**
 * Maximum pooling compares spike counts, so that all spikes of a window must come from one layer and carry the same.
 *
 * @see the rule `'maximum'` of `PlanPool` in `@opi-snn/neuron-kernels`
 */
function largest(
  node: PoolNode,
  { terms: [term, ...others], bias }: Current,
  shape: PlaneShape,
  { network: { description, tensors }, shapes, report }: DeriveContext,
): Current | undefined {
  const source = description.nodes.find(({ name }) => name === term?.source);
  const isSpikes = others.length === 0 && bias === undefined && term?.kernel === undefined && !term?.pool;
  if (source?.op !== 'integrate-and-fire' || !isSpikes) {
    const [read] = node.inputs;
    report(
      node,
      `max-pool must read the neurons of one layer, whose spikes it counts, got ${JSON.stringify(read)}. ` +
        'Convert with --max-pool average.',
    );
    return undefined;
  }
  const thresholds = tensors.get(`${source.name}/threshold`)!.data;
  if (hasOwnThresholds(thresholds, shapes.get(source.name)![2])) {
    report(
      node,
      `max-pool reads ${source.name}, whose neurons have thresholds of their own: their counts are not comparable. ` +
        'Use one threshold per channel, or convert with --max-pool average.',
    );
    return undefined;
  }
  const { size, strides, padding } = node;
  const pool: PlanPool = { rule: 'maximum', size, strides, padding };
  return { shape, terms: [{ source: source.name, pool }], bias: undefined, flattened: false };
}

/** Weights and pooling need spikes (pooled or not): what has weights already would be two linear layers in a row. */
function readsNeurons(node: NetworkNode, input: Current, report: DeriveContext['report']): boolean {
  if (input.bias === undefined && input.terms.every(({ kernel }) => kernel === undefined)) return true;
  report(
    node,
    `${node.op} reads weighted currents (${JSON.stringify(node.inputs[0])}) without neurons between. ` +
      'Merge the two linear nodes, or put an activation between them before converting.',
  );
  return false;
}
