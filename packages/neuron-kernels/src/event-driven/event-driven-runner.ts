import type { SpikingPlan } from '../plan.js';
import { FLOAT32 } from '../reference/arithmetic.js';
import { simulateIn } from '../reference/image.js';
import { imageByImage } from '../reference/reference-runner.js';
import type { Runner } from '../runner.js';
import { compileKernels } from '../wasm/load-kernels.js';
import { scatter } from './scatter.js';

/**
 * Kernels for float32 plans with any kind of neuron: the reference, but for {@link scatter}. One thread.
 *
 * They are there for neurons that the WebAssembly and native kernels do not have: signed spikes, groups, θ per neuron,
 * maximum pooling.
 *
 * @returns undefined where the engine has no WebAssembly SIMD
 */
export async function eventDrivenRunner(plan: SpikingPlan): Promise<Runner | undefined> {
  const module = await compileKernels('scatter');
  if (module === undefined) return undefined;
  const addCurrents = await scatter(plan, module);
  return imageByImage(plan, 'event-driven', (request, image, output) => {
    simulateIn(FLOAT32, plan, request, image, output, addCurrents);
  });
}
