import { runImages, type ImageProgram, type Job } from './image-program.js';
import { bindKernels, type KernelSource } from './kernel-source.js';
import { profiled } from './profile.js';
import { startWorker, type WorkerHandle } from './worker-handle.js';
import type { ToWorker } from './worker-messages.js';

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
      runImages(profiled(kernels, memory.buffer, program), memory.buffer, program, jobs);
      // Let timers and signals of the calling thread in.
      await new Promise((resolve) => setTimeout(resolve));
    },
    isBusy: () => undefined,
    close: () => Promise.resolve(),
  };
}

interface Waiting {
  readonly resolve: () => void;
  readonly reject: (reason: Error) => void;
}

/** Computes in a worker; every pending and later call rejects once the worker has failed. */
class WorkerExecutor implements Executor {
  readonly #worker: WorkerHandle;
  readonly #waiting: Waiting[] = [];
  #failure: Error | undefined;

  constructor(number: number) {
    const fail = (reason: string): void => {
      const remedy = 'Create a new simulator with createSimulator.';
      this.#failure ??= new Error(`run: thread ${number} stopped unexpectedly (${reason}). ${remedy}`);
      for (const { reject } of this.#waiting.splice(0)) reject(this.#failure);
    };
    this.#worker = startWorker({
      onMessage: (message) => {
        if (message.kind === 'failed') fail(message.reason);
        else this.#waiting.shift()?.resolve();
      },
      onEnd: fail,
    });
  }

  ask(message: ToWorker): Promise<void> {
    if (this.#failure) return Promise.reject(this.#failure);
    return new Promise((resolve, reject) => {
      this.#waiting.push({ resolve, reject });
      this.#worker.post(message);
    });
  }

  prepare(program: ImageProgram): void {
    this.#worker.post({ kind: 'program', program });
  }

  simulate(jobs: readonly Job[]): Promise<void> {
    return this.ask({ kind: 'simulate', jobs });
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
  const executors = Array.from({ length: threads }, (_, number) => new WorkerExecutor(number));
  try {
    for (const executor of executors) executor.isBusy(true);
    await Promise.all(executors.map((executor) => executor.ask({ kind: 'start', source, memory })));
    for (const executor of executors) executor.isBusy(false);
  } catch (error) {
    await Promise.all(executors.map((executor) => executor.close()));
    throw error;
  }
  return executors;
}
