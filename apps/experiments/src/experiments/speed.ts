import { HALF, type PotentialStrategy } from '@opi-snn/conversion';
import { normalizeImages } from '@opi-snn/datasets';
import { createRunner, type NetworkRunner } from '@opi-snn/simulation';
import { describeInitialPotential, describePreparation, type Preparation } from '@opi-snn/theory';
import { evaluateNetwork, selectBackend } from '@opi-snn/training';
import { calibrateOnTrainingImages, rememberedAnalog } from '../calibrate-potentials.js';
import { processorSecondsSince } from '../processor-time.js';
import { imageIndices, type ExperimentContext } from './context.js';
import { computeLayerErrors } from './layer-errors.js';
import type { SeriesPlan } from './series-plan.js';
import type { Subject } from './subject.js';

/** Processor seconds of a kind of work: so many to begin, and so many for each unit. */
export interface Speed {
  readonly begin: number;
  readonly each: number;
}

const PROBE_TIME_STEPS = 32;
const known = new WeakMap<Subject, Map<string, Promise<Speed>>>();

/**
 * The speed of a kind of work on this machine: a little and somewhat more of it is done, and a line drawn through both. In
 * processor time of all threads, which other work on the machine distorts less than the clock. Measured once for each network.
 *
 * @param kind of the work, with everything that decides its speed
 * @param units of it, little and more
 * @param work does so many units
 */
function speedOf(
  { subject }: ExperimentContext,
  kind: string,
  units: readonly [few: number, more: number],
  work: (units: number) => Promise<unknown>,
): Promise<Speed> {
  const speeds = known.get(subject) ?? new Map<string, Promise<Speed>>();
  known.set(subject, speeds);
  const found = speeds.get(kind) ?? measureSpeed(units, work);
  speeds.set(kind, found);
  return found;
}

async function measureSpeed(
  [few, more]: readonly [few: number, more: number],
  work: (units: number) => Promise<unknown>,
): Promise<Speed> {
  // The first time what is compiled on the way counts as well.
  await work(few);
  const [little, much] = [await processorSeconds(() => work(few)), await processorSeconds(() => work(more))];
  const each = Math.max(0, (much - little) / (more - few));
  return { begin: Math.max(0, little - few * each), each };
}

/** Processor time of this process while some work is done, on all its threads [s]. */
export async function processorSeconds(work: () => Promise<unknown>): Promise<number> {
  const start = process.cpuUsage();
  await work();
  return processorSecondsSince(start);
}

/** Of an image and time-step of the spiking network that the experiment is about. */
export async function simulationSpeed(context: ExperimentContext): Promise<Speed> {
  const { begin, each } = await speedOf(context, 'simulation', [2, 16], async (images) => {
    await simulateSome(context, await context.simulator(), { images, timeSteps: PROBE_TIME_STEPS });
  });
  return { begin, each: each / PROBE_TIME_STEPS };
}

/** The same on the event-driven kernels, as of methods whose neurons the others lack. */
export async function eventDrivenSpeed(context: ExperimentContext): Promise<Speed> {
  const timeSteps = PROBE_TIME_STEPS / 4;
  const { begin, each } = await speedOf(context, 'event-driven simulation', [1, 4], async (images) => {
    const runner = await createRunner(context.subject.snn, { backend: 'event-driven', threads: 1 });
    await simulateSome(context, runner, { images, timeSteps });
    await runner.close();
  });
  return { begin, each: each / timeSteps };
}

/** Of an image for which every run is prepared. */
export async function preparationSpeed(context: ExperimentContext, preparation: Preparation): Promise<Speed> {
  return speedOf(context, `preparation, ${describePreparation(preparation)}`, [1, 8], async (images) => {
    await simulateSome(context, await context.simulator(), { images, timeSteps: 1, preparation });
  });
}

async function simulateSome(
  { subject, settings }: ExperimentContext,
  runner: NetworkRunner,
  {
    images,
    ...how
  }: { readonly images: number; readonly timeSteps: number; readonly preparation?: Preparation },
): Promise<void> {
  await runner.run(subject.images, {
    ...how,
    indices: imageIndices({ from: 0, to: Math.min(images, subject.dataset.length) }),
    initialPotential: HALF,
    seed: 0,
    record: { firstSpikes: true },
    signal: settings.signal,
  });
}

/** Of an image of the ANN. */
export async function evaluationSpeed(context: ExperimentContext): Promise<Speed> {
  const { subject, settings } = context;
  const { name: backend } = await selectBackend(settings.backend);
  return speedOf(context, `evaluation by ${backend}`, [4, 24], (images) =>
    evaluateNetwork(subject.ann, subject.dataset, {
      normalization: subject.normalization,
      backend,
      images,
      batchSize: images,
      signal: settings.signal,
    }),
  );
}

/** Of an image for which the errors of all layers are measured, in so many series; they share what the ANN computes. */
export function errorSpeed(context: ExperimentContext, series: 1 | 2): Promise<Speed> {
  const plan: SeriesPlan = {
    id: 'half',
    label: describeInitialPotential(HALF),
    method: context.subject.method,
    initialPotential: HALF,
    network: context.subject.snn,
    parameters: {},
  };
  const plans = Array.from({ length: series }, () => plan);
  return speedOf(context, `errors of ${series}, T = ${context.timeSteps.join()}`, [1, 4], (images) =>
    computeLayerErrors(context, plans, images),
  );
}

/** Of an image and time-step for which potentials are calibrated. Test images are timed; nothing comes of them. */
export function calibrationSpeed(context: ExperimentContext, strategy: PotentialStrategy): Promise<Speed> {
  const { ann, snn, dataset, normalization } = context.subject;
  const { signal } = context.settings;
  return speedOf(context, `calibration, ${strategy}`, [2 * 2, 8 * 8], async (units) => {
    const count = Math.sqrt(units);
    const images = normalizeImages(dataset, imageIndices({ from: 0, to: count }), normalization);
    const on = { images, count, imageShape: dataset.imageShape, source: null };
    await calibrateOnTrainingImages(ann, snn, {
      strategy,
      timeSteps: count,
      on,
      analog: rememberedAnalog(ann, snn, on),
      runner: context.calibrationRunner,
      signal,
      quiet: true,
    });
  });
}
