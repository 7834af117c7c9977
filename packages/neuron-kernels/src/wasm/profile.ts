import type { ImageProgram } from './image-program.js';
import type { KernelExports } from './kernel-exports.js';

/** Kinds of work that a profile tells apart: currents and neurons, lists of spikes, counts for the results. */
export const PROFILE_KINDS = 3;

const KIND_OF = {
  constantCurrent: 0,
  roundCurrents: 0,
  runLayer: 0,
  runInt16Layer: 0,
  listSpikes: 1,
  compileSpikes: 1,
  countByClass: 2,
  countByNeuron: 2,
} satisfies Record<keyof KernelExports, number>;

type Kernel = (layer: number, ...numbers: number[]) => void;

/**
 * Kernels that add the time of each call to the profile of the program, or the kernels themselves if it has none: a run
 * that is not profiled does nothing for it.
 */
export function profiled(
  kernels: KernelExports,
  buffer: ArrayBufferLike,
  { layers, lanes, profile }: ImageProgram,
): KernelExports {
  if (profile === 0) return kernels;
  const layerOf = new Map(
    lanes.flatMap((states) => states.map(({ descriptor }, index) => [descriptor, index] as const)),
  );
  const times = new Float64Array(buffer, profile, layers.length * PROFILE_KINDS);
  const plain = kernels as unknown as Record<keyof KernelExports, Kernel>;
  const timed =
    (kind: number, name: keyof KernelExports): Kernel =>
    (layer, ...numbers) => {
      const begun = performance.now();
      plain[name](layer, ...numbers);
      times[layerOf.get(layer)! * PROFILE_KINDS + kind]! += performance.now() - begun;
    };
  const names = (Object.keys(KIND_OF) as (keyof KernelExports)[]).filter((name) => name in kernels);
  return Object.fromEntries(
    names.map((name) => [name, timed(KIND_OF[name], name)]),
  ) as unknown as KernelExports;
}

/** Forgets what a program's region held before. */
export function clearProfile(buffer: ArrayBufferLike, { layers, profile }: ImageProgram): void {
  if (profile !== 0) new Float64Array(buffer, profile, layers.length * PROFILE_KINDS).fill(0);
}

/** Times of all threads, divided equally among the `members` of a sweep, which run side by side. */
export function readProfile(
  buffer: ArrayBufferLike,
  programs: readonly ImageProgram[],
  members: number,
): Float64Array {
  const times = new Float64Array(programs[0]!.layers.length * PROFILE_KINDS);
  for (const { profile } of programs) {
    new Float64Array(buffer, profile, times.length).forEach((milliseconds, i) => {
      times[i]! += milliseconds / members;
    });
  }
  return times;
}
