import type { SpikingPlan } from '../plan.js';
import { imageByImage } from '../reference/reference-runner.js';
import type { Runner } from '../runner.js';
import { compileKernels } from '../wasm/load-kernels.js';
import { imagePool } from './image-pool.js';
import { simulateEventDriven } from './simulate-event-driven.js';

/**
 * Kernels for float32 plans with any kind of neuron.
 *
 * They are there for neurons that the WebAssembly and native kernels do not have: signed spikes, groups, θ per neuron,
 * maximum pooling.
 *
 * @param threads 1 computes in the calling thread
 * @returns undefined where the engine has no WebAssembly SIMD
 */
export async function eventDrivenRunner(plan: SpikingPlan, threads: number): Promise<Runner | undefined> {
  const module = await compileKernels('scatter');
  if (module === undefined) return undefined;
  if (threads > 1) return imagePool(plan, module, threads);
  return imageByImage(plan, 'event-driven', await simulateEventDriven(plan, module));
}
