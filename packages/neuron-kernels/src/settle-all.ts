/** Waits for all streams that take jobs from `queue`; the first failure stops the others at their next job, then rejects. */
export async function settleAll(streams: readonly Promise<void>[], queue: { next: number }): Promise<void> {
  try {
    await Promise.all(streams);
  } catch (error) {
    queue.next = Infinity;
    await Promise.allSettled(streams);
    throw error;
  }
}
