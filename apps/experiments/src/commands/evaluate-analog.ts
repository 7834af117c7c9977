import { wilsonInterval } from '@opi-snn/harness';
import { evaluateNetwork } from '@opi-snn/training';
import { accuracyText, intervalText } from '../accuracy-text.js';
import { interruption } from '../interruption.js';
import { print, printJson } from '../output.js';
import { startProgress } from '../progress.js';
import type { EvaluationSubject } from './evaluation-subject.js';

/** What is evaluated of an ANN, and how. */
export interface AnalogEvaluation extends EvaluationSubject {
  readonly backend: 'auto' | 'tensorflow' | 'wasm';
  readonly json: boolean;
}

/** Accuracy of an ANN. */
export async function evaluateAnalog({
  path,
  network,
  dataset,
  images,
  preprocessing,
  backend: wanted,
  json,
}: AnalogEvaluation): Promise<void> {
  const progress = startProgress('evaluate', images, json);
  const { correct, backend } = await evaluateNetwork(network, dataset, {
    normalization: preprocessing,
    images,
    backend: wanted,
    signal: interruption(),
    onProgress: (done) => {
      progress.update(done);
    },
  }).finally(() => {
    progress.stop();
  });
  const interval = wilsonInterval(correct, images);
  if (json)
    printJson({
      checkpoint: path,
      dataset: dataset.name,
      images,
      correct,
      accuracy: correct / images,
      interval,
      backend,
    });
  else
    print(
      `ANN ${network.description.name} on ${images} ${dataset.name} test images: ${accuracyText(correct / images)} ${intervalText(interval)} (${backend} backend)`,
    );
}
