import { initializeTensors, type Network, type NetworkDescription, type Tensor } from '@opi-snn/network';
import { TrainingError } from './training-error.js';

/** Options of {@link startingTensors}. */
export interface StartingTensorsOptions {
  /** Integer in [0, 2⁵³). */
  readonly seed: number;
  /** Where activation bounds start; default 4 for clip, 8 for QCFS. */
  readonly initialBound?: number | undefined;
  /**
   * A trained network whose values are taken over. Activation bounds that it lacks (a ReLU network) start as in a new one;
   * those that a new network with other activations has no use for are left out.
   */
  readonly from?: Network | undefined;
}

/** Tensors of the activations: a trained bound, and the running maximum and scale of Rate-Norm. */
const OF_ACTIVATION = /\/(bound|maximum|scale)$/;

/**
 * Values that a run starts with: drawn from the seed, or those of a trained network of the same shape, for a second
 * cycle of the schedule, or to go on with other activations.
 *
 * @throws TrainingError listing every tensor of `from` that is missing, unknown or of another shape
 * @see Loshchilov & Hutter (2017), "SGDR", for warm restarts
 */
export function startingTensors(
  description: NetworkDescription,
  { seed, initialBound, from }: StartingTensorsOptions,
): ReadonlyMap<string, Tensor> {
  const drawn = initializeTensors(description, {
    seed,
    ...(initialBound === undefined ? {} : { initialBound }),
  });
  if (from === undefined) return drawn;
  const problems = [...from.tensors.keys()]
    .filter((name) => !drawn.has(name) && !OF_ACTIVATION.test(name))
    .map((name) => `${name} is unknown`);
  const tensors = new Map<string, Tensor>();
  for (const [name, tensor] of drawn) {
    const found = from.tensors.get(name);
    if (found === undefined && !OF_ACTIVATION.test(name)) problems.push(`${name} is missing`);
    else if (found !== undefined && String(found.shape) !== String(tensor.shape))
      problems.push(`${name} has shape [${found.shape.join(', ')}], not [${tensor.shape.join(', ')}]`);
    tensors.set(name, found ?? tensor);
  }
  if (problems.length > 0) {
    throw new TrainingError(
      `trainNetwork: from must be a network with the tensors of ${description.name}, got: ${problems.join('; ')}.`,
    );
  }
  return tensors;
}
