import type { Network } from '@opi-snn/network';
import { createRunner, type RunnerOptions } from './create-runner.js';
import type { ImageSource } from './image-source.js';
import type { RunOptions } from './run-options.js';
import type { Simulation } from './simulation.js';

/**
 * Run a spiking network over images once. For several potentials of one network, {@link createRunner} shares the work
 * of getting ready.
 *
 * The normalised image is a constant current into the first layer; the output accumulates; the prediction at t is the
 * arg-max of the sum, so that one run of T steps holds every smaller T (architecture.md, decision 4).
 *
 * @throws CompileError (rejection) listing everything that cannot be simulated
 * @throws RangeError (rejection) naming every option that is out of range
 * @example
 * const { predictions } = await simulateNetwork(snn, images, { timeSteps: 32 });
 */
export async function simulateNetwork(
  network: Network,
  images: ImageSource,
  options: RunOptions & RunnerOptions,
): Promise<Simulation> {
  const runner = await createRunner(network, options);
  try {
    return await runner.run(images, options);
  } finally {
    await runner.close();
  }
}
