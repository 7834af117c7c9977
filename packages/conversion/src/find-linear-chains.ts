import type { Network, NetworkNode } from '@opi-snn/network';
import type { ConversionProblem } from './conversion-error.js';

const WEIGHTED = new Set<NetworkNode['op']>(['conv2d', 'dense']);
const POOLS = new Set<NetworkNode['op']>(['average-pool', 'max-pool', 'global-average-pool']);
/** What hands on the values that it reads, weighted or not. */
const LINEAR = new Set<NetworkNode['op']>(['add', 'flatten', 'batch-norm', ...POOLS]);

/**
 * Layers that read weighted values without an activation between, such as the second of two convolutions in a row or the
 * first one of a pre-activation block. Nothing spikes between them, so that no synapse can carry what the first one
 * computes.
 *
 * @param network a valid ANN
 * @internal
 */
export function findLinearChains({ description }: Network): ConversionProblem[] {
  /** Nodes whose values hold weighted ones since the last activation. */
  const weighted = new Set<string>();
  const problems: ConversionProblem[] = [];
  for (const { name, op, inputs } of description.nodes) {
    const source = inputs.find((input) => weighted.has(input));
    if (source !== undefined && (WEIGHTED.has(op) || POOLS.has(op))) {
      problems.push({
        node: name,
        message: `${op} reads weighted values (${JSON.stringify(source)}) with no activation between`,
        remedy: POOLS.has(op)
          ? 'Put the activation before the pooling, or leave the pooling to strides of the layer before, and train again'
          : 'Merge the two layers into one (the product of their weights), or train with an activation between them',
      });
    }
    if (WEIGHTED.has(op) || (LINEAR.has(op) && source !== undefined)) weighted.add(name);
  }
  return problems;
}
