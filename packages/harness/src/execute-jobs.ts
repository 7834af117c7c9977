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

/** Where results are kept, and who is told. */
interface JobOptions<Spec, Result> {
  readonly store: ArtifactStore;
  readonly kind: JobKind<Spec, Result>;
  onProgress?(progress: JobProgress): void;
  readonly signal?: AbortSignal;
  /** Stored beside each result, outside its address: versions, machine; asked for after jobs were executed. */
  provenance?(): Promise<JobOrigin>;
}

/** Where results are kept, who computes them, and who is told. */
export interface ExecuteJobsOptions<Spec, Result> extends JobOptions<Spec, Result> {
  /** Computes one job; has to stop soon, by throwing, when the signal is aborted. */
  execute(spec: Spec, signal: AbortSignal): Promise<Result>;
}

/** The same for jobs that are computed together. */
export interface ExecuteGroupsOptions<Spec, Result> extends JobOptions<Spec, Result> {
  /** Computes some jobs of a group and returns their results in order; has to stop soon when the signal is aborted. */
  execute(specs: readonly Spec[], signal: AbortSignal): Promise<readonly Result[]>;
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
  const groups = jobs.map((spec) => [spec]);
  const execute = async ([spec]: readonly Spec[], signal: AbortSignal): Promise<Result[]> => [
    await options.execute(spec!, signal),
  ];
  return (await executeJobGroups(groups, { ...options, execute })).flat();
}

/**
 * Runs groups of jobs in order, as {@link executeJobs} runs jobs. Of a group, what the store lacks is executed in one
 * call, for jobs that share work; then each result is stored as if it had been executed alone. `seconds` in the
 * provenance of such a job is its share of the call.
 *
 * @param groups  specs that are computed together
 * @param options  store, kind, executor; see {@link ExecuteGroupsOptions}
 * @returns one finished job per spec, in the order given
 * @throws as {@link executeJobs}; RangeError if `execute` returns another number of results
 */
export async function executeJobGroups<Spec, Result>(
  groups: readonly (readonly Spec[])[],
  options: ExecuteGroupsOptions<Spec, Result>,
): Promise<FinishedJob<Spec, Result>[][]> {
  const signal = options.signal ?? new AbortController().signal;
  const total = groups.reduce((sum, group) => sum + group.length, 0);
  const finished: FinishedJob<Spec, Result>[][] = [];
  let [done, stored] = [0, 0];
  for (const group of groups) {
    signal.throwIfAborted();
    const jobs = await finishGroup(group, options, signal);
    finished.push(jobs);
    for (const { address, source } of jobs) {
      done += 1;
      if (source === 'stored') stored += 1;
      options.onProgress?.({ finished: done, total, stored, address, source });
    }
  }
  return finished;
}

async function finishGroup<Spec, Result>(
  specs: readonly Spec[],
  options: ExecuteGroupsOptions<Spec, Result>,
  signal: AbortSignal,
): Promise<FinishedJob<Spec, Result>[]> {
  const { store, kind } = options;
  const jobs = new Map<string, FinishedJob<Spec, Result>>();
  const missing = new Map<string, Spec>();
  const addresses = specs.map((spec) => contentAddress(canonicalValue(spec)));
  for (const [i, spec] of specs.entries()) {
    const address = addresses[i]!;
    if (jobs.has(address) || missing.has(address)) continue;
    const known = await decodeStored(store, kind, spec, canonicalValue(spec));
    if (known === undefined) missing.set(address, spec);
    else jobs.set(address, { spec, address, result: known, source: 'stored' });
  }
  if (missing.size > 0) {
    for (const job of await executeMissing(missing, options, signal)) jobs.set(job.address, job);
  }
  return addresses.map((address) => jobs.get(address)!);
}

async function executeMissing<Spec, Result>(
  missing: ReadonlyMap<string, Spec>,
  options: ExecuteGroupsOptions<Spec, Result>,
  signal: AbortSignal,
): Promise<FinishedJob<Spec, Result>[]> {
  const { store, kind } = options;
  const started = new Date();
  const results = await options.execute([...missing.values()], signal);
  if (results.length !== missing.size) {
    throw new RangeError(
      `executeJobGroups: execute must return ${missing.size} results, got ${results.length}.`,
    );
  }
  const provenance: JobProvenance = {
    ...(await options.provenance?.()),
    startedAt: started.toISOString(),
    seconds: (Date.now() - started.getTime()) / 1000 / missing.size,
  };
  const jobs: FinishedJob<Spec, Result>[] = [];
  for (const [i, [address, spec]] of [...missing].entries()) {
    const result = results[i]!;
    await store.put(canonicalValue(spec), kind.encode(result, spec), canonicalValue(provenance));
    jobs.push({ spec, address, result, source: 'executed' });
  }
  return jobs;
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
