import type { ClipNode, NetworkNode, QcfsNode, ReluNode, Tensor } from '@opi-snn/network';
import type { LayerStatistics } from './activation-statistics.js';

/** A node that conversion replaces by integrate-and-fire neurons. */
export type ActivationNode = ReluNode | ClipNode | QcfsNode;

/** What a threshold rule may look at: one activation, its trained bound, its statistics. */
export interface ActivationLayer {
  readonly node: ActivationNode;
  /** λ, [1] or [channels]; undefined for ReLU, which has none. */
  readonly bound: Tensor | undefined;
  /** Undefined when none were given for this node. */
  readonly statistics: LayerStatistics | undefined;
}

/** θ of one layer, or why there is none. */
export type ThresholdResult =
  | {
      /** θ > 0, [1], [channels] or the shape of the layer. */
      readonly theta: Tensor;
    }
  | { readonly problem: string; readonly remedy: string };

/** Whether a node is an activation that conversion knows. */
export function isActivation(node: NetworkNode): node is ActivationNode {
  return node.op === 'relu' || node.op === 'clip' || node.op === 'qcfs';
}
