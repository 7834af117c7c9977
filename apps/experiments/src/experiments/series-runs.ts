import {
  executeSweep,
  planJobs,
  recordRun,
  shardSpecs,
  simulationKind,
  type FinishedRun,
  type JobOrigin,
  type PlannedJob,
  type RunRecord,
  type SeriesInput,
  type SeriesInputRun,
  type SimulationResult,
  type SimulationSpec,
} from '@opi-snn/harness';
import type { Network } from '@opi-snn/network';
import { startProgress } from '../progress.js';
import type { ExperimentContext } from './context.js';
import { planRuns, potentialOf, runsOfSeries } from './planned-run.js';
import type { SeriesPlan } from './series-plan.js';
import { simulateShard, simulateShards } from './simulate-shards.js';

/** A finished series: one run over all T, or, where the network depends on T, one run for each T. */
export interface SeriesRun {
  readonly plan: SeriesPlan;
  /** Ascending in T; a single entry serves every T up to its own. */
  readonly byTimeSteps: readonly SeriesPart[];
}

/** A run with every T up to `timeSteps`, or for this T alone, and the network that ran. */
export interface SeriesPart {
  readonly timeSteps: number;
  readonly snn: Network;
  readonly input: SeriesInput;
}

/** All series of an experiment, what their runs were made of, and how many of their shards came from the store. */
export interface SeriesRuns {
  readonly runs: readonly SeriesRun[];
  readonly records: readonly RunRecord[];
  readonly jobs: { readonly stored: number; readonly executed: number };
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
    sharing.forEach((plan, i) =>
      runs.set(plan, { plan, byTimeSteps: [{ timeSteps, snn, input: inputs[i]! }] }),
    );
  }
  for (const plan of plans) {
    const { network } = plan;
    if (typeof network !== 'function') continue;
    const byTimeSteps: SeriesPart[] = [];
    for (const timeSteps of context.timeSteps) {
      const snn = await network(timeSteps);
      const [input] = await simulateTogether(context, [plan], { snn, timeSteps, done });
      byTimeSteps.push({ timeSteps, snn, input: input! });
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
  const members = plans.flatMap((plan) => runsOfSeries(context, plan, { snn, timeSteps }));
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

/** What the progress bar of some series says. */
function labelOf(plans: readonly SeriesPlan[]): string {
  return plans.length === 1 ? plans[0]!.label : `${plans.length} potentials`;
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
