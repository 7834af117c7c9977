import {
  evaluationKind,
  executeEvaluation,
  planJobs,
  shardSpecs,
  type EvaluationResult,
  type EvaluationSpec,
  type ExecuteRunOptions,
  type FinishedRun,
  type PlannedJob,
} from '@opi-snn/harness';
import { evaluateNetwork, selectBackend } from '@opi-snn/training';
import { startProgress } from '../progress.js';
import type { ExperimentContext } from './context.js';

/** Small, so that the simulator's threads, which get their images from the same thread, seldom wait for a batch. */
const BATCH_SIZE = 25;

/** The evaluation of the ANN on all images of an experiment. */
async function evaluationSpec(context: ExperimentContext): Promise<EvaluationSpec> {
  const { name: backend } = await selectBackend(context.settings.backend);
  return {
    kind: 'evaluation',
    specVersion: 1,
    backend,
    network: context.network,
    dataset: context.dataset,
    images: { from: 0, to: context.images },
  };
}

type EvaluationOptions = ExecuteRunOptions<EvaluationSpec, EvaluationResult>;

function evaluationOptions(context: ExperimentContext, { backend }: EvaluationSpec): EvaluationOptions {
  const { settings, subject } = context;
  const { store, signal } = settings;
  return {
    store,
    signal,
    execute: async ({ images: { from, to } }) => {
      const { predictions } = await evaluateNetwork(subject.ann, subject.dataset, {
        normalization: subject.normalization,
        backend: backend as 'tensorflow' | 'wasm',
        from,
        images: to - from,
        batchSize: BATCH_SIZE,
        signal,
      });
      return { images: { from, to }, predictions };
    },
    provenance: () => context.origin({ backend, threads: 1 }),
  };
}

/** The shards of the evaluation as jobs. */
export async function evaluationJobs(context: ExperimentContext): Promise<PlannedJob[]> {
  const spec = await evaluationSpec(context);
  return planJobs(shardSpecs(spec), { ...evaluationOptions(context, spec), kind: evaluationKind });
}

/** The predictions of the ANN on the images of an experiment, from the store where they are there. */
export async function evaluateAnn(
  context: ExperimentContext,
): Promise<FinishedRun<EvaluationSpec, EvaluationResult>> {
  const spec = await evaluationSpec(context);
  const progress = startProgress('ANN', context.images);
  return executeEvaluation(spec, {
    ...evaluationOptions(context, spec),
    onProgress: ({ finished, total }) => {
      progress.update((context.images * finished) / total);
    },
  }).finally(() => {
    progress.stop();
  });
}
