import type { Artifact, ArtifactContent, ArtifactStore } from './artifact.js';
import { canonicalValue } from './canonical-json.js';
import type { JsonValue } from './canonical-json.js';
import type { RunEnvironment } from './environment.js';
import { contentAddress } from './hash.js';

/**
 * How the results of one kind of job become artifacts and come back. `decode` throws when an artifact does not fit its
 * spec; the job is then made again.
 */
export interface JobKind<Spec, Result> {
  readonly name: string;
  encode(result: Result, spec: Spec): ArtifactContent;
  decode(artifact: Artifact, spec: Spec): Result;
}

/** One job done: from the store, or executed now. */
export interface FinishedJob<Spec, Result> {
  readonly spec: Spec;
  readonly address: string;
  readonly result: Result;
  readonly source: 'stored' | 'executed';
}

/** Told after every job. */
export interface JobProgress {
  /** Jobs finished, including this one. */
  readonly finished: number;
  readonly total: number;
  /** How many of the finished ones came from the store. */
  readonly stored: number;
  readonly address: string;
  readonly source: 'stored' | 'executed';
}

/** With what a job was computed; see {@link RunEnvironment}. */
export type JobOrigin = Pick<
  RunEnvironment,
  'node' | 'v8' | 'platform' | 'cpu' | 'cores' | 'backend' | 'threads' | 'versions' | 'git'
>;

/** What is stored beside the result of a job: with what, when, and how long it took. */
export type JobProvenance = Partial<JobOrigin> & Pick<RunEnvironment, 'startedAt' | 'seconds'>;

/** Where results are kept, who computes them, and who is told. */
export interface ExecuteJobsOptions<Spec, Result> {
  readonly store: ArtifactStore;
  readonly kind: JobKind<Spec, Result>;
  /** Computes one job; has to stop soon, by throwing, when the signal is aborted. */
  execute(spec: Spec, signal: AbortSignal): Promise<Result>;
  onProgress?(progress: JobProgress): void;
  readonly signal?: AbortSignal;
  /** Stored beside each result, outside its address: versions, machine; asked for after each job that was executed. */
  provenance?(): Promise<JobOrigin>;
}

/**
 * Runs jobs in order; what the store has is not run again, and every result is stored before the next job starts, so
 * that a run that was interrupted, or killed, continues where it was.
 *
 * @param jobs  specs, plain data; equal specs have the same address and are run once
 * @param options  store, kind, executor; see {@link ExecuteJobsOptions}
 * @returns one finished job per spec, in the order given
 * @throws what `execute` throws, the signal's reason when aborted, StorageError when a result cannot be stored
 */
export async function executeJobs<Spec, Result>(
  jobs: readonly Spec[],
  options: ExecuteJobsOptions<Spec, Result>,
): Promise<FinishedJob<Spec, Result>[]> {
  const signal = options.signal ?? new AbortController().signal;
  const finished: FinishedJob<Spec, Result>[] = [];
  let stored = 0;
  for (const spec of jobs) {
    signal.throwIfAborted();
    const job = await finishJob(spec, options, signal);
    finished.push(job);
    if (job.source === 'stored') stored += 1;
    const { address, source } = job;
    options.onProgress?.({ finished: finished.length, total: jobs.length, stored, address, source });
  }
  return finished;
}

async function finishJob<Spec, Result>(
  spec: Spec,
  options: ExecuteJobsOptions<Spec, Result>,
  signal: AbortSignal,
): Promise<FinishedJob<Spec, Result>> {
  const { store, kind } = options;
  const input = canonicalValue(spec);
  const address = contentAddress(input);
  const known = await decodeStored(store, kind, spec, input);
  if (known !== undefined) return { spec, address, result: known, source: 'stored' };
  const started = new Date();
  const result = await options.execute(spec, signal);
  const provenance: JobProvenance = {
    ...(await options.provenance?.()),
    startedAt: started.toISOString(),
    seconds: (Date.now() - started.getTime()) / 1000,
  };
  await store.put(input, kind.encode(result, spec), canonicalValue(provenance));
  return { spec, address, result, source: 'executed' };
}

async function decodeStored<Spec, Result>(
  store: ArtifactStore,
  kind: JobKind<Spec, Result>,
  spec: Spec,
  input: JsonValue,
): Promise<Result | undefined> {
  const artifact = await store.get(input);
  if (artifact === undefined) return undefined;
  try {
    return kind.decode(artifact, spec);
  } catch (error) {
    // Intact bytes that do not fit: written by a faulty or older program. Made again under the same address.
    if (!(error instanceof RangeError)) throw error;
    await store.remove(artifact.address);
    return undefined;
  }
}
