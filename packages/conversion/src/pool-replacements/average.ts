import type { NetworkNode, PoolNode } from '@opi-snn/network';

/** How max pooling, which spikes cannot compute, is replaced. Today there is one way. */
export type PoolReplacement = 'average';

/**
 * Average pooling with the windows of a max pooling: same size, strides and padding. It changes what the network
 * computes unless the network was trained with it (paper.md 4.1 replaces before training); at a border, padding counts
 * as zeros in the mean.
 *
 * @see Bu et al. (AAAI 2022), Algorithm 1
 */
export function averageInsteadOfMaximum(node: PoolNode): PoolNode {
  return { ...node, op: 'average-pool' };
}

/** Whether a node is a max pooling. */
export function isMaxPool(node: NetworkNode): node is PoolNode & { readonly op: 'max-pool' } {
  return node.op === 'max-pool';
}
