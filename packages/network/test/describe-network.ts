import type { NetworkDescription, NetworkNode, Padding } from '../src/index.js';

export const NO_PADDING: Padding = { top: 0, bottom: 0, left: 0, right: 0 };

/** A description named `example` around some nodes. */
export function describeNetwork(nodes: readonly NetworkNode[], output: string): NetworkDescription {
  return { format: 'opi-snn-network', formatVersion: 1, name: 'example', nodes, output };
}
