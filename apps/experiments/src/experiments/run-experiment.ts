import { recordRun, sealResult, type ExperimentResult, type PlannedJob } from '@opi-snn/harness';
import { evaluateAnn, evaluationJobs } from './ann-evaluation.js';
import { processorSecondsSince } from '../processor-time.js';
import { ExperimentContext, type ExperimentSettings } from './context.js';
import type { ExperimentDefinition } from './definition.js';
import { layerErrorJobs } from './layer-errors.js';
import { buildMeasurement } from './measurement.js';
import { simulateSeries, simulationJobs } from './series-runs.js';
import { spikeTrainJobs } from './spike-trains.js';
import { loadSubject } from './subject.js';

/** Loads and converts what an experiment is about. The caller closes it. */
export async function openExperiment(
  definition: ExperimentDefinition,
  settings: ExperimentSettings,
): Promise<ExperimentContext> {
  const images = settings.images ?? definition.images[settings.profile];
  const subject = await loadSubject(definition.subject, settings.data, images);
  return new ExperimentContext(definition, settings, subject);
}

/** Everything that an experiment has to compute, each job on its own and in any order. */
export async function experimentJobs(
  definition: ExperimentDefinition,
  context: ExperimentContext,
): Promise<PlannedJob[]> {
  const plans = await definition.plan(context);
  const jobs = [
    ...(await evaluationJobs(context)),
    ...(await simulationJobs(context, plans)),
    ...layerErrorJobs(context, plans),
    ...spikeTrainJobs(context, plans),
  ];
  return [...new Map(jobs.map((job) => [job.id, job])).values()];
}

/** Runs one experiment, taking from the store what is there. */
export async function runExperiment(
  definition: ExperimentDefinition,
  settings: ExperimentSettings,
): Promise<ExperimentResult> {
  const started = new Date();
  const processor = process.cpuUsage();
  const stop = new AbortController();
  const signal = AbortSignal.any([settings.signal, stop.signal]);
  const context = await openExperiment(definition, { ...settings, signal });
  try {
    return await resultOf(definition, context, { started, processor, stop });
  } finally {
    await context.close();
  }
}

async function resultOf(
  definition: ExperimentDefinition,
  context: ExperimentContext,
  {
    started,
    processor,
    stop,
  }: { readonly started: Date; readonly processor: NodeJS.CpuUsage; readonly stop: AbortController },
): Promise<ExperimentResult> {
  const { backend, threads, memoryBytes } = await context.simulator();
  // Asked at the begin: by the end the checkout may have moved on.
  const origin = await context.origin({ backend, threads });
  const plans = await definition.plan(context);
  // The ANN runs on this thread, which otherwise waits for those of the simulator.
  const [ann, { runs, records, jobs }] = await bothOrNeither(
    evaluateAnn(context),
    simulateSeries(context, plans),
    stop,
  );
  const measurement = await buildMeasurement(definition, context, { ann, runs });
  const environment = {
    ...origin,
    memoryBytes,
    startedAt: started.toISOString(),
    seconds: (Date.now() - started.getTime()) / 1000,
    processorSeconds: processorSecondsSince(processor),
    command: context.settings.command,
    jobs: { stored: jobs.stored + ann.jobs.stored, executed: jobs.executed + ann.jobs.executed },
  };
  return sealResult(measurement, environment, [recordRun(ann), ...records]);
}

/** Both results; as soon as one fails the other is stopped and waited for. */
async function bothOrNeither<First, Second>(
  first: Promise<First>,
  second: Promise<Second>,
  stop: AbortController,
): Promise<[First, Second]> {
  try {
    return await Promise.all([first, second]);
  } catch (error) {
    stop.abort(error);
    await Promise.allSettled([first, second]);
    throw error;
  }
}
