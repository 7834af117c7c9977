import { openArtifactStore } from '@opi-snn/harness';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  availableExperiments,
  groupNames,
  type AvailableExperiment,
} from '../experiments/choose-experiments.js';
import { ExperimentContext, type ExperimentSettings } from '../experiments/context.js';
import type { SubjectDefinition } from '../experiments/subject-definition.js';
import { estimateExperiment, type Estimate } from '../experiments/estimate.js';
import { EXPERIMENTS } from '../experiments/registry.js';
import { loadSubject, type Subject } from '../experiments/subject.js';
import { print, printJson } from '../output.js';

/** Images that estimates look at, of data sets that are not loaded whole. */
const LISTED_IMAGES = 32;

/** What the list says about an experiment. */
export interface Listed extends AvailableExperiment {
  /** With an empty store; null where it cannot be run. */
  readonly estimate: Estimate | null;
}

/** `opi reproduce --list`: every table with what it needs, what is there, and how long it would take here. */
export async function listExperiments(
  settings: Omit<ExperimentSettings, 'store'>,
  json: boolean,
): Promise<void> {
  const listed = await estimateAll(await availableExperiments(EXPERIMENTS, settings.data), settings);
  if (json) {
    printJson(
      listed.map(({ definition: { id, group, title, subject, profiles }, missing, estimate }) => {
        const { dataset, checkpoint } = subject;
        const { seconds = null, processorSeconds = null } = estimate ?? {};
        return {
          ...{ id, group: group ?? null, title, dataset, checkpoint, profiles, missing },
          ...{ seconds, processorSeconds },
        };
      }),
    );
    return;
  }
  const width = Math.max(...EXPERIMENTS.map(({ id }) => id.length));
  for (const { definition, missing, estimate } of listed) {
    const { id, title, subject } = definition;
    const time = estimate === null ? 'cannot run' : `about ${formatSeconds(estimate.seconds)}`;
    print(`${id.padEnd(width)} ${time.padEnd(12)} ${title}`);
    const state = missing.length === 0 ? 'all there' : missing.map(({ what }) => what).join('; ');
    print(`${''.padEnd(width)} data: ${subject.dataset}; checkpoint: ${subject.checkpoint}; ${state}`);
    for (const { remedy } of missing) print(`${''.padEnd(width)} → ${remedy}`);
  }
  print(`Several networks at once: ${groupNames().join(', ')}; everything that can be run: all`);
  print(
    `Times with --profile ${settings.profile} on this machine with nothing else to do and nothing in the store, from processor time measured on a few images.`,
  );
}

/** Seconds, minutes or hours, with two digits. */
export function formatSeconds(seconds: number): string {
  if (seconds < 90) return `${Math.max(1, Math.round(seconds))} s`;
  if (seconds < 5400) return `${Math.round(seconds / 60)} min`;
  return `${Number((seconds / 3600).toPrecision(2))} h`;
}

/** Estimates of all experiments that can be run here, in a store of their own. */
export async function estimateAll(
  experiments: readonly AvailableExperiment[],
  settings: Omit<ExperimentSettings, 'store'>,
): Promise<Listed[]> {
  const subjects = new Map<SubjectDefinition, Promise<Subject>>();
  const folder = await mkdtemp(join(tmpdir(), 'opi-list-'));
  try {
    const store = await openArtifactStore(folder);
    const listed: Listed[] = [];
    for (const one of experiments) {
      const { definition, missing } = one;
      if (missing.length > 0) {
        listed.push({ ...one, estimate: null });
        continue;
      }
      const loading =
        subjects.get(definition.subject) ?? loadSubject(definition.subject, settings.data, LISTED_IMAGES);
      subjects.set(definition.subject, loading);
      const context = new ExperimentContext(definition, { ...settings, store }, await loading);
      const estimate = await estimateExperiment(definition, context).finally(() => context.close());
      listed.push({ ...one, estimate });
    }
    return listed;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
