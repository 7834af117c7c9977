import { hashNetwork } from '@opi-snn/conversion';
import {
  executeSimulation,
  type FinishedRun,
  type JsonValue,
  type SeriesInput,
  type SeriesInputRun,
  type SimulationResult,
  type SimulationSpec,
} from '@opi-snn/harness';
import type { Network } from '@opi-snn/network';
import type { InitialPotential } from '@opi-snn/theory';
import { startProgress } from '../progress.js';
import { imageIndices, type ExperimentContext } from './context.js';
import type { SeriesPlan } from './series-plan.js';

/** A finished series: one run over all T, or, where the network depends on T, one run for each T. */
export interface SeriesRun {
  readonly plan: SeriesPlan;
  /** Ascending in T; a single entry serves every T up to its own. */
  readonly byTimeSteps: readonly { readonly timeSteps: number; readonly input: SeriesInput }[];
}

/** All series of an experiment, and how many of their shards came from the store. */
export interface SeriesRuns {
  readonly runs: readonly SeriesRun[];
  readonly jobs: { readonly stored: number; readonly executed: number };
}

/** Simulates every series with every seed it needs, taking from the store what is there. */
export async function simulateSeries(
  context: ExperimentContext,
  plans: readonly SeriesPlan[],
): Promise<SeriesRuns> {
  const jobs = { stored: 0, executed: 0 };
  const runs: SeriesRun[] = [];
  for (const plan of plans) {
    const { network } = plan;
    const perTimeSteps = typeof network === 'function';
    const byTimeSteps: { timeSteps: number; input: SeriesInput }[] = [];
    for (const timeSteps of perTimeSteps ? context.timeSteps : context.timeSteps.slice(-1)) {
      const snn = perTimeSteps ? await network(timeSteps) : network;
      const input = await simulateSeeds(context, plan, { snn, timeSteps, jobs });
      byTimeSteps.push({ timeSteps, input });
    }
    runs.push({ plan, byTimeSteps });
  }
  return { runs, jobs };
}

async function simulateSeeds(
  context: ExperimentContext,
  plan: SeriesPlan,
  { snn, timeSteps, jobs }: { snn: Network; timeSteps: number; jobs: { stored: number; executed: number } },
): Promise<SeriesInput> {
  const { id, label, method, initialPotential } = plan;
  const constant = initialPotential.kind === 'fraction';
  const parameters = parametersOf(context, plan, snn);
  const runs: SeriesInputRun[] = [];
  for (const seed of constant ? context.seeds.slice(0, 1) : context.seeds) {
    const spec = specOf(context, plan, { parameters, timeSteps, seed: constant ? 0 : seed });
    const run = await simulate(context, label, snn, spec);
    const { address, predictionHash, result } = run;
    runs.push({ seed, address, predictionHash, result });
    jobs.stored += run.jobs.stored;
    jobs.executed += run.jobs.executed;
  }
  return { id, label, method, initialPotential, runs };
}

/** The network that everything is about follows from the ANN alone; any other is named by its content. */
function parametersOf(
  { subject }: ExperimentContext,
  { parameters }: SeriesPlan,
  snn: Network,
): Readonly<Record<string, JsonValue>> {
  return snn === subject.snn ? parameters : { ...parameters, network: hashNetwork(snn) };
}

function specOf(
  context: ExperimentContext,
  { method, initialPotential }: SeriesPlan,
  {
    parameters,
    timeSteps,
    seed,
  }: {
    readonly parameters: Readonly<Record<string, JsonValue>>;
    readonly timeSteps: number;
    readonly seed: number;
  },
): SimulationSpec {
  return {
    kind: 'simulation',
    specVersion: 1,
    floatOrder: context.arithmetic,
    network: context.network,
    dataset: context.dataset,
    images: { from: 0, to: context.images },
    conversion: { method, parameters },
    reset: 'subtraction',
    initialPotential,
    timeSteps,
    seed,
  };
}

async function simulate(
  context: ExperimentContext,
  label: string,
  snn: Network,
  spec: SimulationSpec,
): Promise<FinishedRun<SimulationSpec, SimulationResult>> {
  const { images, settings } = context;
  const progress = startProgress(`SNN ${label}`, images);
  return executeSimulation(spec, {
    store: settings.store,
    signal: settings.signal,
    execute: (shard) => simulateShard(context, snn, shard),
    onProgress: ({ finished, total }) => {
      progress.update((images * finished) / total);
    },
  }).finally(() => {
    progress.stop();
  });
}

async function simulateShard(
  context: ExperimentContext,
  snn: Network,
  shard: SimulationSpec,
): Promise<SimulationResult> {
  const { images, timeSteps, seed } = shard;
  const runner = await context.simulator(snn);
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
