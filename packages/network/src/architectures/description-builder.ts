import type { NetworkDescription, NetworkNode, Padding } from '../description.js';
import type { ActivationChoice } from './options.js';

/** ε of every batch norm, added to the variance inside the root (PyTorch's default, paper notes 7.14). */
const BATCH_NORM_EPSILON = 1e-5;

interface ConvolutionOptions {
  readonly filters: number;
  readonly size: number;
  readonly stride?: number;
  readonly bias: boolean;
}

/**
 * Appends nodes in topological order; every method returns the name of the node it appended, to be passed on as
 * `from` of the next.
 *
 * @internal
 */
export class DescriptionBuilder {
  readonly #nodes: NetworkNode[] = [];
  readonly #activation: ActivationChoice;

  constructor(activation: ActivationChoice) {
    this.#activation = activation;
  }

  input(shape: readonly [height: number, width: number, channels: number]): string {
    return this.#append({ op: 'input', name: 'input', inputs: [], shape });
  }

  /** Odd kernel size; padded so that stride 1 keeps height and width. */
  convolution(name: string, from: string, { filters, size, stride = 1, bias }: ConvolutionOptions): string {
    return this.#append({
      op: 'conv2d',
      name,
      inputs: [from],
      kernelSize: [size, size],
      filters,
      strides: [stride, stride],
      padding: samePadding(size),
      bias,
    });
  }

  batchNorm(name: string, from: string): string {
    return this.#append({ op: 'batch-norm', name, inputs: [from], epsilon: BATCH_NORM_EPSILON });
  }

  activation(name: string, from: string): string {
    const choice = this.#activation;
    if (choice.op === 'qcfs') {
      return this.#append({ op: 'qcfs', name, inputs: [from], levels: choice.levels });
    }
    return this.#append({ op: choice.op, name, inputs: [from] });
  }

  /** 2x2, stride 2, no padding. The mean replaces the maximum in every VGG of the paper. */
  pool(name: string, from: string, kind: 'average' | 'max'): string {
    return this.#append({
      op: `${kind}-pool`,
      name,
      inputs: [from],
      size: [2, 2],
      strides: [2, 2],
      padding: samePadding(1),
    });
  }

  add(name: string, first: string, second: string): string {
    return this.#append({ op: 'add', name, inputs: [first, second] });
  }

  globalAveragePool(name: string, from: string): string {
    return this.#append({ op: 'global-average-pool', name, inputs: [from] });
  }

  flatten(name: string, from: string): string {
    return this.#append({ op: 'flatten', name, inputs: [from] });
  }

  dense(name: string, from: string, units: number): string {
    return this.#append({ op: 'dense', name, inputs: [from], units, bias: true });
  }

  build(name: string, output: string): NetworkDescription {
    return { format: 'opi-snn-network', formatVersion: 1, name, nodes: [...this.#nodes], output };
  }

  #append(node: NetworkNode): string {
    this.#nodes.push(node);
    return node.name;
  }
}

function samePadding(size: number): Padding {
  const border = (size - 1) / 2;
  return { top: border, bottom: border, left: border, right: border };
}
