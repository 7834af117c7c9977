import { findNetworkProblems, foldBatchNorm, foldRateNorm, type Network } from '@opi-snn/network';
import type { LayerStatistics } from './activation-statistics.js';
import { ConversionError, type ConversionProblem } from './conversion-error.js';
import type { ConversionReport } from './conversion-report.js';
import { findObstacles } from './find-obstacles.js';
import type { InitialPotentialRule } from './initial-potential-rules/initial-potential-rule.js';
import type { NeuronRule } from './neuron-rule.js';
import { planLayers } from './plan-layers.js';
import type { PoolReplacement } from './pool-replacements/average.js';
import { replaceNodes } from './replace-nodes.js';
import type { ThresholdRule } from './threshold-rules/threshold-rule.js';

/** The rules of a conversion, and what they need. */
export interface ConversionOptions {
  readonly threshold: ThresholdRule;
  readonly initialPotential: InitialPotentialRule;
  readonly neuron: NeuronRule;
  /** One entry per activation node, for the threshold rules that measure; from training images. */
  readonly statistics?: readonly LayerStatistics[];
  /** What becomes of max pooling; without it a max pooling is an obstacle. */
  readonly maxPool?: PoolReplacement;
  /** Name under which the combination is recorded, such as `opi`. */
  readonly method?: string;
}

/** A spiking network and how it came about. */
export interface Conversion {
  readonly network: Network;
  readonly report: ConversionReport;
}

/**
 * Convert an ANN into a spiking network.
 *
 *   φ(T) = W φ_previous(T) + b − (v[T] − v[0]) / T        (paper.md, eq. 1)
 *
 * Batch norm is folded, Rate-Norm becomes a clip at v_th (with trained bounds: `foldRateNorm` of `@opi-snn/network`), every activation becomes an `integrate-and-fire` node of the same name whose `NAME/threshold` is
 * chosen by the threshold rule; weights and biases stay as they are (threshold scaling = weight normalisation, Theorem 1).
 * The output has no neuron. The source is not altered, and tensors that stay the same are shared with it.
 *
 * @param network the ANN
 * @param options threshold rule × initial-potential rule × neuron rule
 * @returns the SNN, whose provenance records rules and source, and a report layer by layer
 * @throws ConversionError listing everything that keeps the network from being converted, each with a remedy
 * @see Bu et al. (AAAI 2022), Algorithm 1
 * @example
 * const { network: snn } = convertNetwork(ann, {
 *   threshold: { kind: 'trained-bound' },
 *   initialPotential: { kind: 'fraction', fraction: 0.5 },
 *   neuron: { reset: 'subtraction' },
 * });
 */
export function convertNetwork(network: Network, options: ConversionOptions): Conversion {
  const bounded = withBounds(network, options);
  const layers = planLayers(bounded, options);
  const problems: ConversionProblem[] = [...findObstacles(bounded, options), ...layers.problems];
  if (problems.length > 0) throw new ConversionError('convertNetwork', network.description.name, problems);
  return replaceNodes({ source: network, folded: foldBatchNorm(bounded), options, layers: layers.planned });
}

/** Rate-Norms as clips, whose trained bound is v_th; for other rules, and of an invalid network, they stay and are refused. */
function withBounds(network: Network, { threshold }: ConversionOptions): Network {
  const isReady = threshold.kind === 'trained-bound' && findNetworkProblems(network).length === 0;
  return isReady ? foldRateNorm(network) : network;
}
