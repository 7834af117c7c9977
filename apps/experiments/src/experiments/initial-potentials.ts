import { describeEnvironment, sealResult, type ExperimentResult } from '@opi-snn/harness';
import { WORKSPACE_ROOT } from '../workspace.js';
import { evaluateAnn } from './ann-evaluation.js';
import { ExperimentContext, type ExperimentSettings } from './context.js';
import type { InitialPotentialsDefinition } from './definition.js';
import { buildMeasurement } from './measurement.js';
import { simulateSeries } from './series-runs.js';
import { loadSubject } from './subject.js';
import { packageVersions } from './versions.js';

/** Runs one comparison of initial potentials, taking from the store what is there. */
export async function runInitialPotentials(
  definition: InitialPotentialsDefinition,
  settings: ExperimentSettings,
): Promise<ExperimentResult> {
  const started = new Date();
  const subject = await loadSubject(definition, settings.data);
  const context = new ExperimentContext(definition, settings, subject);
  try {
    return await runExperiment(context, started);
  } finally {
    await context.close();
  }
}

async function runExperiment(context: ExperimentContext, started: Date): Promise<ExperimentResult> {
  const ann = await evaluateAnn(context);
  const { inputs, jobs } = await simulateSeries(context);
  const measurement = await buildMeasurement(context, ann, inputs);
  const { backend, threads } = await context.simulator();
  const environment = await describeEnvironment(
    {
      backend,
      threads,
      versions: packageVersions(),
      startedAt: started.toISOString(),
      seconds: (Date.now() - started.getTime()) / 1000,
      command: context.settings.command,
      jobs: { stored: jobs.stored + ann.jobs.stored, executed: jobs.executed + ann.jobs.executed },
    },
    WORKSPACE_ROOT,
  );
  return sealResult(measurement, environment);
}
