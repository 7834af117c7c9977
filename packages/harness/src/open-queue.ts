import { Queue } from 'bullmq';
import type { JsonValue } from './canonical-json.js';
import {
  assertReachable,
  redisSettings,
  type QueueConnection,
  type RedisSettings,
} from './queue-connection.js';

/**
 * A queue of BullMQ on Redis; needs the peer dependencies `bullmq` and `ioredis`.
 *
 * @internal
 */
export type JobQueue = Queue<unknown, unknown>;

/** A job as it travels: whoever takes it knows from `payload` what to do. Its result goes to the store under `id`. */
export interface QueuedJob {
  /** Address of the job's spec; a job that is in the queue is not added again. */
  readonly id: string;
  readonly payload: JsonValue;
}

/** A job that failed for good: it stays in the queue with its error, out of the way, until it is put back. */
export interface SetAsideJob {
  readonly id: string;
  readonly payload: JsonValue;
  readonly error: string;
  readonly attempts: number;
}

/** Every queue's keys in Redis begin with this. */
const PREFIX = 'opi-snn';

/**
 * Settings that coordinator and workers share.
 *
 * @param connection  where, see {@link QueueConnection}
 * @returns connection and key prefix for BullMQ
 * @throws RangeError if the address is malformed
 * @internal
 */
export function queueSettings(connection: QueueConnection): {
  readonly connection: RedisSettings;
  readonly prefix: string;
} {
  return { connection: redisSettings(connection), prefix: PREFIX };
}

/**
 * Opens a queue, for as long as it is used.
 *
 * @param connection  where
 * @param name  of the queue; coordinator and workers of one store use the same
 * @param use  what to do with it
 * @returns what `use` returned
 * @throws QueueError if the server cannot be reached now; later losses are waited for
 * @internal
 */
export async function withQueue<Result>(
  connection: QueueConnection,
  name: string,
  use: (queue: JobQueue) => Promise<Result>,
): Promise<Result> {
  await assertReachable(connection);
  const queue: JobQueue = new Queue(name, queueSettings(connection));
  // Lost connections come back; what is asked meanwhile waits.
  queue.on('error', () => undefined);
  try {
    return await use(queue);
  } finally {
    await queue.close();
  }
}

/**
 * The jobs that failed for good.
 *
 * @param queue  open
 * @returns each with its last error
 * @internal
 */
export async function setAsideJobs(queue: JobQueue): Promise<SetAsideJob[]> {
  const failed = await queue.getFailed();
  return failed.map(({ id, data, failedReason, attemptsMade }) => ({
    id: id!,
    payload: data as JsonValue,
    error: failedReason,
    attempts: attemptsMade,
  }));
}
