import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  contentAddress,
  hashPredictions,
  openArtifactStore,
  type ArtifactStore,
  type ExperimentResult,
  type ImageRange,
} from '@opi-snn/harness';
import { philox4x32 } from '@opi-snn/theory';
import { CommandError } from '../failure.js';
import type { ExperimentContext, ExperimentSettings } from './context.js';
import type { ExperimentDefinition } from './definition.js';
import type { Profile } from './profile.js';
import { EXPERIMENTS } from './registry.js';
import { planRuns, type PlannedRun } from './planned-run.js';
import { openExperiment } from './run-experiment.js';
import { simulateShard } from './simulate-shards.js';

/** A shard that was computed again. */
export interface RepeatedShard {
  readonly series: string;
  readonly seed: number;
  readonly images: ImageRange;
  readonly committed: string;
  readonly got: string;
}

/** How it is repeated, and how many shards. */
export interface RepeatSettings extends Pick<
  ExperimentSettings,
  'data' | 'kernels' | 'threads' | 'memory' | 'signal'
> {
  readonly sample: number;
  readonly seed: number;
}

/** A shard of a committed result, with the run that has to give it again. */
interface Cell {
  readonly run: PlannedRun;
  readonly images: ImageRange;
  readonly committed: string;
}

/**
 * Computes some shards of a result again, with an empty store.
 *
 * @throws CommandError if a committed run is not among those that this program, checkpoint and data give
 */
export async function repeatShards(
  result: ExperimentResult,
  settings: RepeatSettings,
): Promise<RepeatedShard[]> {
  const folder = await mkdtemp(join(tmpdir(), 'opi-verify-'));
  const definition = EXPERIMENTS.find(({ id }) => id === result.measurement.experiment.id)!;
  const context = await openExperiment(
    definition,
    settingsOf(result, settings, await openArtifactStore(folder)),
  );
  try {
    const cells = await cellsOf(result, definition, context);
    const repeated: RepeatedShard[] = [];
    for (const { run, images, committed } of pick(cells, settings)) {
      const { predictions } = await simulateShard(context, run.snn, { ...run.spec, images });
      const { plan, seed } = run;
      repeated.push({ series: plan.id, seed, images, committed, got: hashPredictions(predictions) });
    }
    return repeated;
  } finally {
    await context.close();
    await rm(folder, { recursive: true, force: true });
  }
}

/** As the result was made. */
function settingsOf(
  { measurement, environment }: ExperimentResult,
  { data, kernels, threads, memory, signal }: RepeatSettings,
  store: ArtifactStore,
): ExperimentSettings {
  const { dataset, timeSteps, series, profile } = measurement;
  return {
    profile: profile as Profile,
    images: dataset.images,
    timeSteps,
    precision: measurement.precision ?? 'float32',
    seeds: [...new Set(series.flatMap(({ runs }) => runs.map(({ seed }) => seed)))],
    data,
    kernels,
    threads,
    memory,
    signal,
    backend: 'auto',
    store,
    command: environment.command,
  };
}

/** Every shard of every committed simulation; a result of an early version has whole runs only. */
async function cellsOf(
  result: ExperimentResult,
  definition: ExperimentDefinition,
  context: ExperimentContext,
): Promise<Cell[]> {
  const planned: PlannedRun[] = [];
  const plans = await definition.plan(context);
  for await (const run of planRuns(context, plans)) planned.push(run);
  const byAddress = new Map(planned.map((run) => [contentAddress(run.spec), run]));
  const whole = { from: 0, to: result.measurement.dataset.images };
  const records =
    result.runs?.filter(({ spec }) => (spec as { kind?: unknown }).kind === 'simulation') ??
    result.measurement.series
      .flatMap(({ runs }) => runs)
      .map(({ address, predictionHash }) => ({ address, shards: [{ images: whole, predictionHash }] }));
  return records.flatMap(({ address, shards }) => {
    const run = byAddress.get(address);
    if (run === undefined) {
      throw new CommandError(
        `run ${address.slice(0, 16)}… of ${result.measurement.experiment.id} must be one that this program gives, got none of this address: checkpoint, images or arithmetic changed since. Make the result again with \`${result.environment.command}\`.`,
      );
    }
    return shards.map(({ images, predictionHash }) => ({ run, images, committed: predictionHash }));
  });
}

/** Different cells, drawn by the seed. */
function pick(cells: readonly Cell[], { sample, seed }: RepeatSettings): Cell[] {
  const lots = cells.map((cell, i) => ({ cell, lot: philox4x32([i, 0, 0, 0], [seed, 0])[0]! }));
  return lots
    .toSorted((a, b) => a.lot - b.lot)
    .slice(0, sample)
    .map(({ cell }) => cell);
}
