import type { CalibrationRun, SpikingRequest, SpikingResponse } from '@opi-snn/conversion';
import type { Network } from '@opi-snn/network';
import { createRunner, imagesInMemory, type ImageSource, type RunnerOptions } from '@opi-snn/simulation';
import type { CalibrationImages } from './calibration-images.js';

/** What simulates networks while they are calibrated. */
export interface CalibrationSimulator {
  readonly runner: RunnerOptions;
  readonly signal?: AbortSignal;
}

/** What methods measure on: images, and the simulator of this project. */
export function calibrationRun(
  { images, count, imageShape }: Pick<CalibrationImages, 'images' | 'count' | 'imageShape'>,
  simulator: CalibrationSimulator,
): CalibrationRun {
  return { images, count, simulate: (snn, request) => simulate(snn, request, imageShape, simulator) };
}

/** Started for one network, ended after one run. */
async function simulate(
  snn: Network,
  { images, count, timeSteps, output, counted }: SpikingRequest,
  imageShape: ImageSource['imageShape'],
  { runner: runnerOptions, signal }: CalibrationSimulator,
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
