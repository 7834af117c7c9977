import { allocateOutput } from '../output.js';
import type { SpikingPlan } from '../plan.js';
import type { Backend, SimulationOutput, SimulationRequest } from '../simulator.js';
import type { Runner } from '../runner.js';
import { simulateImage } from './image.js';

/** The reference as a {@link Runner}: one thread, one image after the other. */
export function referenceRunner(plan: SpikingPlan): Runner {
  return imageByImage(plan, 'reference', (request, image, output) => {
    simulateImage(plan, request, image, output);
  });
}

/** Runs one image after the other in the calling thread. */
export function imageByImage(
  plan: SpikingPlan,
  backend: Backend,
  simulate: (request: SimulationRequest, image: number, output: SimulationOutput) => void,
): Runner {
  const runOne = async (request: SimulationRequest, signal: AbortSignal): Promise<SimulationOutput> => {
    const output = allocateOutput(plan, request);
    for (let image = 0; image < request.batch; image++) {
      signal.throwIfAborted();
      simulate(request, image, output);
      // Let timers and signals of the calling thread in between images.
      await new Promise((resolve) => setTimeout(resolve));
    }
    return output;
  };
  return {
    backend,
    threads: 1,
    run: async (requests, signal) => {
      const outputs: SimulationOutput[] = [];
      for (const request of requests) outputs.push(await runOne(request, signal));
      return outputs;
    },
    close: () => Promise.resolve(),
  };
}
