import { delayedPredictions } from '@opi-snn/conversion';
import type { SimulationResult, SimulationSpec } from '@opi-snn/harness';
import type { Network } from '@opi-snn/network';
import type { NetworkRunner, Simulation } from '@opi-snn/simulation';
import type { InitialPotential, Preparation } from '@opi-snn/theory';
import { imageIndices, type ExperimentContext } from './context.js';

/** Some images of a run, simulated now. */
export async function simulateShard(
  context: ExperimentContext,
  snn: Network,
  shard: SimulationSpec,
): Promise<SimulationResult> {
  const [result] = await simulateShards(context, snn, [shard]);
  return result!;
}

/** Shards over the same images, which differ in potential and seed alone. */
export async function simulateShards(
  context: ExperimentContext,
  snn: Network,
  shards: readonly SimulationSpec[],
): Promise<SimulationResult[]> {
  const { images, timeSteps } = shards[0]!;
  const runner = await context.simulator(snn);
  const simulations = await runner.runSweep(context.subject.images, {
    timeSteps,
    indices: imageIndices(images),
    members: shards.map((shard) => {
      const preparation = preparationOf(shard);
      const initialPotential = inOrder(shard.initialPotential, runner);
      return { initialPotential, seed: shard.seed, ...(preparation && { preparation }) };
    }),
    record: { firstSpikes: true, logits: shards.some((shard) => delayOf(shard) !== undefined) },
    signal: context.settings.signal,
  });
  return simulations.map((simulation, i) => resultOf(shards[i]!, simulation));
}

/** One for all layers, or one for each in the order of the simulator. */
export function inOrder(
  potential: SimulationSpec['initialPotential'],
  { plan }: NetworkRunner,
): InitialPotential | readonly InitialPotential[] {
  if (isShared(potential)) return potential;
  return plan.layers.slice(0, -1).map(({ name }) => potential[name]!);
}

/** Names of layers may be anything, even `kind`, but what stands there is no text then. */
function isShared(potential: SimulationSpec['initialPotential']): potential is InitialPotential {
  return typeof potential['kind' as keyof typeof potential] === 'string';
}

/** What every run of the method does first. */
function preparationOf({ conversion }: SimulationSpec): Preparation | undefined {
  return conversion.parameters['preparation'] as Preparation | undefined;
}

/** Delay of a delayed read-out [steps]; undefined where all logits are added up. */
function delayOf({ conversion }: SimulationSpec): number | undefined {
  const readOut = conversion.parameters['readOut'] as { readonly delay: number } | undefined;
  return readOut?.delay;
}

function resultOf(
  shard: SimulationSpec,
  { timeSteps, predictions, logits, layers, firstSpikes }: Simulation,
): SimulationResult {
  const { images } = shard;
  const delay = delayOf(shard);
  return {
    images,
    timeSteps,
    predictions:
      delay === undefined
        ? predictions
        : delayedPredictions({ logits: logits!, images: images.to - images.from, timeSteps }, delay),
    layers: layers.map(({ name, neurons, spikes, synapticOperations, firedNeurons, firstSpikeTimeSum }) => ({
      name,
      neurons,
      spikes: [...spikes],
      synapticOperations: [...synapticOperations],
      firedNeurons,
      firstSpikeTimeSum,
    })),
    firstSpikes: firstSpikes!,
  };
}
