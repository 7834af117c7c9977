import { startWorker, type WorkerHandle } from './worker-handle.js';
import type { FromWorker, ToWorker } from './worker-messages.js';

interface Waiting {
  readonly resolve: (answer: FromWorker) => void;
  readonly reject: (reason: Error) => void;
}

/** A worker that answers questions in their order; every pending and later one rejects once it has failed. */
export class AskedWorker {
  readonly #worker: WorkerHandle;
  readonly #waiting: Waiting[] = [];
  #failure: Error | undefined;

  /** @param number of the thread, for messages */
  constructor(number: number) {
    const fail = (reason: string): void => {
      const remedy = 'Create a new simulator with createSimulator.';
      this.#failure ??= new Error(`run: thread ${number} stopped unexpectedly (${reason}). ${remedy}`);
      for (const { reject } of this.#waiting.splice(0)) reject(this.#failure);
    };
    this.#worker = startWorker({
      onMessage: (message) => {
        if (message.kind === 'failed') fail(message.reason);
        else this.#waiting.shift()?.resolve(message);
      },
      onEnd: fail,
    });
  }

  /** Sends what has no answer. */
  tell(message: ToWorker): void {
    this.#worker.post(message);
  }

  ask(message: ToWorker): Promise<FromWorker> {
    if (this.#failure) return Promise.reject(this.#failure);
    return new Promise((resolve, reject) => {
      this.#waiting.push({ resolve, reject });
      this.#worker.post(message);
    });
  }

  /** Whether the worker keeps the process alive. */
  keepAlive(isBusy: boolean): void {
    this.#worker.keepAlive(isBusy);
  }

  terminate(): Promise<void> {
    return this.#worker.terminate();
  }
}

/** Starts workers with a first message and waits until they are ready; then they keep the process alive no more. */
export async function startWorkers(threads: number, first: ToWorker): Promise<AskedWorker[]> {
  const workers = Array.from({ length: threads }, (_, number) => new AskedWorker(number));
  try {
    for (const worker of workers) worker.keepAlive(true);
    await Promise.all(workers.map((worker) => worker.ask(first)));
    for (const worker of workers) worker.keepAlive(false);
  } catch (error) {
    await Promise.all(workers.map((worker) => worker.terminate()));
    throw error;
  }
  return workers;
}
