import { findNetworkProblems, foldBatchNorm, foldRateNorm, type Network } from '@opi-snn/network';
import { ConversionError, type ConversionProblem } from './conversion-error.js';
import type { ConversionOptions, InputShift } from './conversion-options.js';
import type { Conversion } from './conversion-report.js';
import { findObstacles } from './find-obstacles.js';
import { addInputCurrents } from './input-shift.js';
import { planLayers, type PlannedLayer } from './plan-layers.js';
import { replaceNodes } from './replace-nodes.js';
import { shiftProblems } from './shift-problems.js';

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
