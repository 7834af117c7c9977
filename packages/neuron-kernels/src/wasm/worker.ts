/** The worker's side of the thread pool; the same file runs in a Node worker thread and in a Web Worker. */
import { simulateEventDriven, type SimulateImage } from '../event-driven/simulate-event-driven.js';
import { allocateOutput } from '../output.js';
import type { SpikingPlan } from '../plan.js';
import type { SimulationOutput, SimulationRequest } from '../simulator.js';
import type { ImageProgram } from './image-program.js';
import type { KernelExports } from './kernel-exports.js';
import { bindKernels } from './kernel-source.js';
import { profiled } from './profile.js';
import { runImages } from './run-images.js';
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
let eventDriven: { readonly plan: SpikingPlan; readonly simulate: SimulateImage } | undefined;

async function handle(message: ToWorker): Promise<void> {
  switch (message.kind) {
    case 'start':
      memory = message.memory;
      kernels = await bindKernels(message.source, message.memory);
      port.post({ kind: 'ready' });
      break;
    case 'program':
      program = message.program;
      break;
    case 'simulate': {
      const { buffer } = memory!;
      runImages({ kernels: profiled(kernels!, buffer, program!), buffer, program: program! }, message.jobs);
      port.post({ kind: 'done' });
      break;
    }
    case 'plan':
      eventDriven = {
        plan: message.plan,
        simulate: await simulateEventDriven(message.plan, message.module),
      };
      port.post({ kind: 'ready' });
      break;
    case 'image':
      port.post({ kind: 'output', output: simulateAlone(message.request) });
  }
}

/** One image, as a batch of one. */
function simulateAlone(request: SimulationRequest): SimulationOutput {
  const { plan, simulate } = eventDriven!;
  const output = allocateOutput(plan, request);
  simulate(request, 0, output);
  return output;
}

port.listen((message) => {
  handle(message).catch((error: unknown) => {
    port.post({ kind: 'failed', reason: String(error) });
  });
});
