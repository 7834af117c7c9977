import { hashNetwork } from '@opi-snn/conversion';
import type { JsonValue, SimulationSpec } from '@opi-snn/harness';
import type { Network } from '@opi-snn/network';
import type { InitialPotential } from '@opi-snn/theory';
import type { ExperimentContext } from './context.js';
import type { SeriesPlan } from './series-plan.js';

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
      yield* runsOfSeries(context, plan, { snn: network, timeSteps: context.timeSteps.at(-1)! });
      continue;
    }
    for (const timeSteps of context.timeSteps) {
      yield* runsOfSeries(context, plan, { snn: await network(timeSteps), timeSteps });
    }
  }
}

/** A run of a series for every seed it needs: one where nothing is random. */
export function runsOfSeries(
  context: ExperimentContext,
  plan: SeriesPlan,
  { snn, timeSteps }: { readonly snn: Network; readonly timeSteps: number },
): PlannedRun[] {
  const isConstant = !isRandom(plan);
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

/** Whether a series is another one under another seed. */
export function isRandom({ initialPotential }: SeriesPlan): boolean {
  return initialPotential !== 'network' && ['uniform', 'normal'].includes(initialPotential.kind);
}

/** What the plan says, or the potential of every layer as the network says, by name. */
export function potentialOf(
  { initialPotential }: SeriesPlan,
  snn: Network,
): SimulationSpec['initialPotential'] {
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
