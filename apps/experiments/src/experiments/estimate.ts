import type { ExperimentContext } from './context.js';
import type { ExperimentDefinition, SimulationWork } from './definition.js';
import { isRandom } from './planned-run.js';
import {
  calibrationSpeed,
  errorSpeed,
  evaluationSpeed,
  eventDrivenSpeed,
  preparationSpeed,
  simulationSpeed,
} from './speed.js';

/** What an experiment takes here with an empty store. */
export interface Estimate {
  /** On this machine with nothing else to do. */
  readonly seconds: number;
  /** Of all threads together; what `environment.processorSeconds` of a result is to be compared with. */
  readonly processorSeconds: number;
}

/**
 * What an experiment takes here with an empty store, from the speed of each kind of its work, measured on a few images. Some
 * things are left out: reading data, conversions that run the network, hashes of spike trains, the report.
 */
export async function estimateExperiment(
  definition: ExperimentDefinition,
  context: ExperimentContext,
): Promise<Estimate> {
  const { images } = context;
  const { threads } = await context.simulator();
  const { works, series } = await plannedWork(definition, context);
  let perImage = 0;
  for (const work of works) perImage += await secondsPerImage(context, work);
  const simulation = images * perImage;
  const { begin, each } = await evaluationSpeed(context);
  const evaluation = begin + images * each;
  const alone = (await errorsOf(context, series)) + (await calibrationsOf(definition, context));
  return {
    processorSeconds: simulation + evaluation + alone,
    // The ANN has one thread beside those of the simulator; what is left has one thread alone, or nearly.
    seconds: Math.max(evaluation, (simulation + evaluation) / threads) + alone,
  };
}

/** What every image is simulated for, and series. Where planning is long work the definition says it. */
async function plannedWork(
  definition: ExperimentDefinition,
  context: ExperimentContext,
): Promise<{ works: readonly SimulationWork[]; series: number }> {
  const { timeSteps, seeds } = context;
  if (definition.simulations !== undefined) return { works: definition.simulations(timeSteps), series: 0 };
  const plans = await definition.plan(context);
  const works = plans.map((plan) => {
    const own =
      typeof plan.network === 'function' ? timeSteps.reduce((all, t) => all + t, 0) : timeSteps.at(-1)!;
    return { steps: (isRandom(plan) ? seeds.length : 1) * own };
  });
  return { works, series: plans.length };
}

async function secondsPerImage(
  context: ExperimentContext,
  { steps, isEventDriven = false, preparation }: SimulationWork,
): Promise<number> {
  const { each } = isEventDriven ? await eventDrivenSpeed(context) : await simulationSpeed(context);
  const prepared = preparation === undefined ? 0 : (await preparationSpeed(context, preparation)).each;
  return steps * each + prepared;
}

async function errorsOf(context: ExperimentContext, series: number): Promise<number> {
  const images = Math.min(context.definition.errorImages, context.images);
  if (images === 0 || series === 0) return 0;
  const [one, two] = [await errorSpeed(context, 1), await errorSpeed(context, 2)].map(
    ({ begin, each }) => begin + images * each,
  );
  return one! + (series - 1) * Math.max(0, two! - one!);
}

async function calibrationsOf(
  { calibrations }: ExperimentDefinition,
  context: ExperimentContext,
): Promise<number> {
  let sum = 0;
  for (const { strategy, timeSteps } of calibrations?.(context.timeSteps) ?? []) {
    const { begin, each } = await calibrationSpeed(context, strategy);
    sum += begin + context.calibrationCount * timeSteps * each;
  }
  return sum;
}
