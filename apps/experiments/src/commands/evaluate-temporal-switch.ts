import type { Dataset, Normalization } from '@opi-snn/datasets';
import { wilsonInterval } from '@opi-snn/harness';
import type { Network } from '@opi-snn/network';
import { runTemporalSwitch, type RunnerOptions, type TemporalSwitchRun } from '@opi-snn/simulation';
import type { SwitchRounding } from '@opi-snn/theory';
import { accuracyText, intervalText } from '../accuracy-text.js';
import { imageSource } from '../experiments/subject.js';
import { interruption } from '../interruption.js';
import { print, printJson } from '../output.js';
import { startProgress } from '../progress.js';

/** A temporal-switch network and the images that it is shown. */
export interface TemporalSwitchEvaluation {
  readonly path: string;
  readonly network: Network;
  readonly dataset: Dataset;
  readonly preprocessing: Normalization;
  readonly images: number;
  readonly timeSteps: readonly number[];
  readonly rounding: SwitchRounding;
  readonly runner: Omit<RunnerOptions, 'precision'>;
  readonly json: boolean;
}

/** Whether a network is one for {@link evaluateTemporalSwitch}. */
export function isTemporalSwitch({ description: { nodes } }: Network): boolean {
  return nodes.some((node) => node.op === 'integrate-and-fire' && node.emission?.kind === 'temporal-switch');
}

/** Accuracy and cost of a temporal-switch network: a run of its own for each T. */
export async function evaluateTemporalSwitch(evaluation: TemporalSwitchEvaluation): Promise<void> {
  const { path, network, dataset, images, timeSteps, rounding, json } = evaluation;
  const source = imageSource(dataset, evaluation.preprocessing);
  const progress = startProgress('simulate', timeSteps.length * images, json);
  const rows = [];
  for (const [index, steps] of timeSteps.entries()) {
    const run = await runTemporalSwitch(network, source, {
      ...evaluation.runner,
      timeSteps: steps,
      inputBound: largestPixel(evaluation.preprocessing),
      rounding,
      indices: Array.from({ length: images }, (_, i) => i),
      signal: interruption(),
      onProgress: ({ done }) => {
        progress.update(index * images + done);
      },
    }).catch((error: unknown) => {
      progress.stop();
      throw error;
    });
    rows.push(rowOf(run, dataset.labels));
  }
  progress.stop();
  if (json) {
    printJson({ checkpoint: path, dataset: dataset.name, images, rounding, rows });
    return;
  }
  print(
    `SNN ${network.description.name} on ${images} ${dataset.name} test images (temporal switch, rounding ${rounding}, float32, ${rows[0]!.backend}):`,
  );
  for (const { timeSteps: steps, latency, accuracy, interval, additions } of rows) {
    print(
      `  T = ${String(steps).padStart(4)}, answer after ${String(latency).padStart(5)} steps   ${accuracyText(accuracy)} ` +
        `${intervalText(interval)}   ${(additions / 1e6).toFixed(2)} M additions`,
    );
  }
}

/** Largest |pixel| that a normalised image can have: black or white of some channel. */
function largestPixel({ mean, standardDeviation }: Normalization): number {
  return mean.reduce(
    (most, value, channel) => Math.max(most, Math.max(value, 1 - value) / standardDeviation[channel]!),
    0,
  );
}

function rowOf(run: TemporalSwitchRun, labels: ArrayLike<number>) {
  const { timeSteps, latency, predictions, predictionHash, indices, layers, backend, inputBound } = run;
  const correct = predictions.reduce(
    (sum, prediction, row) => sum + Number(prediction === labels[indices[row]!]),
    0,
  );
  const perImage = (key: 'fired' | 'additions'): number =>
    layers.reduce((sum, layer) => sum + layer[key], 0) / indices.length;
  return {
    timeSteps,
    latency,
    accuracy: correct / indices.length,
    interval: wilsonInterval(correct, indices.length),
    spikes: 2 * perImage('fired'),
    additions: perImage('additions'),
    inputBound,
    predictionHash,
    backend,
  };
}
