import type { ImageProgram, Job } from './image-program.js';
import type { KernelSource } from './kernel-source.js';

/** What a worker is told: its kernels and memory at the start, the program of a run, then what to simulate. */
export type ToWorker =
  | { readonly kind: 'start'; readonly source: KernelSource; readonly memory: WebAssembly.Memory }
  | { readonly kind: 'program'; readonly program: ImageProgram }
  | { readonly kind: 'simulate'; readonly jobs: readonly Job[] };

/** What a worker answers. */
export type FromWorker =
  | { readonly kind: 'ready' }
  | { readonly kind: 'done' }
  | { readonly kind: 'failed'; readonly reason: string };
