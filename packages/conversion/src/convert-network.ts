import { findNetworkProblems, foldBatchNorm, foldRateNorm, type Network } from '@opi-snn/network';
import type { CarriedPotential, Preparation } from '@opi-snn/theory';
import type { LayerStatistics } from './activation-statistics.js';
import { ConversionError, type ConversionProblem } from './conversion-error.js';
import type { ConversionReport } from './conversion-report.js';
import { findObstacles } from './find-obstacles.js';
import type { InitialPotentialRule } from './initial-potential-rules/initial-potential-rule.js';
import type { NeuronRule } from './neuron-rule.js';
import { addInputCurrents } from './input-shift.js';
import { planLayers, type PlannedLayer } from './plan-layers.js';
import type { PoolReplacement } from './pool-replacements/pool-replacement.js';
import { replaceNodes } from './replace-nodes.js';
import { shiftProblems } from './shift-problems.js';
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
  /** Adds θ/(2T) to the input of every neuron at every step: the network is then for this T. Not together with a potential. */
  readonly shift?: InputShift;
  /** What every run must do first; recorded in the provenance, from where `opi evaluate` takes it. Not for signed neurons, groups or reset to zero. */
  readonly preparation?: Preparation;
  /** What neurons take along within a sequence of images; recorded in the provenance. Not for signed neurons, groups or reset to zero. */
  readonly carriedPotential?: CarriedPotential;
  /** Name under which the combination is recorded, such as `opi`. */
  readonly method?: string;
}

/** θ/(2T) added to every input (Deng & Gu): by step T it has brought θ/2, what v0 = θ/2 brings at once. */
export interface InputShift {
  readonly kind: 'half-quantum';
  /** T, integer ≥ 1. */
  readonly timeSteps: number;
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
  const problems: ConversionProblem[] = [
    ...findObstacles(bounded, options),
    ...layers.problems,
    ...shiftProblems(options, layers.planned),
  ];
  throwIfAny(network, problems);
  const folded = foldBatchNorm(bounded);
  const conversion = replaceNodes({ source: network, folded, options, layers: layers.planned });
  return options.shift === undefined ? conversion : withShift(conversion, options.shift, layers.planned);
}

function throwIfAny({ description }: Network, problems: readonly ConversionProblem[]): void {
  if (problems.length > 0) throw new ConversionError('convertNetwork', description.name, problems);
}

function withShift(
  { network, report }: Conversion,
  { timeSteps }: InputShift,
  layers: readonly PlannedLayer[],
): Conversion {
  const currents = new Map(
    layers.map(({ node, theta }) => [node.name, theta.data.map((value) => value / (2 * timeSteps))]),
  );
  const shifted = addInputCurrents(network, currents);
  throwIfAny(network, shifted.problems);
  return { network: shifted.network, report };
}

/** Rate-Norms as clips, whose trained bound is v_th; for other rules, and of an invalid network, they stay and are refused. */
function withBounds(network: Network, { threshold }: ConversionOptions): Network {
  const isReady = threshold.kind === 'trained-bound' && findNetworkProblems(network).length === 0;
  return isReady ? foldRateNorm(network) : network;
}
