import type { SpikingPlan } from '../plan.js';
import { FLOAT32 } from '../reference/arithmetic.js';
import { simulateIn } from '../reference/image.js';
import type { SimulationOutput, SimulationRequest } from '../simulator.js';
import { scatter } from './scatter.js';

/** Simulates one image of a request and writes into the rows of `output` that belong to it. */
export type SimulateImage = (request: SimulationRequest, image: number, output: SimulationOutput) => void;

/**
 * The reference, but for {@link scatter}.
 *
 * @param module the compiled kernel that adds rows of weights
 */
export async function simulateEventDriven(
  plan: SpikingPlan,
  module: WebAssembly.Module,
): Promise<SimulateImage> {
  const addCurrents = await scatter(plan, module);
  return (request, image, output) => {
    simulateIn(FLOAT32, plan, request, image, output, addCurrents);
  };
}
