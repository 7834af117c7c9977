import type { NetworkNode, PoolNode } from '@opi-snn/network';

/**
 * What becomes of a maximum pooling.
 *
 * - `average`: an average pooling with the same windows. The network computes something else then, unless it was trained so; at a
 *   border, padding counts as zeros in the mean.
 * - `rate-gated`: it stays. A place passes on by how much the largest spike count of its window has grown, so that its rate is
 *   the largest rate of the window, at every T. It must read one activation, whose neurons share a threshold per channel.
 *
 * @see Bu et al. (AAAI 2022), Algorithm 1, which trains with average pooling; Rueckauer et al. (Frontiers in Neuroscience
 *   2017), section 2.2.3, for gates by rate
 */
export type PoolReplacement = 'average' | 'rate-gated';

/** Every {@link PoolReplacement}. */
export const POOL_REPLACEMENTS: readonly PoolReplacement[] = ['average', 'rate-gated'];

/** What stands in place of a max pooling in the spiking network. */
export function replaceMaxPool(node: PoolNode, replacement: PoolReplacement | undefined): PoolNode {
  return replacement === 'average' ? { ...node, op: 'average-pool' } : node;
}

/** Whether a node is a max pooling. */
export function isMaxPool(node: NetworkNode): node is PoolNode & { readonly op: 'max-pool' } {
  return node.op === 'max-pool';
}
