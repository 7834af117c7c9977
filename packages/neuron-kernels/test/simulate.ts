import { createSimulator, type SimulationOutput, type SimulatorOptions } from '../src/index.js';
import type { Case } from './arbitrary-plan.js';

/** The output of one run on a simulator of its own. */
export async function simulate(
  { plan, request }: Case,
  options: SimulatorOptions,
): Promise<SimulationOutput> {
  const simulator = await createSimulator(plan, options);
  try {
    return await simulator.run(request);
  } finally {
    await simulator.close();
  }
}
