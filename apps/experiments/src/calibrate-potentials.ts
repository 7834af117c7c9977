import {
  analogRun,
  type AnalogRun,
  calibratePotentials,
  hashNetwork,
  type PotentialCalibration,
  type PotentialStrategy,
} from '@opi-snn/conversion';
import { normalizeImages, type Dataset } from '@opi-snn/datasets';
import type { Network } from '@opi-snn/network';
import { imagesInMemory, measureDrive, type RunnerOptions } from '@opi-snn/simulation';
import { CounterRandom, shuffle } from '@opi-snn/theory';
import { UsageError } from './failure.js';
import { startProgress } from './progress.js';

/** Training images that potentials are calibrated on, when nothing else is asked for. */
export const CALIBRATION_IMAGES = 128;

/** Which potentials, and on what. */
export interface TrainingCalibration {
  readonly strategy: PotentialStrategy;
  /** T that is calibrated for. */
  readonly timeSteps: number;
  /** Training images; never test images. */
  readonly dataset: Dataset;
  /** Number of images, drawn without repetition by `seed`. */
  readonly images: number;
  readonly seed: number;
  readonly runner: RunnerOptions;
  readonly signal: AbortSignal;
  /** Keeps what the ANN computes for one calibration after the other of the same images. */
  readonly memory?: AnalogMemory;
  /** No progress is shown. */
  readonly quiet?: boolean;
}

/** Values of the ANN by what decides them. */
export type AnalogMemory = Map<string, AnalogRun>;

/** Stream of the random numbers that choose calibration images. */
const IMAGE_STREAM = 0xca1;

/**
 * Calibrates a converted network on training images chosen by a seed; data set, number and seed stand in its provenance.
 *
 * @throws UsageError if the ANN does not say how images are normalised
 */
export async function calibrateOnTrainingImages(
  ann: Network,
  snn: Network,
  request: TrainingCalibration,
): Promise<PotentialCalibration> {
  const { strategy, timeSteps, dataset, seed, runner, signal } = request;
  const { preprocessing } = ann.description;
  if (preprocessing === undefined) {
    throw new UsageError(
      'the checkpoint does not say how images are normalised, so nothing can be calibrated on images.',
    );
  }
  const chosen = chooseImages(dataset.length, request.images, seed);
  const images = normalizeImages(dataset, chosen, preprocessing);
  const source = imagesInMemory(images, dataset.imageShape);
  const progress = startProgress(`calibrate (${strategy}, T = ${timeSteps})`, 100, request.quiet);
  try {
    return await calibratePotentials(ann, snn, {
      strategy,
      timeSteps,
      images,
      analog: remembered(ann, snn, images, request),
      drive: (network, layer, visit) => measureDrive(network, source, { ...layer, ...runner, signal }, visit),
      source: {
        dataSet: dataset.name,
        split: dataset.split,
        sha256: dataset.hash,
        images: chosen.length,
        seed,
      },
      onProgress: ({ done, total }) => {
        signal.throwIfAborted();
        progress.update((100 * done) / total);
      },
    });
  } finally {
    progress.stop();
  }
}

/** The ANN's values, computed once per image where there is a memory. */
function remembered(
  ann: Network,
  snn: Network,
  images: Float32Array,
  { memory, dataset, images: count, seed }: TrainingCalibration,
): AnalogRun {
  const neurons = snn.description.nodes
    .filter(({ op }) => op === 'integrate-and-fire')
    .map(({ name }) => name);
  const run = analogRun(ann, neurons, images);
  if (memory === undefined) return run;
  const key = `${hashNetwork(ann)} ${dataset.hash} ${count} ${seed}`;
  const rows = new Map<number, ReturnType<AnalogRun>>();
  const remembering: AnalogRun = (row) => {
    const values = rows.get(row) ?? run(row);
    rows.set(row, values);
    return values;
  };
  memory.set(key, memory.get(key) ?? remembering);
  return memory.get(key)!;
}

/** The first of a shuffled list of all indices. */
function chooseImages(available: number, wanted: number, seed: number): number[] {
  const indices = Array.from({ length: available }, (_, i) => i);
  shuffle(indices, new CounterRandom(seed, IMAGE_STREAM));
  return indices.slice(0, wanted);
}
