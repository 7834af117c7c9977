import type { EnergyTable, OperationEnergy } from './energy-table.js';
import type { SpikingOperations } from './operations.js';

/** Energy of one image on average [pJ], by what it is spent on. */
export interface SpikingEnergy {
  /** Additions caused by spikes. */
  readonly additions: number;
  /** Constant current: its multiply-accumulates, once, and its additions, every step. */
  readonly constantCurrent: number;
  /** Comparing every potential with θ at every step, and subtracting θ after every spike. */
  readonly neuronUpdates: number;
  readonly total: number;
}

/** What an SNN of T steps and the ANNs beside it are estimated to take for one image [pJ]; arithmetic alone. */
export interface EnergyEstimate {
  readonly timeSteps: number;
  /** Name of the table. */
  readonly table: string;
  /** Activations that T steps can tell apart, T + 1 levels, as bits: ⌈log₂(T + 1)⌉. */
  readonly activationBits: number;
  /** Everything in float32. */
  readonly float32: { readonly snn: SpikingEnergy; readonly ann: number };
  /**
   * Weights of 8 bits and sums of 32: the SNN beside the ANN whose activations are quantised to as many levels as its
   * rates, T + 1. The ANN's multiplier is the smallest of the table that holds them, 8 or 32 bits.
   */
  readonly int8: { readonly snn: SpikingEnergy; readonly ann: number };
}

/**
 * Energy of one image, from counted operations and a table of energies.
 *
 *   SNN = AC · E_add + MAC_image · (E_mul + E_add) + constant · E_add + (updates + spikes) · E_add
 *   ANN = MAC · (E_mul + E_add)
 *
 * A comparison is taken for a subtraction, and a subtraction for an addition. Memory is not counted, nor the ANN's
 * biases and activations.
 *
 * @param operations          of {@link countSpikingOperations}
 * @param multiplyAccumulates of the ANN for one image (`countMultiplyAccumulates` of `@opi-snn/network`)
 * @param timeSteps           T, integer in [1, steps that were counted]
 * @throws RangeError if T was not counted
 */
export function estimateEnergy(
  operations: SpikingOperations,
  multiplyAccumulates: number,
  { timeSteps, table }: { readonly timeSteps: number; readonly table: EnergyTable },
): EnergyEstimate {
  const counted = operations.additions.length;
  if (!Number.isInteger(timeSteps) || timeSteps < 1 || timeSteps > counted) {
    throw new RangeError(
      `estimateEnergy: timeSteps must be an integer in [1, ${counted}], got ${timeSteps}.`,
    );
  }
  const activationBits = Math.ceil(Math.log2(timeSteps + 1));
  const { float32, int32, int8 } = table;
  const multiplier = activationBits <= 8 ? int8.multiply : int32.multiply;
  return {
    timeSteps,
    table: table.name,
    activationBits,
    float32: {
      snn: spikingEnergy(operations, timeSteps, float32),
      ann: multiplyAccumulates * (float32.multiply + float32.add),
    },
    int8: {
      // Image and weights have 8 bits, potentials and sums 32.
      snn: spikingEnergy(operations, timeSteps, { multiply: int8.multiply, add: int32.add }),
      ann: multiplyAccumulates * (multiplier + int32.add),
    },
  };
}

function spikingEnergy(
  operations: SpikingOperations,
  timeSteps: number,
  { add, multiply }: OperationEnergy,
): SpikingEnergy {
  const at = (counts: Float64Array): number => counts[timeSteps - 1]!;
  const additions = at(operations.additions) * add;
  const constantCurrent =
    operations.multiplyAccumulates * (multiply + add) + at(operations.constantAdditions) * add;
  const neuronUpdates = (at(operations.neuronUpdates) + at(operations.spikes)) * add;
  return { additions, constantCurrent, neuronUpdates, total: additions + constantCurrent + neuronUpdates };
}
