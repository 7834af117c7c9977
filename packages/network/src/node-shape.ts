import type { IntegrateAndFireNode, NetworkNode, Padding } from './description.js';

/** Extents without the batch: `[height, width, channels]` or `[features]`. */
export type Shape = readonly number[];

/** A shape, or why there is none. */
export type ShapeResult = { readonly shape: Shape } | { readonly problem: string };

/** A tensor that a node needs; the first of `shapes` is the usual one, all are accepted. */
export interface ParameterSpecification {
  /** `NODE/PARAMETER`. */
  readonly tensor: string;
  readonly shapes: readonly Shape[];
  /** Whether its values must be > 0. */
  readonly positive: boolean;
  /** Of a variance: its values must be ≥ 0, and > 0 together with ε. */
  readonly epsilon?: number;
}

/**
 * Shape of a node's output from the shapes of its inputs.
 *
 * @internal
 */
export function shapeOfNode(node: NetworkNode, inputs: readonly Shape[]): ShapeResult {
  if (node.op === 'input') return { shape: node.shape };
  const first = inputs[0]!;
  switch (node.op) {
    case 'conv2d':
      return slide(first, { window: node.kernelSize, what: 'kernelSize', ...node }, node.filters);
    case 'average-pool':
      return slide(first, { window: node.size, what: 'size', ...node });
    case 'max-pool':
      return shapeOfMaxPool(first, node);
    case 'dense':
      if (first.length === 1) return { shape: [node.units] };
      return {
        problem: `dense needs a vector [features], got [${first.join(', ')}]; put a flatten before it`,
      };
    case 'add':
      return shapeOfSum(inputs);
    case 'global-average-pool':
      return first.length === 3 ? { shape: [first[2]!] } : needsImage(node.op, first);
    case 'flatten':
      return { shape: [first.reduce((product, extent) => product * extent, 1)] };
    case 'batch-norm':
    case 'relu':
    case 'clip':
    case 'qcfs':
    case 'rate-norm':
    case 'integrate-and-fire':
      return { shape: first };
  }
}

/**
 * Tensors that a node needs, from the shape of its (first) input.
 *
 * @internal
 */
export function parametersOfNode(node: NetworkNode, input: Shape): readonly ParameterSpecification[] {
  const channels = input[input.length - 1]!;
  const parameter = (name: string, shapes: Shape[], positive = false): ParameterSpecification => ({
    tensor: `${node.name}/${name}`,
    shapes,
    positive,
  });
  switch (node.op) {
    case 'conv2d': {
      const kernel = parameter('kernel', [[...node.kernelSize, channels, node.filters]]);
      return node.bias ? [kernel, parameter('bias', [[node.filters]])] : [kernel];
    }
    case 'dense': {
      const kernel = parameter('kernel', [[channels, node.units]]);
      return node.bias ? [kernel, parameter('bias', [[node.units]])] : [kernel];
    }
    case 'batch-norm':
      return [
        parameter('gamma', [[channels]]),
        parameter('beta', [[channels]]),
        parameter('mean', [[channels]]),
        { ...parameter('variance', [[channels]]), epsilon: node.epsilon },
      ];
    case 'clip':
    case 'qcfs':
      return [parameter('bound', [[1], [channels]], true)];
    case 'rate-norm':
      return [parameter('maximum', [[1]], true), parameter('scale', [[1]])];
    case 'integrate-and-fire':
      return neuronParameters(node, input);
    default:
      return [];
  }
}

/** One value for the layer, one per channel, or one per neuron. */
function neuronParameters(
  { name, initialPotential }: IntegrateAndFireNode,
  input: Shape,
): readonly ParameterSpecification[] {
  const channels = input[input.length - 1]!;
  const shapes = input.length === 1 ? [[1], [channels]] : [[1], [channels], input];
  const threshold = { tensor: `${name}/threshold`, shapes, positive: true };
  if (initialPotential.kind !== 'tensor') return [threshold];
  return [threshold, { tensor: `${name}/initial-potential`, shapes, positive: false }];
}

interface Window {
  readonly op: string;
  readonly what: string;
  readonly window: readonly [height: number, width: number];
  readonly strides: readonly [vertical: number, horizontal: number];
  readonly padding: Padding;
}

/** ⌊(extent + padding − window) / stride⌋ + 1 rows and columns; channels as the input unless given. */
function slide(input: Shape, { op, what, window, strides, padding }: Window, channels?: number): ShapeResult {
  if (input.length !== 3) return needsImage(op, input);
  const [height, width, inputChannels] = input as [number, number, number];
  const paddedHeight = height + padding.top + padding.bottom;
  const paddedWidth = width + padding.left + padding.right;
  if (window[0] > paddedHeight || window[1] > paddedWidth) {
    return {
      problem: `${what} must fit into the padded input of ${paddedHeight}x${paddedWidth}, got ${window[0]}x${window[1]}`,
    };
  }
  const rows = Math.floor((paddedHeight - window[0]) / strides[0]) + 1;
  const columns = Math.floor((paddedWidth - window[1]) / strides[1]) + 1;
  return { shape: [rows, columns, channels ?? inputChannels] };
}

function shapeOfMaxPool(input: Shape, node: NetworkNode & { op: 'average-pool' | 'max-pool' }): ShapeResult {
  const { padding, size } = node;
  if (Math.max(padding.top, padding.bottom) >= size[0] || Math.max(padding.left, padding.right) >= size[1]) {
    return { problem: 'padding must be smaller than the window, or a maximum would be taken over nothing' };
  }
  return slide(input, { window: size, what: 'size', ...node });
}

function shapeOfSum(inputs: readonly Shape[]): ShapeResult {
  const first = inputs[0]!;
  const same = inputs.every((shape) => shape.join() === first.join());
  if (same) return { shape: first };
  const shapes = inputs.map((shape) => `[${shape.join(', ')}]`).join(', ');
  return { problem: `add needs inputs of one shape, got ${shapes}` };
}

function needsImage(op: string, input: Shape): ShapeResult {
  return { problem: `${op} needs images [height, width, channels], got [${input.join(', ')}]` };
}
