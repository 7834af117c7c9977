import { setAsideJobs, withQueue, type SetAsideJob } from './open-queue.js';
import type { QueueConnection } from './queue-connection.js';

/** What is in a queue at this moment. */
export interface QueueStatus {
  readonly waiting: number;
  readonly active: number;
  /** Waiting for another attempt after an error. */
  readonly retried: number;
  readonly workers: number;
  readonly setAside: readonly SetAsideJob[];
}

/**
 * Counts the jobs of a queue.
 *
 * @param connection  where
 * @param name  of the queue
 * @returns counts, and every job that was set aside
 * @throws QueueError if the server cannot be reached
 */
export async function queueStatus(connection: QueueConnection, name: string): Promise<QueueStatus> {
  return withQueue(connection, name, async (queue) => {
    const counts = await queue.getJobCounts('waiting', 'active', 'delayed');
    return {
      waiting: counts['waiting'] ?? 0,
      active: counts['active'] ?? 0,
      retried: counts['delayed'] ?? 0,
      workers: await queue.getWorkersCount(),
      setAside: await setAsideJobs(queue),
    };
  });
}

/**
 * Puts every job that was set aside back into the queue.
 *
 * @param connection  where
 * @param name  of the queue
 * @returns how many there were
 * @throws QueueError if the server cannot be reached
 */
export async function retrySetAside(connection: QueueConnection, name: string): Promise<number> {
  return withQueue(connection, name, async (queue) => {
    const failed = await queue.getFailed();
    for (const job of failed) await job.retry('failed', { resetAttemptsMade: true });
    return failed.length;
  });
}

/**
 * Removes every job from a queue; jobs under way are finished by their workers, and results stay in the store.
 *
 * @param connection  where
 * @param name  of the queue
 * @throws QueueError if the server cannot be reached
 */
export async function clearQueue(connection: QueueConnection, name: string): Promise<void> {
  await withQueue(connection, name, async (queue) => {
    await queue.drain(true);
    await queue.clean(0, 0, 'failed');
  });
}
