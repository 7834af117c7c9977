import { delayedPredictions, hashNetwork } from '@opi-snn/conversion';
import {
  executeSweep,
  planJobs,
  recordRun,
  shardSpecs,
  simulationKind,
  type FinishedRun,
  type JobOrigin,
  type JsonValue,
  type PlannedJob,
  type RunRecord,
  type SeriesInput,
  type SeriesInputRun,
  type SimulationResult,
  type SimulationSpec,
} from '@opi-snn/harness';
import type { Network } from '@opi-snn/network';
import type { NetworkRunner, Simulation } from '@opi-snn/simulation';
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

/** All series of an experiment, what their runs were made of, and how many of their shards came from the store. */
export interface SeriesRuns {
  readonly runs: readonly SeriesRun[];
  readonly records: readonly RunRecord[];
  readonly jobs: { readonly stored: number; readonly executed: number };
}

/** One simulation that an experiment needs. */
export interface PlannedRun {
  readonly plan: SeriesPlan;
  readonly seed: number;
  readonly snn: Network;
  readonly spec: SimulationSpec;
}

/** Every simulation of some series, one after the other: a network that depends on T is made when it is needed. */
export async function* planRuns(
  context: ExperimentContext,
  plans: readonly SeriesPlan[],
): AsyncGenerator<PlannedRun> {
  for (const plan of plans) {
    const { network } = plan;
    if (typeof network !== 'function') {
      yield* membersOf(context, plan, { snn: network, timeSteps: context.timeSteps.at(-1)! });
      continue;
    }
    for (const timeSteps of context.timeSteps) {
      yield* membersOf(context, plan, { snn: await network(timeSteps), timeSteps });
    }
  }
}

/** The shards of every simulation as jobs, each on its own. */
export async function simulationJobs(
  context: ExperimentContext,
  plans: readonly SeriesPlan[],
): Promise<PlannedJob[]> {
  const { store, signal } = context.settings;
  const jobs: PlannedJob[] = [];
  for await (const { snn, spec } of planRuns(context, plans)) {
    const execute = (shard: SimulationSpec): Promise<SimulationResult> => simulateShard(context, snn, shard);
    const provenance = (): Promise<JobOrigin> => context.simulatorOrigin(snn);
    jobs.push(...planJobs(shardSpecs(spec), { store, signal, kind: simulationKind, execute, provenance }));
  }
  return jobs;
}

/**
 * Simulates every series with every seed it needs, taking from the store what is there. Series of one network run side by
 * side, range of images by range.
 */
export async function simulateSeries(
  context: ExperimentContext,
  plans: readonly SeriesPlan[],
): Promise<SeriesRuns> {
  const done: Done = { records: [], stored: 0, executed: 0 };
  const runs = new Map<SeriesPlan, SeriesRun>();
  for (const [snn, sharing] of plansByNetwork(plans)) {
    const timeSteps = context.timeSteps.at(-1)!;
    const inputs = await simulateTogether(context, sharing, { snn, timeSteps, done });
    sharing.forEach((plan, i) => runs.set(plan, { plan, byTimeSteps: [{ timeSteps, input: inputs[i]! }] }));
  }
  for (const plan of plans) {
    const { network } = plan;
    if (typeof network !== 'function') continue;
    const byTimeSteps: { timeSteps: number; input: SeriesInput }[] = [];
    for (const timeSteps of context.timeSteps) {
      const snn = await network(timeSteps);
      const [input] = await simulateTogether(context, [plan], { snn, timeSteps, done });
      byTimeSteps.push({ timeSteps, input: input! });
    }
    runs.set(plan, { plan, byTimeSteps });
  }
  const { records, stored, executed } = done;
  return { runs: plans.map((plan) => runs.get(plan)!), records, jobs: { stored, executed } };
}

/** What was done so far. */
interface Done {
  readonly records: RunRecord[];
  stored: number;
  executed: number;
}

/** Series whose network does not depend on T, by their network. */
function plansByNetwork(plans: readonly SeriesPlan[]): ReadonlyMap<Network, SeriesPlan[]> {
  const groups = new Map<Network, SeriesPlan[]>();
  for (const plan of plans) {
    if (typeof plan.network === 'function') continue;
    groups.set(plan.network, [...(groups.get(plan.network) ?? []), plan]);
  }
  return groups;
}

/** One run for every series and seed, all of one network and T; one input for each series. */
async function simulateTogether(
  context: ExperimentContext,
  plans: readonly SeriesPlan[],
  { snn, timeSteps, done }: { snn: Network; timeSteps: number; done: Done },
): Promise<SeriesInput[]> {
  const members = plans.flatMap((plan) => membersOf(context, plan, { snn, timeSteps }));
  const finished = await simulateSweep(
    context,
    labelOf(plans),
    snn,
    members.map(({ spec }) => spec),
  );
  for (const run of finished) {
    done.records.push(recordRun(run));
    done.stored += run.jobs.stored;
    done.executed += run.jobs.executed;
  }
  return plans.map((plan) => {
    const { id, label, method } = plan;
    const initialPotential = potentialOf(plan, snn);
    const runs = members.flatMap((member, i): SeriesInputRun[] => {
      const { address, predictionHash, result } = finished[i]!;
      return member.plan === plan ? [{ seed: member.seed, address, predictionHash, result }] : [];
    });
    return { id, label, method, initialPotential, runs };
  });
}

/** A run for every seed of a series. */
function membersOf(
  context: ExperimentContext,
  plan: SeriesPlan,
  { snn, timeSteps }: { readonly snn: Network; readonly timeSteps: number },
): PlannedRun[] {
  const isConstant = plan.initialPotential === 'network' || plan.initialPotential.kind === 'fraction';
  const initialPotential = potentialOf(plan, snn);
  const parameters = parametersOf(context, plan, snn);
  return (isConstant ? context.seeds.slice(0, 1) : context.seeds).map((seed) => {
    const spec = specOf(context, plan, {
      initialPotential,
      parameters,
      timeSteps,
      seed: isConstant ? 0 : seed,
    });
    return { plan, seed, snn, spec };
  });
}

/** What the progress bar of some series says. */
function labelOf(plans: readonly SeriesPlan[]): string {
  return plans.length === 1 ? plans[0]!.label : `${plans.length} potentials`;
}

/** What the plan says, or the potential of every layer as the network says, by name. */
function potentialOf({ initialPotential }: SeriesPlan, snn: Network): SimulationSpec['initialPotential'] {
  if (initialPotential !== 'network') return initialPotential;
  const neurons = snn.description.nodes.filter((node) => node.op === 'integrate-and-fire');
  return Object.fromEntries(
    neurons.map((node): [string, InitialPotential] => {
      if (node.initialPotential.kind !== 'tensor') return [node.name, node.initialPotential];
      const { data } = snn.tensors.get(`${node.name}/initial-potential`)!;
      return [node.name, { kind: 'fractions', fractions: Array.from(data) }];
    }),
  );
}

/** One for all layers, or one for each in the order of the simulator. */
function inOrder(
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
  { method }: SeriesPlan,
  {
    initialPotential,
    parameters,
    timeSteps,
    seed,
  }: {
    readonly initialPotential: SimulationSpec['initialPotential'];
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

async function simulateSweep(
  context: ExperimentContext,
  label: string,
  snn: Network,
  specs: readonly SimulationSpec[],
): Promise<FinishedRun<SimulationSpec, SimulationResult>[]> {
  const { images, settings } = context;
  const progress = startProgress(`SNN ${label}`, images);
  return executeSweep(specs, {
    store: settings.store,
    signal: settings.signal,
    execute: (shards) => simulateShards(context, snn, shards),
    provenance: () => context.simulatorOrigin(snn),
    onProgress: ({ finished, total }) => {
      // The jobs of one range are finished together: between them nothing can be said about the time left.
      if (finished % specs.length === 0) progress.update((images * finished) / total);
    },
  }).finally(() => {
    progress.stop();
  });
}

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
async function simulateShards(
  context: ExperimentContext,
  snn: Network,
  shards: readonly SimulationSpec[],
): Promise<SimulationResult[]> {
  const { images, timeSteps } = shards[0]!;
  const runner = await context.simulator(snn);
  const simulations = await runner.runSweep(context.subject.images, {
    timeSteps,
    indices: imageIndices(images),
    members: shards.map(({ initialPotential, seed }) => ({
      initialPotential: inOrder(initialPotential, runner),
      seed,
    })),
    record: { firstSpikes: true, logits: shards.some((shard) => delayOf(shard) !== undefined) },
    signal: context.settings.signal,
  });
  return simulations.map((simulation, i) => resultOf(shards[i]!, simulation));
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
