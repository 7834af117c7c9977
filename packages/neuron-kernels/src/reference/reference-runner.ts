import { allocateOutput } from '../output.js';
import type { SpikingPlan } from '../plan.js';
import type { SimulationOutput, SimulationRequest } from '../simulator.js';
import type { Runner } from '../runner.js';
import { simulateImage } from './image.js';

/** The reference as a {@link Runner}: one thread, one image after the other. */
export function referenceRunner(plan: SpikingPlan): Runner {
  return {
    backend: 'reference',
    threads: 1,
    run: async (requests, signal) => {
      const outputs: SimulationOutput[] = [];
      for (const request of requests) outputs.push(await runReference(plan, request, signal));
      return outputs;
    },
    close: () => Promise.resolve(),
  };
}

async function runReference(
  plan: SpikingPlan,
  request: SimulationRequest,
  signal: AbortSignal,
): Promise<SimulationOutput> {
  const output = allocateOutput(plan, request);
  for (let image = 0; image < request.batch; image++) {
    signal.throwIfAborted();
    simulateImage(plan, request, image, output);
    // Let timers and signals of the calling thread in between images.
    await new Promise((resolve) => setTimeout(resolve));
  }
  return output;
}
