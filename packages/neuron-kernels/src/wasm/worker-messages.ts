import type { SpikingPlan } from '../plan.js';
import type { SimulationOutput, SimulationRequest } from '../simulator.js';
import type { ImageProgram, Job } from './image-program.js';
import type { KernelSource } from './kernel-source.js';

/**
 * What a worker is told. For kernels in shared memory: kernels and memory at the start, the program of a run, then what to
 * simulate. For event-driven ones: plan and compiled kernel at the start, then images, each as a batch of one.
 */
export type ToWorker =
  | { readonly kind: 'start'; readonly source: KernelSource; readonly memory: WebAssembly.Memory }
  | { readonly kind: 'program'; readonly program: ImageProgram }
  | { readonly kind: 'simulate'; readonly jobs: readonly Job[] }
  | { readonly kind: 'plan'; readonly plan: SpikingPlan; readonly module: WebAssembly.Module }
  | { readonly kind: 'image'; readonly request: SimulationRequest };

/** What a worker answers. */
export type FromWorker =
  | { readonly kind: 'ready' }
  | { readonly kind: 'done' }
  | { readonly kind: 'output'; readonly output: SimulationOutput }
  | { readonly kind: 'failed'; readonly reason: string };
