import {
  executeEvaluation,
  type EvaluationResult,
  type EvaluationSpec,
  type FinishedRun,
} from '@opi-snn/harness';
import { evaluateNetwork, selectBackend } from '@opi-snn/training';
import { startProgress } from '../progress.js';
import type { ExperimentContext } from './context.js';

/** Small, so that the simulator's threads, which get their images from the same thread, seldom wait for a batch. */
const BATCH_SIZE = 25;

/** The predictions of the ANN on the images of an experiment, from the store where they are there. */
export async function evaluateAnn(
  context: ExperimentContext,
): Promise<FinishedRun<EvaluationSpec, EvaluationResult>> {
  const { images, settings, subject } = context;
  const { name: backend } = await selectBackend(settings.backend);
  const spec: EvaluationSpec = {
    kind: 'evaluation',
    specVersion: 1,
    backend,
    network: context.network,
    dataset: context.dataset,
    images: { from: 0, to: images },
  };
  const progress = startProgress('ANN', images);
  return executeEvaluation(spec, {
    store: settings.store,
    signal: settings.signal,
    execute: async ({ images: { from, to } }) => {
      const { predictions } = await evaluateNetwork(subject.ann, subject.dataset, {
        normalization: subject.normalization,
        backend,
        from,
        images: to - from,
        batchSize: BATCH_SIZE,
        signal: settings.signal,
      });
      return { images: { from, to }, predictions };
    },
    onProgress: ({ finished, total }) => {
      progress.update((images * finished) / total);
    },
  }).finally(() => {
    progress.stop();
  });
}
