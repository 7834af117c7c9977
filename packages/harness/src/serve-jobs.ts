import { Worker } from 'bullmq';
import type { JsonValue } from './canonical-json.js';
import { queueSettings, type QueuedJob } from './open-queue.js';
import { assertReachable, type QueueConnection } from './queue-connection.js';

/** Told after every job. */
export interface ServedJob {
  readonly id: string;
  /** What `execute` returned; undefined if it failed. */
  readonly outcome?: string;
  /** Why it failed; it is tried again, here or elsewhere, and set aside after the last attempt. */
  readonly error?: string;
}

/** Where jobs come from and who computes them. */
export interface ServeJobsOptions {
  readonly connection: QueueConnection;
  /** Name of the queue; one per store. */
  readonly queue: string;
  /** Computes a job and stores its result before it returns; what it returns is for the log. */
  execute(job: QueuedJob): Promise<string>;
  onJob?(job: ServedJob): void;
  /** Stops after the job under way. */
  readonly signal?: AbortSignal;
  /** Leaves when there was nothing to do for so long [ms]; default never. */
  readonly idleMs?: number;
  /** A job whose worker was silent for so long [ms] is given to another one; default 30,000. */
  readonly leaseMs?: number;
}

const DEFAULT_LEASE_MS = 30_000;
/** A job that takes its worker with it this often is set aside. */
const MAXIMUM_STALLS = 5;

/**
 * Takes jobs from a queue, one at a time, until the signal stops it or it was idle for long enough. A worker that is
 * killed loses nothing: its job goes to another one when its lease is over. Redis may go away and come back.
 *
 * @param options  queue, executor; see {@link ServeJobsOptions}
 * @returns number of jobs that succeeded
 * @throws QueueError if the server cannot be reached at the start
 */
export async function serveJobs(options: ServeJobsOptions): Promise<number> {
  const { connection, queue, signal, idleMs, leaseMs = DEFAULT_LEASE_MS } = options;
  await assertReachable(connection);
  let served = 0;
  let busy = false;
  let lastActive = Date.now();
  const worker = new Worker<JsonValue, string>(
    queue,
    async ({ id, data }) => {
      busy = true;
      try {
        const outcome = await options.execute({ id: id!, payload: data });
        served += 1;
        options.onJob?.({ id: id!, outcome });
        return outcome;
      } catch (error) {
        options.onJob?.({ id: id!, error: error instanceof Error ? error.message : String(error) });
        throw error;
      } finally {
        busy = false;
        lastActive = Date.now();
      }
    },
    {
      ...queueSettings(connection),
      concurrency: 1,
      lockDuration: leaseMs,
      stalledInterval: leaseMs,
      maxStalledCount: MAXIMUM_STALLS,
    },
  );
  // A lost connection or lease: the client reconnects, the result is in the store, the job is offered again.
  worker.on('error', () => undefined);
  const isIdle = (): boolean => idleMs !== undefined && !busy && Date.now() - lastActive >= idleMs;
  await untilStopped(signal, isIdle);
  await worker.close();
  return served;
}

const IDLE_CHECK_MS = 100;

function untilStopped(signal: AbortSignal | undefined, isIdle: () => boolean): Promise<void> {
  return new Promise((resolve) => {
    const timer = setInterval(() => {
      if (signal?.aborted !== true && !isIdle()) return;
      clearInterval(timer);
      resolve();
    }, IDLE_CHECK_MS);
  });
}
