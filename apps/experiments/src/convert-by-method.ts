import {
  calibrateWithMethod,
  convertWithMethod,
  METHODS,
  type Conversion,
  type LayerStatistics,
  type MethodName,
  type MethodOptions,
} from '@opi-snn/conversion';
import type { Dataset } from '@opi-snn/datasets';
import type { Network } from '@opi-snn/network';
import type { RunnerOptions } from '@opi-snn/simulation';
import { measureActivations } from '@opi-snn/training';
import { calibrationRun } from './calibration.js';
import { chooseCalibrationImages } from './calibration-images.js';
import { normalizationOf } from './checkpoint.js';
import { startProgress } from './progress.js';

/** Training images whose activations are measured, in one quick pass. */
export const MEASURED_IMAGES = 1000;
/** Training images that are run again for every layer. */
export const CALIBRATED_IMAGES = 64;

/** A conversion by a published method, and what it may measure on. */
export interface MethodConversion {
  readonly method: MethodName;
  /** Rules in place of the method's, and T. */
  readonly rules: MethodOptions;
  /** The training set; asked for only if something is measured. */
  readonly trainingSet: () => Promise<Dataset>;
  /** Training images to measure on; default {@link MEASURED_IMAGES} or {@link CALIBRATED_IMAGES}. */
  readonly images?: number | undefined;
  /** Chooses the images of the methods that run the network. */
  readonly seed: number;
  readonly backend: 'auto' | 'tensorflow' | 'wasm';
  readonly runner: RunnerOptions;
  readonly signal: AbortSignal;
  /** No progress is shown. */
  readonly quiet: boolean;
}

/**
 * Converts with a published method, measuring on training images whatever it needs: activation statistics in one pass, or
 * thresholds and biases by running the network.
 *
 * @throws ConversionError, DatasetError, UsageError as what it calls
 */
export async function convertByMethod(network: Network, conversion: MethodConversion): Promise<Conversion> {
  const { method, rules } = conversion;
  if (isCalibrated(conversion)) return calibrated(network, conversion);
  const statistics = needsStatistics(conversion) ? { statistics: await measured(network, conversion) } : {};
  return convertWithMethod(network, method, { ...rules, ...statistics });
}

/** Whether the method finds thresholds or biases by running the network. */
function isCalibrated({ method, rules }: MethodConversion): boolean {
  const { threshold, calibration } = METHODS[method];
  const measurable: readonly string[] = ['trained-bound', 'maximum', 'percentile'];
  return calibration !== undefined || !measurable.includes((rules.threshold ?? threshold).kind);
}

function needsStatistics({ method, rules }: MethodConversion): boolean {
  return (rules.threshold ?? METHODS[method].threshold).kind !== 'trained-bound';
}

async function calibrated(network: Network, conversion: MethodConversion): Promise<Conversion> {
  const { method, rules, trainingSet, images = CALIBRATED_IMAGES, seed, runner, signal, quiet } = conversion;
  const progress = startProgress('calibrate', images, quiet);
  try {
    const chosen = chooseCalibrationImages(network, await trainingSet(), { images, seed });
    return await calibrateWithMethod(network, method, calibrationRun(chosen, { runner, signal }), rules);
  } finally {
    progress.stop();
  }
}

async function measured(
  network: Network,
  { rules, trainingSet, images = MEASURED_IMAGES, backend, signal, quiet }: MethodConversion,
): Promise<readonly LayerStatistics[]> {
  const normalization = normalizationOf(network);
  const dataset = await trainingSet();
  const length = Math.min(images, dataset.length);
  const percentile = rules.threshold?.kind === 'percentile' ? rules.threshold.percentile : 99.9;
  const progress = startProgress('measure activations', length, quiet);
  try {
    const { layers } = await measureActivations(network, dataset, {
      normalization,
      images: length,
      percentiles: [percentile],
      backend,
      signal,
    });
    return layers;
  } finally {
    progress.stop();
  }
}
