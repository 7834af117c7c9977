import type { InitialPotential } from '@opi-snn/theory';
import { imageIndices, type ExperimentContext } from './context.js';
import type { Subject } from './subject.js';

/** Images of the probe: enough to keep every thread busy, few enough for a second. */
const PROBE_IMAGES = 16;
const PROBE_TIME_STEPS = 32;

const speeds = new WeakMap<Subject, number>();

/**
 * Seconds that an experiment takes here with an empty store: a few images of its network are simulated once to warm up
 * and once for the clock, and the time grows with images, series, seeds and time-steps. The ANN and the errors of layers
 * are a few percent of it.
 */
export async function estimateSeconds(context: ExperimentContext): Promise<number> {
  const steps = context.definition.stepsPerImage?.(context.timeSteps) ?? (await plannedSteps(context));
  return context.images * steps * (await secondsPerStep(context));
}

async function plannedSteps(context: ExperimentContext): Promise<number> {
  const { timeSteps, seeds, definition } = context;
  const plans = await definition.plan(context);
  return plans.reduce((sum, { network, initialPotential }) => {
    const isConstant = initialPotential === 'network' || initialPotential.kind === 'fraction';
    const steps =
      typeof network === 'function' ? timeSteps.reduce((all, t) => all + t, 0) : timeSteps.at(-1)!;
    return sum + (isConstant ? 1 : seeds.length) * steps;
  }, 0);
}

/** Seconds per image and time-step, measured once for each network. */
async function secondsPerStep(context: ExperimentContext): Promise<number> {
  const known = speeds.get(context.subject);
  if (known !== undefined) return known;
  const runner = await context.simulator();
  const initialPotential: InitialPotential = { kind: 'fraction', fraction: 0.5 };
  const indices = imageIndices({ from: 0, to: Math.min(PROBE_IMAGES, context.images) });
  let seconds = 0;
  for (const attempt of ['warm up', 'measure'] as const) {
    const started = performance.now();
    await runner.run(context.subject.images, {
      timeSteps: PROBE_TIME_STEPS,
      indices,
      initialPotential,
      seed: 0,
      record: { firstSpikes: true },
      signal: context.settings.signal,
    });
    if (attempt === 'measure') seconds = (performance.now() - started) / 1000;
  }
  const speed = seconds / (indices.length * PROBE_TIME_STEPS);
  speeds.set(context.subject, speed);
  return speed;
}
