/** The worker's side of the thread pool; the same file runs in a Node worker thread and in a Web Worker. */
import { runImages, type ImageProgram } from './image-program.js';
import type { KernelExports } from './kernel-exports.js';
import { bindKernels } from './kernel-source.js';
import { profiled } from './profile.js';
import type { FromWorker, ToWorker } from './worker-messages.js';

interface Port {
  post(message: FromWorker): void;
  listen(handler: (message: ToWorker) => void): void;
}

function connect(): Port {
  const node =
    'process' in globalThis ? globalThis.process.getBuiltinModule('node:worker_threads') : undefined;
  const parent = node?.parentPort;
  if (parent) {
    return {
      post: (message) => {
        parent.postMessage(message);
      },
      listen: (handler) => parent.on('message', handler),
    };
  }
  return {
    post: (message) => {
      (globalThis as unknown as { postMessage(message: unknown): void }).postMessage(message);
    },
    listen: (handler) => {
      globalThis.addEventListener('message', (event) => {
        handler((event as MessageEvent<ToWorker>).data);
      });
    },
  };
}

const port = connect();
let kernels: KernelExports | undefined;
let memory: WebAssembly.Memory | undefined;
let program: ImageProgram | undefined;

async function handle(message: ToWorker): Promise<void> {
  if (message.kind === 'start') {
    memory = message.memory;
    kernels = await bindKernels(message.source, message.memory);
    port.post({ kind: 'ready' });
  } else if (message.kind === 'program') {
    program = message.program;
  } else {
    const used = profiled(kernels!, memory!.buffer, program!);
    runImages(used, memory!.buffer, program!, message.jobs);
    port.post({ kind: 'done' });
  }
}

port.listen((message) => {
  handle(message).catch((error: unknown) => {
    port.post({ kind: 'failed', reason: String(error) });
  });
});
