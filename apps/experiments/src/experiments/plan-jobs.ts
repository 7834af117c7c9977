import type { JsonValue } from '@opi-snn/harness';
import { selectBackend } from '@opi-snn/training';
import type { ExperimentSettings } from './context.js';
import type { ExperimentDefinition } from './definition.js';
import { requestOf, type JobRequest } from './job-request.js';
import { experimentJobs, openExperiment } from './run-experiment.js';

/** A job with what another machine needs to compute it. */
export interface RequestedJob {
  /** Address of the result. */
  readonly id: string;
  readonly request: JobRequest;
  /** Everything that decides the result: network, method, potential, seed, images by hash and value. */
  readonly spec: JsonValue;
}

/** All jobs of some experiments, each once, in the order in which one machine would do them. */
export async function planExperiments(
  definitions: readonly ExperimentDefinition[],
  settings: ExperimentSettings,
): Promise<RequestedJob[]> {
  const { name } = await selectBackend(settings.backend);
  const backend = name === 'tensorflow' ? name : 'wasm';
  const planned = new Map<string, RequestedJob>();
  for (const definition of definitions) {
    const context = await openExperiment(definition, { ...settings, backend });
    try {
      const request = requestOf(context, backend);
      for (const { id, spec } of await experimentJobs(definition, context)) {
        if (!planned.has(id)) planned.set(id, { id, request, spec });
      }
    } finally {
      await context.close();
    }
  }
  return [...planned.values()];
}
