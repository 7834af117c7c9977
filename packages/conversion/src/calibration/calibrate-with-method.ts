import { foldBatchNorm, foldRateNorm, type Network } from '@opi-snn/network';
import type { Conversion, LayerReport } from '../conversion-report.js';
import { convertWithMethod, methodOf, type MethodOptions } from '../methods/convert-with-method.js';
import type { ConversionMethod } from '../methods/method.js';
import { runsTheNetwork } from '../methods/method-threshold.js';
import type { MethodName } from '../methods/registry.js';
import type { ThresholdRule } from '../threshold-rules/threshold-rule.js';
import { calibrateAdvanced } from './calibrate-advanced.js';
import { calibrateBias } from './calibrate-bias.js';
import type { CalibrationRun } from './calibration-run.js';
import { balanceLocally } from './local-balancing.js';
import { measureStatistics } from './measure-statistics.js';
import { balanceBySpikingMaximum } from './spiking-maximum.js';

/**
 * Convert with a published method and whatever it has to measure for that: activation statistics, thresholds found by running
 * the network, corrected biases.
 *
 * @param network the ANN; not altered
 * @param name    key of `METHODS`
 * @param run     training images and a simulator
 * @param options T for the methods that need one; any rule given here replaces the method's own. Statistics that are given are
 *   not measured
 * @throws RangeError if no such method exists; ConversionError as `convertWithMethod`
 * @example
 * const { network } = await calibrateWithMethod(ann, 'spike-norm', { images, count, simulate });
 */
export async function calibrateWithMethod(
  network: Network,
  name: MethodName,
  run: CalibrationRun,
  options: MethodOptions = {},
): Promise<Conversion> {
  const method = methodOf('calibrateWithMethod', name);
  const threshold = options.threshold ?? (await balance(network, method, run, options));
  const conversion = convertWithMethod(network, name, {
    ...options,
    ...(threshold === undefined ? {} : { threshold }),
    ...(needsStatistics(method, options) && { statistics: measureStatistics(network, run) }),
  });
  if (method.calibration === undefined || options.timeSteps === undefined) return conversion;
  const isAdvanced = method.calibration === 'advanced';
  const { timeSteps } = options;
  const [ann, snn] = [foldRateNorm(network), conversion.network];
  const corrected = isAdvanced
    ? await calibrateAdvanced(ann, snn, run, { timeSteps })
    : await calibrateBias(ann, snn, run, timeSteps);
  const what = isAdvanced ? 'Biases, potentials and weights are calibrated' : 'Biases are corrected';
  const notes = [...conversion.report.notes, `${what} on ${run.count} training images for T = ${timeSteps}.`];
  const layers = isAdvanced
    ? withOwnPotentials(conversion.report.layers, corrected)
    : conversion.report.layers;
  return { network: corrected, report: { ...conversion.report, layers, notes } };
}

/** Potentials that the calibration has set, in place of those of the rule. */
function withOwnPotentials(layers: readonly LayerReport[], { tensors }: Network): LayerReport[] {
  return layers.map((layer) => {
    const own = tensors.get(`${layer.node}/initial-potential`)!;
    return { ...layer, initialPotential: { kind: 'fractions', fractions: [...own.data] } };
  });
}

/** Thresholds of the rules that run the network. */
async function balance(
  network: Network,
  { threshold, initialPotential, neuron }: ConversionMethod,
  run: CalibrationRun,
  options: MethodOptions,
): Promise<ThresholdRule | undefined> {
  if (!runsTheNetwork(threshold)) return undefined;
  const folded = foldBatchNorm(foldRateNorm(network));
  if (threshold.kind === 'local-balancing') return balanceLocally(folded, threshold, run);
  return balanceBySpikingMaximum(folded, threshold, run, {
    initialPotential: options.initialPotential ?? initialPotential,
    neuron: options.neuron ?? neuron,
  });
}

function needsStatistics(
  { threshold }: ConversionMethod,
  { statistics, threshold: given }: MethodOptions,
): boolean {
  const { kind } = given ?? threshold;
  const measuring = ['maximum', 'neuron-maximum', 'percentile', 'mean-squared-error'];
  return statistics === undefined && measuring.includes(kind);
}
