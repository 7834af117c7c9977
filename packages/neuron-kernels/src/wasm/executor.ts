import { startWorkers, type AskedWorker } from './asked-worker.js';
import type { ImageProgram, Job } from './image-program.js';
import { bindKernels, type KernelSource } from './kernel-source.js';
import { profiled } from './profile.js';
import { runImages } from './run-images.js';

/** Something that simulates slots of the shared memory: this thread, or a worker. */
export interface Executor {
  /** Gives the program of a run; `isBusy(true)` must come before. */
  prepare(program: ImageProgram): void;
  /** Simulates what lies in some slots; several calls may be under way, for different slots, answered in order. */
  simulate(jobs: readonly Job[]): Promise<void>;
  /** Tells that a run begins or ends. */
  isBusy(busy: boolean): void;
  close(): Promise<void>;
}

/** Computes in the calling thread. */
export async function localExecutor(source: KernelSource, memory: WebAssembly.Memory): Promise<Executor> {
  const kernels = await bindKernels(source, memory);
  let program: ImageProgram;
  return {
    prepare: (next) => {
      program = next;
    },
    simulate: async (jobs) => {
      const { buffer } = memory;
      runImages({ kernels: profiled(kernels, buffer, program), buffer, program }, jobs);
      // Let timers and signals of the calling thread in.
      await new Promise((resolve) => setTimeout(resolve));
    },
    isBusy: () => undefined,
    close: () => Promise.resolve(),
  };
}

/** Computes in a worker. */
class WorkerExecutor implements Executor {
  readonly #worker: AskedWorker;

  constructor(worker: AskedWorker) {
    this.#worker = worker;
  }

  prepare(program: ImageProgram): void {
    this.#worker.tell({ kind: 'program', program });
  }

  async simulate(jobs: readonly Job[]): Promise<void> {
    await this.#worker.ask({ kind: 'simulate', jobs });
  }

  isBusy(busy: boolean): void {
    this.#worker.keepAlive(busy);
  }

  close(): Promise<void> {
    return this.#worker.terminate();
  }
}

/** Starts `threads` workers over one shared memory and waits until they are ready. */
export async function workerExecutors(
  source: KernelSource,
  memory: WebAssembly.Memory,
  threads: number,
): Promise<Executor[]> {
  const workers = await startWorkers(threads, { kind: 'start', source, memory });
  return workers.map((worker) => new WorkerExecutor(worker));
}
