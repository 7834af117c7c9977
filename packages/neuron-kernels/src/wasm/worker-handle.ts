import type { FromWorker, ToWorker } from './worker-messages.js';

/** A running worker, in Node or in a browser. */
export interface WorkerHandle {
  post(message: ToWorker): void;
  /** Whether the worker keeps the process alive; only while it computes. */
  keepAlive(isBusy: boolean): void;
  terminate(): Promise<void>;
}

/** What happens to a worker; `onEnd` is called at most once, when it can answer no more. */
export interface WorkerEvents {
  onMessage(message: FromWorker): void;
  onEnd(reason: string): void;
}

/** True where workers can share memory with this thread. */
export function hasSharedWorkers(): boolean {
  const isIsolated = (globalThis as { crossOriginIsolated?: boolean }).crossOriginIsolated !== false;
  return (
    typeof SharedArrayBuffer !== 'undefined' && isIsolated && (isNode() || typeof Worker !== 'undefined')
  );
}

/** Processors that threads can use. */
export function processorCount(): number {
  if (isNode()) return globalThis.process.getBuiltinModule('node:os').availableParallelism();
  return navigator.hardwareConcurrency;
}

/** Starts `worker.js`. */
export function startWorker(events: WorkerEvents): WorkerHandle {
  return isNode() ? startNodeWorker(events) : startWebWorker(events);
}

function isNode(): boolean {
  return 'process' in globalThis && typeof globalThis.process.getBuiltinModule === 'function';
}

function startNodeWorker(events: WorkerEvents): WorkerHandle {
  const { Worker: NodeWorker } = globalThis.process.getBuiltinModule('node:worker_threads');
  // The process's own flags, such as --input-type or --import, are not for this worker.
  const worker = new NodeWorker(new URL('../../dist/wasm/worker.js', import.meta.url), { execArgv: [] });
  let isOver = false;
  const end = (reason: string): void => {
    if (!isOver) events.onEnd(reason);
    isOver = true;
  };
  worker.on('message', (message: FromWorker) => {
    events.onMessage(message);
  });
  worker.on('error', (error) => {
    end(error.message);
  });
  worker.on('exit', (code) => {
    end(`exit code ${code}`);
  });
  worker.unref();
  return {
    post: (message) => {
      worker.postMessage(message);
    },
    keepAlive: (isBusy) => {
      if (isBusy) worker.ref();
      else worker.unref();
    },
    terminate: async () => {
      await worker.terminate();
    },
  };
}

function startWebWorker(events: WorkerEvents): WorkerHandle {
  const worker = new Worker(new URL('../../dist/wasm/worker.js', import.meta.url), { type: 'module' });
  worker.onmessage = ({ data }: MessageEvent<FromWorker>) => {
    events.onMessage(data);
  };
  worker.onerror = ({ message }) => {
    events.onEnd(message);
  };
  return {
    post: (message) => {
      worker.postMessage(message);
    },
    keepAlive: () => undefined,
    terminate: () => {
      worker.terminate();
      return Promise.resolve();
    },
  };
}
