import type { Network, NetworkDescription, NetworkNode, Tensor } from '@opi-snn/network';

/** A tensor from plain numbers. */
export function tensor(shape: readonly number[], values: readonly number[]): Tensor {
  return { shape, data: Float32Array.from(values) };
}

const PADDING = { top: 1, bottom: 1, left: 1, right: 1 };
export type ActivationName = 'relu' | 'clip' | 'qcfs';

/** An activation node. */
export function activation(op: ActivationName, name: string, input: string): NetworkNode {
  return op === 'qcfs' ? { op, name, inputs: [input], levels: 4 } : { op, name, inputs: [input] };
}

export interface TinyOptions {
  readonly activation?: ActivationName;
  readonly pool?: 'average-pool' | 'max-pool';
  /** Change the nodes before the network is built. */
  readonly edit?: (nodes: NetworkNode[]) => NetworkNode[];
  readonly extraTensors?: Readonly<Record<string, Tensor>>;
  readonly output?: string;
}

/** input 4x4x2 → conv 3x3 (no bias) → batch norm → act1 → pool 2x2 → flatten → hidden 3 → act2 → logits 2. */
export function tinyNetwork(options: TinyOptions = {}): Network {
  const op = options.activation ?? 'clip';
  const nodes: NetworkNode[] = [
    { op: 'input', name: 'image', inputs: [], shape: [4, 4, 2] },
    {
      op: 'conv2d',
      name: 'conv',
      inputs: ['image'],
      kernelSize: [3, 3],
      filters: 3,
      strides: [1, 1],
      padding: PADDING,
      bias: false,
    },
    { op: 'batch-norm', name: 'norm', inputs: ['conv'], epsilon: 0 },
    activation(op, 'act1', 'norm'),
    {
      op: options.pool ?? 'average-pool',
      name: 'pool',
      inputs: ['act1'],
      size: [2, 2],
      strides: [2, 2],
      padding: { top: 0, bottom: 0, left: 0, right: 0 },
    },
    { op: 'flatten', name: 'flat', inputs: ['pool'] },
    { op: 'dense', name: 'hidden', inputs: ['flat'], units: 3, bias: true },
    activation(op, 'act2', 'hidden'),
    { op: 'dense', name: 'logits', inputs: ['act2'], units: 2, bias: true },
  ];
  const description: NetworkDescription = {
    format: 'opi-snn-network',
    formatVersion: 1,
    name: 'tiny',
    nodes: options.edit?.(nodes) ?? nodes,
    output: options.output ?? 'logits',
    classes: ['a', 'b'],
    provenance: { dataset: 'none' },
  };
  const bounds: Readonly<Record<string, Tensor>> =
    op === 'relu' ? {} : { 'act1/bound': tensor([3], [1, 2, 4]), 'act2/bound': tensor([1], [0.5]) };
  const tensors: Readonly<Record<string, Tensor>> = {
    'conv/kernel': tensor([3, 3, 2, 3], pattern(54)),
    'norm/gamma': tensor([3], [2, 1, 0.5]),
    'norm/beta': tensor([3], [0.25, 0, -0.25]),
    'norm/mean': tensor([3], [0.5, 0, 0]),
    'norm/variance': tensor([3], [4, 1, 0.25]),
    'hidden/kernel': tensor([12, 3], pattern(36)),
    'hidden/bias': tensor([3], [0.5, -0.5, 0]),
    'logits/kernel': tensor([3, 2], pattern(6)),
    'logits/bias': tensor([2], [0, 1]),
    ...bounds,
    ...options.extraTensors,
  };
  return { description, tensors: new Map(Object.entries(tensors)) };
}

/** Dyadic values in [−1, 1], fixed. */
export function pattern(length: number): number[] {
  return Array.from({ length }, (_, i) => (((i * 37) % 17) - 8) / 8);
}
