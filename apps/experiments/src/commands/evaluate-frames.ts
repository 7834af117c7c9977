import type { Dataset, Normalization } from '@opi-snn/datasets';
import { wilsonInterval, type Interval } from '@opi-snn/harness';
import type { Network } from '@opi-snn/network';
import { createRunner, type RunnerOptions, type Simulation } from '@opi-snn/simulation';
import type { CarriedPotential } from '@opi-snn/theory';
import { imageSource } from '../experiments/subject.js';
import { UsageError } from '../failure.js';
import { frameSource, MOTIONS, shownImages, type FrameOptions, type Motion } from '../frames.js';
import { interruption } from '../interruption.js';
import { print, printJson } from '../output.js';
import { startProgress } from '../progress.js';

/** A spiking network and the sequences that it is shown. */
export interface FrameEvaluation {
  readonly path: string;
  readonly network: Network;
  readonly dataset: Dataset;
  readonly preprocessing: Normalization;
  /** Sequences: the first images of the data set. */
  readonly sequences: number;
  readonly frames: number;
  readonly motion: Motion;
  /** α to try; 0 starts every frame alike. Default: 0, and the one of the network's method. */
  readonly alphas: readonly number[] | undefined;
  readonly timeSteps: readonly number[];
  readonly seed: number;
  readonly runner: RunnerOptions;
  readonly json: boolean;
}

/** One α at one T. */
interface Row {
  readonly timeSteps: number;
  readonly alpha: number;
  /** Of each frame. */
  readonly accuracy: readonly number[];
  /** Of the frames after the first. */
  readonly later: { readonly accuracy: number; readonly interval: Interval };
  readonly predictionHash: string;
}

/** Accuracy of each frame of short sequences, with what neurons carry from frame to frame (CRPI). */
export async function evaluateFrames(evaluation: FrameEvaluation): Promise<void> {
  const { path, network, dataset, preprocessing, json, timeSteps } = evaluation;
  const options = frameOptions(evaluation);
  const alphas = evaluation.alphas ?? [...new Set([0, methodAlpha(network)])];
  const source = frameSource(imageSource(dataset, preprocessing), options);
  const labels = shownImages(options).map((image) => dataset.labels[image]!);
  const runner = await createRunner(network, evaluation.runner);
  const progress = startProgress('simulate', timeSteps.length * source.length, json);
  const rows: Row[] = [];
  try {
    for (const [index, steps] of timeSteps.entries()) {
      const runs = await runner.runSweep(source, {
        timeSteps: steps,
        sequences: options.sequences,
        members: alphas.map((alpha) => ({ carriedPotential: { alpha }, seed: evaluation.seed })),
        signal: interruption(),
        onProgress: ({ done }) => {
          progress.update(index * source.length + done);
        },
      });
      rows.push(...runs.map((run, member) => rowOf(run, labels, alphas[member]!)));
    }
  } finally {
    progress.stop();
    await runner.close();
  }
  const { backend } = runner;
  if (json) {
    printJson({ checkpoint: path, dataset: dataset.name, ...options, seed: evaluation.seed, backend, rows });
    return;
  }
  print(
    `SNN ${network.description.name} on ${options.sequences} sequences of ${options.frames} frames of ${dataset.name} test images, ` +
      `${MOTIONS[options.motion]} (float32, ${backend}, seed ${evaluation.seed}); percent right of each frame:`,
  );
  for (const row of rows) printRow(row);
}

function frameOptions({ sequences, frames, motion, dataset }: FrameEvaluation): FrameOptions {
  const most = motion === 'cut' ? Math.floor(dataset.length / frames) : dataset.length;
  if (most === 0) {
    throw new UsageError(
      `--frames must be at most ${dataset.length}, the images of ${dataset.name}, with --motion cut; got ${frames}.`,
    );
  }
  return { sequences: Math.min(sequences, most), frames, motion };
}

function methodAlpha({ description }: Network): number {
  const conversion = description.provenance?.['conversion'] as
    { carriedPotential?: CarriedPotential } | undefined;
  return conversion?.carriedPotential?.alpha ?? 0.5;
}

/** Rows of a run are [frames, sequences]; the answer to a frame is that of its last step. */
function rowOf(run: Simulation, labels: readonly number[], alpha: number): Row {
  const { timeSteps, predictions, predictionHash } = run;
  const sequences = run.sequences!;
  const frames = labels.length / sequences;
  const correct = new Array<number>(frames).fill(0);
  labels.forEach((label, row) => {
    if (predictions[row * timeSteps + timeSteps - 1] === label) correct[Math.floor(row / sequences)]! += 1;
  });
  const later = correct.slice(1).reduce((sum, count) => sum + count, 0);
  const shown = Math.max(1, (frames - 1) * sequences);
  return {
    timeSteps,
    alpha,
    accuracy: correct.map((count) => count / sequences),
    later: { accuracy: later / shown, interval: wilsonInterval(later, shown) },
    predictionHash,
  };
}

function printRow({ timeSteps, alpha, accuracy, later }: Row): void {
  const percent = (share: number): string => (100 * share).toFixed(1).padStart(5);
  const mean = accuracy.length > 1 ? `   after the first ${percent(later.accuracy)}` : '';
  print(
    `  T = ${String(timeSteps).padStart(4)}, α = ${alpha.toFixed(2)}   ${accuracy.map(percent).join(' ')}${mean}`,
  );
}
