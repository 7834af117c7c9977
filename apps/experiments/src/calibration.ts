import type { CalibrationRun, SpikingRequest, SpikingResponse } from '@opi-snn/conversion';
import { loadDataset, normalizeImages, type DatasetName } from '@opi-snn/datasets';
import type { Network } from '@opi-snn/network';
import { createRunner, imagesInMemory, type ImageSource, type RunnerOptions } from '@opi-snn/simulation';
import { UsageError } from './failure.js';

/** Which training images a conversion is calibrated on, and what simulates them. */
export interface CalibrationOptions {
  readonly dataset: DatasetName;
  readonly folder: string | undefined;
  /** Number of images from the start of the training set. */
  readonly images: number;
  readonly runner: RunnerOptions;
  readonly signal?: AbortSignal;
}

/**
 * The first training images, normalised for a network, with the simulator of this project.
 *
 * @throws UsageError if the network does not say how images are normalised
 * @throws DatasetError if the images are not there
 */
export async function createCalibration(
  { description }: Network,
  options: CalibrationOptions,
): Promise<CalibrationRun> {
  const { preprocessing } = description;
  if (preprocessing === undefined) {
    throw new UsageError(
      'the checkpoint does not say how images are normalised, so nothing can be measured on images.',
    );
  }
  const dataset = await loadDataset(options.dataset, 'train', { folder: options.folder });
  const count = Math.min(options.images, dataset.length);
  const indices = Array.from({ length: count }, (_, i) => i);
  const images = normalizeImages(dataset, indices, preprocessing);
  return { images, count, simulate: spikingSimulator(dataset.imageShape, options) };
}

/** The simulator of this project as calibrations want it: started for one network, ended after one run. */
export function spikingSimulator(
  imageShape: ImageSource['imageShape'],
  options: Pick<CalibrationOptions, 'runner' | 'signal'>,
): CalibrationRun['simulate'] {
  return (snn, request) => simulate(snn, request, imageShape, options);
}

async function simulate(
  snn: Network,
  { images, count, timeSteps, output, counted }: SpikingRequest,
  imageShape: ImageSource['imageShape'],
  { runner: runnerOptions, signal }: Pick<CalibrationOptions, 'runner' | 'signal'>,
): Promise<SpikingResponse> {
  const runner = await createRunner(snn, runnerOptions);
  try {
    const { logits, spikeCounts } = await runner.run(imagesInMemory(images, imageShape), {
      timeSteps,
      indices: Array.from({ length: count }, (_, i) => i),
      record: { logits: output, ...(counted.length > 0 && { spikeCountsAt: [timeSteps] }) },
      ...(signal === undefined ? {} : { signal }),
    });
    return {
      output: logits ?? new Float32Array(),
      counts: new Map(counted.map((name) => [name, spikeCounts!.byLayer.get(name)![0]!])),
    };
  } finally {
    await runner.close();
  }
}
