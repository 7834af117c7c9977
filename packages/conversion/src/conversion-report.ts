import type { Network } from '@opi-snn/network';
import type { InitialPotential } from '@opi-snn/theory';
import type { ActivationNode } from './activation-layer.js';
import type { NeuronRule } from './neuron-rule.js';

/** What became of one activation. */
export interface LayerReport {
  /** Name of the node, the same in ANN and SNN. */
  readonly node: string;
  /** The activation that was replaced. */
  readonly replaced: ActivationNode['op'] | 'rate-norm';
  /** θ, [1], [channels] or [neurons]. */
  readonly theta: readonly number[];
  readonly initialPotential: InitialPotential;
}

/** How a spiking network came about; plain data. */
export interface ConversionReport {
  /** Name of the method, if the rules have one. */
  readonly method?: string;
  /** Label of the threshold rule, such as `percentile 99.9`. */
  readonly threshold: string;
  readonly reset: NeuronRule['reset'];
  /** Signed spikes or groups, if the neurons have them. */
  readonly emission?: NonNullable<NeuronRule['emission']>;
  /** In the order of the nodes. */
  readonly layers: readonly LayerReport[];
  /** Batch-norm nodes that were folded into the layer before them. */
  readonly foldedBatchNorms: readonly string[];
  /** Max-pooling nodes that were replaced by average pooling. */
  readonly replacedMaxPools: readonly string[];
  /** Max-pooling nodes that stay, gated by rate, if there are any. */
  readonly gatedMaxPools?: readonly string[];
  /** {@link hashNetwork} of the ANN. */
  readonly sourceHash: string;
  /** What a reader should know: combinations outside the theory, replaced nodes. Whole sentences. */
  readonly notes: readonly string[];
}

/** A spiking network and how it came about. */
export interface Conversion {
  readonly network: Network;
  readonly report: ConversionReport;
}
