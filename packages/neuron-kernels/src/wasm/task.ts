import type { ImageProgram, Job, LayerState, Slot } from './image-program.js';
import type { KernelExports } from './kernel-exports.js';

/** What every task of a thread works with. */
export interface Thread {
  readonly kernels: KernelExports;
  /** The memory in which the addresses of the program are. */
  readonly buffer: ArrayBufferLike;
  readonly program: ImageProgram;
}

/** A job under way: its results, and its state in every layer. */
export interface Task extends Pick<Job, 'member' | 'sharesImage'> {
  readonly slot: Slot;
  readonly states: readonly LayerState[];
}

/** A run of steps: `first` within T, `steps` of them. */
export interface Piece {
  readonly first: number;
  readonly steps: number;
}
