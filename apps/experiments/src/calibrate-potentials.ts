import {
  analogRun,
  calibratePotentials,
  type AnalogRun,
  type PotentialCalibration,
  type PotentialStrategy,
} from '@opi-snn/conversion';
import type { JsonValue, Network } from '@opi-snn/network';
import { imagesInMemory, measureDrive, type RunnerOptions } from '@opi-snn/simulation';
import type { CalibrationImages } from './calibration-images.js';
import { startProgress } from './progress.js';

/** Training images that potentials are calibrated on, when nothing else is asked for. */
export const CALIBRATION_IMAGES = 128;

/** Which potentials, and on what. */
export interface TrainingCalibration {
  readonly strategy: PotentialStrategy;
  /** T that is calibrated for. */
  readonly timeSteps: number;
  readonly on: Pick<CalibrationImages, 'images' | 'imageShape'> & { readonly source: JsonValue };
  /** What the ANN computes for these images, where that is kept for several calibrations; see {@link rememberedAnalog}. */
  readonly analog?: AnalogRun;
  readonly runner: RunnerOptions;
  readonly signal: AbortSignal;
  /** No progress is shown. */
  readonly quiet?: boolean;
}

/** Calibrates a converted network on training images; what they are stands in its provenance. */
export async function calibrateOnTrainingImages(
  ann: Network,
  snn: Network,
  { strategy, timeSteps, on, analog, runner, signal, quiet }: TrainingCalibration,
): Promise<PotentialCalibration> {
  const source = imagesInMemory(on.images, on.imageShape);
  const progress = startProgress(`calibrate (${strategy}, T = ${timeSteps})`, 100, quiet);
  try {
    return await calibratePotentials(ann, snn, {
      strategy,
      timeSteps,
      images: on.images,
      ...(analog === undefined ? {} : { analog }),
      drive: (network, layer, visit) => measureDrive(network, source, { ...layer, ...runner, signal }, visit),
      source: on.source,
      onProgress: ({ done, total }) => {
        signal.throwIfAborted();
        progress.update((100 * done) / total);
      },
    });
  } finally {
    progress.stop();
  }
}

/**
 * The ANN's values at the neurons of its spiking networks, computed once for each image and kept: for ResNet-20 1.5 MB an
 * image.
 */
export function rememberedAnalog(
  ann: Network,
  snn: Network,
  { images }: Pick<CalibrationImages, 'images'>,
): AnalogRun {
  const neurons = snn.description.nodes.filter(({ op }) => op === 'integrate-and-fire');
  const run = analogRun(
    ann,
    neurons.map(({ name }) => name),
    images,
  );
  const rows = new Map<number, ReturnType<AnalogRun>>();
  return (row) => {
    const values = rows.get(row) ?? run(row);
    rows.set(row, values);
    return values;
  };
}
