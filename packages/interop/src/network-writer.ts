import type { Network, NetworkDescription, NetworkNode, Tensor } from '@opi-snn/network';
import { Refusal } from './import-error.js';

/** Values that may be made besides those that stand in the file: kernels of grouped convolutions and of paddings. */
const MOST_DERIVED_VALUES = 2 ** 26;

/** Values of one node for one image; more could not be computed anyway. */
const MOST_NODE_VALUES = 2 ** 26;

/** Collects the nodes and tensors of a network in topological order, under names that are unique. */
export class NetworkWriter {
  readonly #nodes: NetworkNode[] = [];
  readonly #tensors = new Map<string, Tensor>();
  readonly #positions = new Map<string, number>();
  /** Names given so far, with the number that the next one of the same base tries. */
  readonly #names = new Map<string, number>();
  #allowance: number;

  /** @param fileBytes size of the file; as many values may be made of what stands in it, besides a fixed number */
  constructor(fileBytes: number) {
    this.#allowance = MOST_DERIVED_VALUES + fileBytes;
  }

  /** A name that no node has yet, as near to the wanted one as can be. */
  uniqueName(wanted: string): string {
    const base = wanted.replace(/^[/.]+|[/.]+$/g, '').slice(0, 200) || 'node';
    let name = base;
    // Continuing from the last number keeps a hundred thousand equal names from taking quadratic time.
    let number = this.#names.get(base) ?? 1;
    while (this.#names.has(name)) name = `${base}_${++number}`;
    this.#names.set(base, number);
    if (name !== base) this.#names.set(name, 1);
    return name;
  }

  /** Appends a node whose name came from {@link uniqueName}; returns the name. */
  append(node: NetworkNode, tensors: Readonly<Record<string, Tensor>> = {}): string {
    this.#positions.set(node.name, this.#nodes.length);
    this.#nodes.push(node);
    for (const [parameter, tensor] of Object.entries(tensors)) {
      this.#tensors.set(`${node.name}/${parameter}`, tensor);
    }
    return node.name;
  }

  node(name: string): NetworkNode {
    return this.#nodes[this.#positions.get(name)!]!;
  }

  tensor(key: string): Tensor | undefined {
    return this.#tensors.get(key);
  }

  /** Replaces a node by one of the same name and inputs, and sets one of its tensors. */
  amend(node: NetworkNode, parameter: string, tensor: Tensor): void {
    this.#nodes[this.#positions.get(node.name)!] = node;
    this.#tensors.set(`${node.name}/${parameter}`, tensor);
  }

  /** To be called before making `count` values that do not stand in the file. */
  reserve(count: number): void {
    this.#allowance -= count;
    if (this.#allowance >= 0) return;
    throw new Refusal(
      `it would need ${count} values that are not in the file (grouped or dilated kernels, paddings); the limit is ${MOST_DERIVED_VALUES} for the whole network`,
      'Use ordinary convolutions, or fewer channels',
    );
  }

  build(facts: Omit<NetworkDescription, 'format' | 'formatVersion' | 'nodes'>): Network {
    const description: NetworkDescription = {
      format: 'opi-snn-network',
      formatVersion: 1,
      ...facts,
      nodes: this.#nodes,
    };
    return { description, tensors: this.#tensors };
  }
}

/** Refuses an activation map that could not be held. */
export function refuseHugeMaps(dims: readonly number[]): void {
  const count = dims.reduce((product, extent) => product * extent, 1);
  if (dims.every((extent) => Number.isSafeInteger(extent) && extent >= 1) && count <= MOST_NODE_VALUES)
    return;
  throw new Refusal(
    `its result would have extents [${dims.join(', ')}]`,
    `Extents must be positive and their product at most ${MOST_NODE_VALUES}; check the input's size`,
  );
}
