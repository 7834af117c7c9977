import { existsSync } from 'node:fs';
import { IMAGENET, IMAGENET_REMEDY, listDatasets } from '@opi-snn/datasets';
import { UsageError } from '../failure.js';
import { nearest } from '../nearest.js';
import { experimentCheckpoint } from '../workspace.js';
import type { ExperimentDefinition } from './definition.js';
import type { Profile } from './profile.js';
import { EXPERIMENTS } from './registry.js';

/** Something that an experiment needs and this machine has not. */
export interface Missing {
  readonly what: string;
  /** The command that provides it. */
  readonly remedy: string;
}

/** An experiment, and what keeps it from being run here; nothing if it can be. */
export interface AvailableExperiment {
  readonly definition: ExperimentDefinition;
  readonly missing: readonly Missing[];
}

/** The name that means every experiment. */
export const ALL = 'all';

/** Names of several experiments at once. */
export function groupNames(): string[] {
  return [...new Set(EXPERIMENTS.flatMap(({ group }) => (group === undefined ? [] : [group])))];
}

/** What each experiment lacks on this machine. */
export async function availableExperiments(
  definitions: readonly ExperimentDefinition[],
  data: string | undefined,
): Promise<AvailableExperiment[]> {
  const absent = (await listDatasets(data)).filter(({ state }) => state === 'absent');
  return definitions.map((definition) => {
    const { dataset, checkpoint, provide } = definition.subject;
    const missing: Missing[] = [];
    if (absent.some(({ name }) => name === dataset)) {
      const remedy = dataset === IMAGENET ? IMAGENET_REMEDY : `--data DIR, or \`opi data fetch ${dataset}\``;
      missing.push({ what: `the images of ${dataset} are not there`, remedy });
    }
    if (!existsSync(experimentCheckpoint(checkpoint))) {
      const remedy = `\`${provide ?? 'git checkout checkpoints'}\``;
      missing.push({ what: `the checkpoint ${checkpoint} is not there`, remedy });
    }
    return { definition, missing };
  });
}

/**
 * The experiments that are meant: those of the profile, or those named. A profile, the name of a group, or `all` means
 * those that can be run here; the others are told on standard error with what would provide what they lack.
 *
 * @throws UsageError for an unknown name, or if nothing that was named can be run here
 */
export async function chooseExperiments(
  names: readonly string[],
  profile: Profile,
  data: string | undefined,
): Promise<readonly ExperimentDefinition[]> {
  assertKnown(names);
  const isMeant = ({ group, profiles }: ExperimentDefinition): boolean =>
    names.length === 0
      ? profiles.includes(profile)
      : names.includes(ALL) || (group !== undefined && names.includes(group));
  const several = EXPERIMENTS.filter((one) => !names.includes(one.id) && isMeant(one));
  const left = (await availableExperiments(several, data)).filter(({ missing }) => missing.length > 0);
  for (const { definition, missing } of left) {
    const lines = missing.map(({ what, remedy }) => `${what} (${remedy})`);
    process.stderr.write(`opi: ${definition.id} is left out: ${lines.join('; ')}.\n`);
  }
  const chosen = EXPERIMENTS.filter(
    (one) =>
      names.includes(one.id) || (several.includes(one) && !left.some(({ definition }) => definition === one)),
  );
  if (chosen.length === 0) {
    const meant = names.length === 0 ? `the ${profile} profile` : names.join(', ');
    throw new UsageError(`nothing of ${meant} can be run here.`);
  }
  return chosen;
}

function assertKnown(names: readonly string[]): void {
  const known = [...groupNames(), ...EXPERIMENTS.map(({ id }) => id), ALL];
  const unknown = names.filter((name) => !known.includes(name));
  if (unknown.length === 0) return;
  const lines = unknown.map((name) => `unknown table "${name}"${nearest(name, known)}`);
  throw new UsageError(`${lines.join('; ')}. Known: ${known.join(', ')}.`);
}
