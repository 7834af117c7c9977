import { setTimeout as pause } from 'node:timers/promises';
import type { JobType } from 'bullmq';
import type { ArtifactStore } from './artifact.js';
import { setAsideJobs, withQueue, type JobQueue, type QueuedJob, type SetAsideJob } from './open-queue.js';
import { QueueError, queueLocation, type QueueConnection } from './queue-connection.js';

/** How far a distribution is. */
export interface DistributionProgress {
  readonly total: number;
  /** Results in the store. */
  readonly finished: number;
  /** Jobs that are being computed, of this and other runs. */
  readonly active: number;
  readonly workers: number;
  readonly setAside: readonly SetAsideJob[];
}

/** Where jobs go, where results come from, and who is told. */
export interface DistributeJobsOptions {
  readonly connection: QueueConnection;
  /** Name of the queue; one per store. */
  readonly queue: string;
  readonly store: ArtifactStore;
  onProgress?(progress: DistributionProgress): void;
  readonly signal?: AbortSignal;
  /** Attempts before a job is set aside; default 3. */
  readonly attempts?: number;
  /** Pause between two looks at the queue [ms]; default 1000. */
  readonly pollMs?: number;
}

const DEFAULT_ATTEMPTS = 3;
const DEFAULT_POLL_MS = 1000;
const BACKOFF_MS = 1000;
/** A server that is killed forgets its last second; a job that disappears this often does so for another reason. */
const MAXIMUM_LOSSES = 10;

/**
 * Has jobs computed by whatever workers listen to a queue, and returns when every result is in the store.
 *
 * The store alone says what is done. A job that is neither in the queue nor in the store is put into the queue, as often
 * as needed: at the start, when the caller was killed and came back, when Redis was killed and lost its last second.
 * A job is known by its address, so that it is never in the queue twice, and its result never counted twice.
 *
 * @param jobs  in the order in which they should be taken
 * @param options  queue, store, progress
 * @throws QueueError if the server cannot be reached at the start, if jobs had to be set aside (all others are done
 *   then), or if results do not arrive in this store; the signal's reason when aborted (what is queued goes on)
 */
export async function distributeJobs(
  jobs: readonly QueuedJob[],
  options: DistributeJobsOptions,
): Promise<void> {
  const setAside = await withQueue(options.connection, options.queue, (queue) =>
    new Distribution(jobs, queue, options).finish(),
  );
  if (setAside.length > 0) throw setAsideError(setAside, options.connection.url);
}

/** Where a job is while nothing has to be done about it; these names are those of the lists in Redis. */
const WAITED_FOR: JobType[] = ['wait', 'active', 'delayed', 'failed'];

class Distribution {
  readonly #pending: Map<string, QueuedJob>;
  readonly #losses = new Map<string, number>();
  readonly #total: number;

  constructor(
    jobs: readonly QueuedJob[],
    private readonly queue: JobQueue,
    private readonly options: DistributeJobsOptions,
  ) {
    this.#pending = new Map(jobs.map((job) => [job.id, job]));
    this.#total = this.#pending.size;
  }

  /** Looks again and again until nothing is left but what was set aside. */
  async finish(): Promise<readonly SetAsideJob[]> {
    const { signal, pollMs = DEFAULT_POLL_MS } = this.options;
    for (;;) {
      signal?.throwIfAborted();
      const setAside = await this.#look();
      if (this.#pending.size === setAside.length) return setAside;
      await pause(pollMs, undefined, signal === undefined ? {} : { signal }).catch(() => undefined);
    }
  }

  async #look(): Promise<readonly SetAsideJob[]> {
    const queued = new Set(await this.queue.getRanges(WAITED_FOR, 0, -1));
    // What left the queue before this look has its result in the store already.
    for (const job of [...this.#pending.values()]) if (!queued.has(job.id)) await this.#settle(job);
    const setAside = (await setAsideJobs(this.queue)).filter(({ id }) => this.#pending.has(id));
    const { active } = await this.queue.getJobCounts('active');
    this.options.onProgress?.({
      total: this.#total,
      finished: this.#total - this.#pending.size,
      active: active ?? 0,
      workers: await this.queue.getWorkersCount(),
      setAside,
    });
    return setAside;
  }

  /** A job outside the queue is done, or new, or lost. */
  async #settle(job: QueuedJob): Promise<void> {
    const problems = await this.options.store.inspect(job.id);
    if (problems?.length === 0) {
      this.#pending.delete(job.id);
      return;
    }
    const losses = this.#losses.get(job.id) ?? 0;
    if (losses > MAXIMUM_LOSSES) throw strayError(job.id, this.options.store.location);
    this.#losses.set(job.id, losses + 1);
    const { attempts = DEFAULT_ATTEMPTS } = this.options;
    await this.queue.add('job', job.payload, {
      jobId: job.id,
      attempts,
      backoff: { type: 'fixed', delay: BACKOFF_MS },
      removeOnComplete: true,
      removeOnFail: false,
      // Paths of a machine stay there.
      stackTraceLimit: 0,
    });
  }
}

function setAsideError(jobs: readonly SetAsideJob[], url: string): QueueError {
  const lines = jobs.map(
    ({ id, error, attempts }) => `  ${id.slice(0, 16)}…, ${attempts} attempts: ${error}`,
  );
  return new QueueError(
    `queue: every job must succeed, got ${jobs.length} set aside in ${queueLocation(url)}:\n${lines.join('\n')}\nEverything else is done. Mend the cause, then \`opi queue retry\` and run the same command again.`,
  );
}

function strayError(id: string, location: string): QueueError {
  return new QueueError(
    `queue: results must arrive in ${location}, got none for ${id.slice(0, 16)}… although it was taken ${MAXIMUM_LOSSES} times. Start every worker with the same --store, or use another --queue-name for this one.`,
  );
}
