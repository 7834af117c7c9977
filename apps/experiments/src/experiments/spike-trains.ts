import { createHash } from 'node:crypto';
import { hashNetwork } from '@opi-snn/conversion';
import {
  executeJobs,
  jsonKind,
  planJobs,
  type DatasetReference,
  type ExecuteJobsOptions,
  type PlannedJob,
  type SimulationSpec,
} from '@opi-snn/harness';
import type { Network } from '@opi-snn/network';
import { z } from 'zod';
import { imageIndices, type ExperimentContext } from './context.js';
import { potentialOf } from './planned-run.js';
import type { SeriesPlan } from './series-plan.js';
import { inOrder } from './simulate-shards.js';

/** What decides the spikes of one series on a few images. */
interface SpikeTrainSpec {
  readonly kind: 'spike-trains';
  readonly specVersion: 1;
  readonly floatOrder: string;
  readonly network: { readonly name: string; readonly hash: string };
  /** Hash of the spiking network that ran. */
  readonly spiking: string;
  readonly dataset: DatasetReference;
  readonly images: { readonly from: number; readonly to: number };
  readonly initialPotential: SimulationSpec['initialPotential'];
  readonly timeSteps: number;
  readonly seed: number;
}

const layers = z.array(
  z.object({ layer: z.string(), neurons: z.number(), spikes: z.number(), hash: z.string() }),
);
const KIND = jsonKind<SpikeTrainSpec, z.infer<typeof layers>>('spike-trains', layers);

/** Every spike of a series on a few images, as a hash for each layer. */
export interface SpikeTrains {
  readonly series: string;
  readonly images: number;
  readonly timeSteps: number;
  readonly layers: readonly {
    readonly layer: string;
    /** Of one image. */
    readonly neurons: number;
    /** Of all images and steps. */
    readonly spikes: number;
    /** SHA-256 over the spike counts of every neuron after every step. */
    readonly hash: string;
  }[];
}

interface Planned {
  readonly plan: SeriesPlan;
  readonly snn: Network;
  readonly spec: SpikeTrainSpec;
}

/** Series whose network does not depend on T; none where the experiment does not ask for spikes. */
function plannedTrains(context: ExperimentContext, plans: readonly SeriesPlan[]): Planned[] {
  const { spikeTrains } = context.definition;
  if (spikeTrains === undefined) return [];
  return plans.flatMap((plan): Planned[] => {
    const snn = plan.network;
    if (typeof snn === 'function') return [];
    const spec: SpikeTrainSpec = {
      kind: 'spike-trains',
      specVersion: 1,
      floatOrder: context.arithmetic,
      network: context.network,
      spiking: hashNetwork(snn),
      dataset: context.dataset,
      images: { from: 0, to: Math.min(spikeTrains.images, context.images) },
      initialPotential: potentialOf(plan, snn),
      timeSteps: Math.min(spikeTrains.timeSteps, context.timeSteps.at(-1)!),
      seed: context.seeds[0]!,
    };
    return [{ plan, snn, spec }];
  });
}

function trainOptions(
  context: ExperimentContext,
  snn: Network,
): ExecuteJobsOptions<SpikeTrainSpec, z.infer<typeof layers>> {
  const { store, signal } = context.settings;
  return {
    store,
    signal,
    kind: KIND,
    execute: (spec) => record(context, snn, spec),
    provenance: () => context.simulatorOrigin(snn),
  };
}

/** The recordings as jobs. */
export function spikeTrainJobs(context: ExperimentContext, plans: readonly SeriesPlan[]): PlannedJob[] {
  return plannedTrains(context, plans).flatMap(({ snn, spec }) =>
    planJobs([spec], trainOptions(context, snn)),
  );
}

/** Every spike of every series on the first images, from the store where it is there. */
export async function recordSpikeTrains(
  context: ExperimentContext,
  plans: readonly SeriesPlan[],
): Promise<SpikeTrains[]> {
  const recorded: SpikeTrains[] = [];
  for (const { plan, snn, spec } of plannedTrains(context, plans)) {
    const [finished] = await executeJobs([spec], trainOptions(context, snn));
    const { images, timeSteps } = spec;
    recorded.push({ series: plan.id, images: images.to - images.from, timeSteps, layers: finished!.result });
  }
  return recorded;
}

async function record(
  context: ExperimentContext,
  snn: Network,
  { images, timeSteps, initialPotential, seed }: SpikeTrainSpec,
): Promise<z.infer<typeof layers>> {
  const runner = await context.simulator(snn);
  const { spikeCounts } = await runner.run(context.subject.images, {
    timeSteps,
    indices: imageIndices(images),
    initialPotential: inOrder(initialPotential, runner),
    seed,
    record: { spikeCountsAt: Array.from({ length: timeSteps }, (_, i) => i + 1) },
    signal: context.settings.signal,
  });
  return [...spikeCounts!.byLayer].map(([layer, counts]) => {
    const hash = createHash('sha256');
    for (const after of counts) hash.update(after);
    const spikes = counts.at(-1)!.reduce((sum, count) => sum + count, 0);
    return {
      layer,
      neurons: counts[0]!.length / (images.to - images.from),
      spikes,
      hash: hash.digest('hex'),
    };
  });
}
