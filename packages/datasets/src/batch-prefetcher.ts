import { Worker } from 'node:worker_threads';
import { Augmenter } from './augment.js';
import type { BatchAnswer, BatchOrder, WorkerDataset } from './batch-maker-worker.js';
import type { Dataset } from './dataset.js';
import { epochBatches, type TrainingBatch, type TrainingBatchesOptions } from './training-batches.js';

/** Options of a {@link BatchPrefetcher}. */
export interface PrefetchOptions {
  /** Threads that make batches, integer in [1, 64]; default 1, which makes some 30,000 augmented images a second. */
  readonly threads?: number | undefined;
  /** Most batches that are under way or wait to be taken, integer in [1, 1024]; default 4. */
  readonly ahead?: number | undefined;
}

/**
 * Makes the batches of `trainingBatches` in other threads, ahead of their use: the same bits in the same order,
 * whatever the number of threads.
 *
 * Threads start with the first batch and live until {@link BatchPrefetcher.close}; an idle prefetcher that was not
 * closed does not keep the process alive.
 */
export class BatchPrefetcher {
  readonly #dataset: Dataset;
  readonly #threads: number;
  readonly #ahead: number;
  #makers: readonly BatchThread[] | undefined;
  #closed = false;

  /**
   * @param dataset images are copied once into shared memory if they do not lie there (those of `loadDataset` do)
   * @throws RangeError naming every option that is out of range
   */
  constructor(dataset: Dataset, { threads = 1, ahead = 4 }: PrefetchOptions = {}) {
    const problems: string[] = [];
    if (!Number.isInteger(threads) || threads < 1 || threads > 64)
      problems.push(`threads must be an integer in [1, 64], got ${threads}.`);
    if (!Number.isInteger(ahead) || ahead < 1 || ahead > 1024)
      problems.push(`ahead must be an integer in [1, 1024], got ${ahead}.`);
    if (problems.length > 0) throw new RangeError(`BatchPrefetcher: ${problems.join(' ')}`);
    this.#dataset = dataset;
    this.#threads = threads;
    this.#ahead = ahead;
  }

  /**
   * One epoch, as `trainingBatches` yields it. Leaving the loop early drops what was made ahead.
   *
   * @throws RangeError as `trainingBatches`; Error if a thread ends, or the prefetcher is or gets closed
   */
  async *batches(options: TrainingBatchesOptions): AsyncGenerator<TrainingBatch, void, undefined> {
    const { seed, epoch, augmentation = {}, normalization } = options;
    const orders = epochBatches(this.#dataset.length, options, 'BatchPrefetcher.batches');
    // Checks the options here, where the caller's stack is.
    new Augmenter(this.#dataset.imageShape, augmentation, normalization);
    const makers = this.#start();
    const underWay: Promise<TrainingBatch>[] = [];
    let next = 0;
    const order = (): void => {
      const { index, chosen } = orders[next]!;
      const work = { index, chosen, options: { seed, epoch, augmentation, normalization } };
      const made = makers[next % makers.length]!.make(work);
      // A failure is told when its turn comes, not before.
      made.catch(() => undefined);
      underWay.push(made);
      next += 1;
    };
    try {
      while (next < orders.length || underWay.length > 0) {
        while (next < orders.length && underWay.length < this.#ahead) order();
        yield await underWay.shift()!;
      }
    } finally {
      await Promise.allSettled(underWay);
    }
  }

  /** Ends the threads. Batches under way fail; closing again does nothing. */
  async close(): Promise<void> {
    this.#closed = true;
    await Promise.all((this.#makers ?? []).map((maker) => maker.close()));
  }

  #start(): readonly BatchThread[] {
    if (this.#closed)
      throw new Error('BatchPrefetcher.batches: the prefetcher must be open, got a closed one.');
    if (this.#makers === undefined) {
      const { images, labels, imageShape } = this.#dataset;
      const dataset = { images: shared(images), labels, imageShape };
      this.#makers = Array.from({ length: this.#threads }, () => new BatchThread(dataset));
    }
    return this.#makers;
  }
}

/** One thread: takes orders, answers them in their order. */
class BatchThread {
  readonly #worker: Worker;
  readonly #waiting: { resolve: (batch: TrainingBatch) => void; reject: (error: Error) => void }[] = [];
  #ended: Error | undefined;

  constructor(workerData: WorkerDataset) {
    // Built file, also when the sources run in a test: threads cannot load TypeScript.
    // Flags of the caller's process, such as --input-type, are not meant for it.
    const file = new URL('../dist/batch-maker-worker.js', import.meta.url);
    this.#worker = new Worker(file, { workerData, execArgv: [] });
    this.#worker.unref();
    this.#worker.on('message', (answer: BatchAnswer) => {
      const { resolve, reject } = this.#waiting.shift()!;
      if (this.#waiting.length === 0) this.#worker.unref();
      if ('batch' in answer) resolve(answer.batch);
      else reject(answer.error);
    });
    this.#worker.on('error', (error: Error) => {
      this.#end(error);
    });
    this.#worker.on('exit', (code) => {
      this.#end(new Error(`BatchPrefetcher: its thread must go on working, got its end with code ${code}.`));
    });
  }

  make(order: BatchOrder): Promise<TrainingBatch> {
    if (this.#ended !== undefined) return Promise.reject(this.#ended);
    return new Promise((resolve, reject) => {
      this.#waiting.push({ resolve, reject });
      // Keeps the process alive while somebody waits, and only then.
      this.#worker.ref();
      this.#worker.postMessage(order);
    });
  }

  async close(): Promise<void> {
    this.#end(
      new Error('BatchPrefetcher: the prefetcher must be open while batches are taken, got it closed.'),
    );
    await this.#worker.terminate();
  }

  #end(reason: Error): void {
    this.#ended ??= reason;
    for (const { reject } of this.#waiting.splice(0)) reject(this.#ended);
  }
}

function shared(bytes: Uint8Array): Uint8Array {
  if (bytes.buffer instanceof SharedArrayBuffer) return bytes;
  const copy = new Uint8Array(new SharedArrayBuffer(bytes.length));
  copy.set(bytes);
  return copy;
}
