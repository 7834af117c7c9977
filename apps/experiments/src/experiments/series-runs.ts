import { INITIAL_POTENTIALS } from '@opi-snn/conversion';
import {
  executeSimulation,
  type FinishedRun,
  type SeriesInput,
  type SeriesInputRun,
  type SimulationResult,
  type SimulationSpec,
} from '@opi-snn/harness';
import { FLOAT_ORDER } from '@opi-snn/neuron-kernels';
import { describeInitialPotential, type InitialPotential } from '@opi-snn/theory';
import { startProgress } from '../progress.js';
import { imageIndices, type ExperimentContext } from './context.js';
import { METHOD } from './subject.js';

/** The potentials of RQ1, the optimal one first. */
const SERIES = ['half', 'uniform', 'normal', 'zero'] as const;

/** All series of an experiment, and how many of their shards came from the store. */
export interface SeriesRuns {
  readonly inputs: readonly SeriesInput[];
  readonly jobs: { readonly stored: number; readonly executed: number };
}

/** Simulates every initial potential with every seed it needs, taking from the store what is there. */
export async function simulateSeries(context: ExperimentContext): Promise<SeriesRuns> {
  const inputs: SeriesInput[] = [];
  const jobs = { stored: 0, executed: 0 };
  for (const id of SERIES) {
    const initialPotential = INITIAL_POTENTIALS[id];
    const constant = initialPotential.kind === 'fraction';
    const runs: SeriesInputRun[] = [];
    for (const seed of constant ? context.seeds.slice(0, 1) : context.seeds) {
      const run = await simulate(context, id, specOf(context, initialPotential, constant ? 0 : seed));
      const { address, predictionHash, result } = run;
      runs.push({ seed, address, predictionHash, result });
      jobs.stored += run.jobs.stored;
      jobs.executed += run.jobs.executed;
    }
    inputs.push({
      id,
      label: describeInitialPotential(initialPotential),
      method: METHOD,
      initialPotential,
      runs,
    });
  }
  return { inputs, jobs };
}

function specOf(
  context: ExperimentContext,
  initialPotential: InitialPotential,
  seed: number,
): SimulationSpec {
  return {
    kind: 'simulation',
    specVersion: 1,
    floatOrder: FLOAT_ORDER,
    network: context.network,
    dataset: context.dataset,
    images: { from: 0, to: context.images },
    conversion: { method: METHOD, parameters: {} },
    reset: 'subtraction',
    initialPotential,
    timeSteps: context.timeSteps.at(-1)!,
    seed,
  };
}

async function simulate(
  context: ExperimentContext,
  label: string,
  spec: SimulationSpec,
): Promise<FinishedRun<SimulationSpec, SimulationResult>> {
  const { images, settings } = context;
  const progress = startProgress(`SNN ${label}`, images);
  return executeSimulation(spec, {
    store: settings.store,
    signal: settings.signal,
    execute: (shard) => simulateShard(context, shard),
    onProgress: ({ finished, total }) => {
      progress.update((images * finished) / total);
    },
  }).finally(() => {
    progress.stop();
  });
}

async function simulateShard(context: ExperimentContext, shard: SimulationSpec): Promise<SimulationResult> {
  const { images, timeSteps, seed } = shard;
  const runner = await context.simulator();
  const { predictions, layers, firstSpikes } = await runner.run(context.subject.images, {
    timeSteps,
    indices: imageIndices(images),
    initialPotential: shard.initialPotential as InitialPotential,
    seed,
    record: { firstSpikes: true },
    signal: context.settings.signal,
  });
  return {
    images,
    timeSteps,
    predictions,
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
