import type { ArtifactStore } from './artifact.js';
import { executeJobGroups, executeJobs } from './execute-jobs.js';
import type { FinishedJob, JobOrigin, JobProgress } from './execute-jobs.js';
import { contentAddress, hashPredictions } from './hash.js';
import { evaluationKind, simulationKind } from './job-kinds.js';
import { mergeShards, shardSpecs } from './shards.js';
import type { ShardRecord } from './run-record.js';
import type {
  EvaluationResult,
  EvaluationSpec,
  ImageRange,
  SimulationResult,
  SimulationSpec,
} from './simulation-job.js';

/** How a run is executed; see {@link ExecuteJobsOptions}. */
export interface ExecuteRunOptions<Spec, Result> {
  readonly store: ArtifactStore;
  /** Computes one shard. */
  execute(spec: Spec, signal: AbortSignal): Promise<Result>;
  /** Images per shard; default {@link DEFAULT_SHARD_SIZE}. It changes no result. */
  readonly shardSize?: number;
  onProgress?(progress: JobProgress): void;
  readonly signal?: AbortSignal;
  provenance?(): Promise<JobOrigin>;
}

/** A whole run, put together from its shards. */
export interface FinishedRun<Spec, Result> {
  /** Address of the whole run's spec. */
  readonly address: string;
  readonly spec: Spec;
  readonly result: Result;
  /** SHA-256 over all predictions: {@link hashPredictions}. */
  readonly predictionHash: string;
  /** Its shards, ascending. */
  readonly shards: readonly ShardRecord[];
  /** Shards by where they came from. */
  readonly jobs: { readonly stored: number; readonly executed: number };
}

/**
 * Runs a simulation shard by shard and joins the shards. Killed at any moment and started again, it gives the same
 * result and computes only what is missing.
 *
 * @param spec  the whole run
 * @param options  store, executor of one shard, shard size, progress, signal
 * @returns the run with its prediction hash
 * @throws as {@link executeJobs} and {@link shardSpecs}
 */
export async function executeSimulation(
  spec: SimulationSpec,
  options: ExecuteRunOptions<SimulationSpec, SimulationResult>,
): Promise<FinishedRun<SimulationSpec, SimulationResult>> {
  const { shardSize, ...rest } = options;
  const finished = await executeJobs(shardSpecs(spec, shardSize), { ...rest, kind: simulationKind });
  const result = mergeShards(finished.map((job) => job.result));
  return finishedRun(spec, result, result.predictions, finished);
}

/** How a sweep is executed: as a run, but the shards over one range of images, one of each run, together. */
export interface ExecuteSweepOptions extends Omit<
  ExecuteRunOptions<SimulationSpec, SimulationResult>,
  'execute'
> {
  /** Computes shards over the same images; returns their results in order. */
  execute(specs: readonly SimulationSpec[], signal: AbortSignal): Promise<readonly SimulationResult[]>;
}

/**
 * Runs several simulations over the same images, such as one network from several initial potentials, range by range:
 * what the store lacks of a range is computed in one call. Every run is what {@link executeSimulation} makes of it, shard
 * by shard under the same addresses, and is continued in the same way.
 *
 * @param specs  whole runs over the same images
 * @param options  store, executor of the shards of one range, shard size, progress, signal
 * @returns the runs, in the order of their specs
 * @throws as {@link executeSimulation}; RangeError if the specs are not about the same images
 */
export async function executeSweep(
  specs: readonly SimulationSpec[],
  options: ExecuteSweepOptions,
): Promise<FinishedRun<SimulationSpec, SimulationResult>[]> {
  const { shardSize, ...rest } = options;
  const [first] = specs;
  if (first === undefined) return [];
  const other = specs.find(
    ({ images: { from, to } }) => from !== first.images.from || to !== first.images.to,
  );
  if (other !== undefined) {
    throw new RangeError(
      `executeSweep: specs must be about the same images, got [${first.images.from}, ${first.images.to}) and ` +
        `[${other.images.from}, ${other.images.to}).`,
    );
  }
  const shards = specs.map((spec) => shardSpecs(spec, shardSize));
  const groups = shards[0]!.map((_, range) => shards.map((run) => run[range]!));
  const finished = await executeJobGroups(groups, { ...rest, kind: simulationKind });
  return specs.map((spec, run) => {
    const jobs = finished.map((group) => group[run]!);
    const result = mergeShards(jobs.map((job) => job.result));
    return finishedRun(spec, result, result.predictions, jobs);
  });
}

/**
 * Evaluates the ANN shard by shard, as {@link executeSimulation}.
 *
 * @param spec  the whole evaluation
 * @param options  store, executor of one shard, shard size, progress, signal
 * @returns all predictions with their hash
 * @throws as {@link executeJobs} and {@link shardSpecs}
 */
export async function executeEvaluation(
  spec: EvaluationSpec,
  options: ExecuteRunOptions<EvaluationSpec, EvaluationResult>,
): Promise<FinishedRun<EvaluationSpec, EvaluationResult>> {
  const { shardSize, ...rest } = options;
  const finished = await executeJobs(shardSpecs(spec, shardSize), { ...rest, kind: evaluationKind });
  const predictions = Uint16Array.from(finished.flatMap((job) => [...job.result.predictions]));
  return finishedRun(spec, { images: spec.images, predictions }, predictions, finished);
}

type FinishedShard = FinishedJob<{ readonly images: ImageRange }, { readonly predictions: Uint16Array }>;

function finishedRun<Spec, Result>(
  spec: Spec,
  result: Result,
  predictions: Uint16Array,
  finished: readonly FinishedShard[],
): FinishedRun<Spec, Result> {
  const stored = finished.filter((job) => job.source === 'stored').length;
  return {
    address: contentAddress(spec),
    spec,
    result,
    predictionHash: hashPredictions(predictions),
    shards: finished.map(({ spec, address: job, result }) => ({
      job,
      images: spec.images,
      predictionHash: hashPredictions(result.predictions),
    })),
    jobs: { stored, executed: finished.length - stored },
  };
}
