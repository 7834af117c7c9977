import { assertSameImages, seedsOf } from './compare.js';
import type { Comparison, LabelledRuns } from './compare.js';
import { meanFirstSpikes } from './first-spikes.js';
import { pairedEffect } from './paired-effect.js';
import type { SimulationResult } from './simulation-job.js';

/**
 * Do the deeper layers fire later in the first run than in the second? A pair is an image; its value is the
 * {@link meanFirstSpikes} of the deeper half of the spiking layers (of five, the last three), mean over its seeds. Effect
 * in time-steps.
 *
 * All images count: first-spike times have no chance level, so there is nothing to screen.
 *
 * @param first  claimed to be later
 * @param second  claimed to be earlier, of the same network over the same images
 * @returns one comparison
 * @throws RangeError if images, time-steps or layers differ, or nothing spikes
 */
export function compareFirstSpikes(first: LabelledRuns, second: LabelledRuns): Comparison {
  assertSameImages('compareFirstSpikes', [...first.runs, ...second.runs]);
  const [a, b] = [describeRun(first.runs[0]!), describeRun(second.runs[0]!)];
  if (a !== b) {
    throw new RangeError(
      `compareFirstSpikes: both runs must have the same layers and time-steps, got ${a} and ${b}.`,
    );
  }
  const layers = deeperHalf(first.runs[0]!);
  const { timeSteps } = first.runs[0]!;
  const means = ({ runs }: LabelledRuns): Float64Array => {
    const each = runs.map((run) => meanFirstSpikes(run, layers));
    return each[0]!.map((_, i) => each.reduce((sum, values) => sum + values[i]!, 0) / each.length);
  };
  return {
    first: `first spikes of deep layers, ${first.label}`,
    second: `the same, ${second.label}`,
    condition: `mean over the last ${layers.length} spiking layers, T = ${timeSteps}`,
    timeSteps,
    ...pairedEffect(means(first), means(second)),
    ...seedsOf(first, second),
    notJudged: null,
  };
}

/** Indices of the deeper half of all layers but the last, which is the read-out and never spikes. */
function deeperHalf({ layers }: SimulationResult): number[] {
  const spiking = Array.from({ length: Math.max(0, layers.length - 1) }, (_, i) => i);
  return spiking.slice(Math.floor(spiking.length / 2));
}

function describeRun({ timeSteps, layers }: SimulationResult): string {
  return `T = ${timeSteps} with ${layers.map(({ name, neurons }) => `${name} (${neurons})`).join(', ')}`;
}
