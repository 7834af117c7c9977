import type { Series } from '@opi-snn/harness';
import { countMultiplyAccumulates } from '@opi-snn/network';
import {
  countConstantOperations,
  estimateEnergy,
  HOROWITZ_45_NM,
  type SpikingOperations,
} from '@opi-snn/simulation';
import type { SeriesPart } from './series-runs.js';

/**
 * A series whose costs say what an image takes in energy, beside the ANN in float32 and one quantised to as many levels.
 *
 * What spikes do not decide is counted on the network that ran: one with a shift or corrected biases adds more constants
 * than another.
 *
 * @param parts the runs of the series, ascending in T
 */
export function withEnergy(series: Series, parts: readonly SeriesPart[]): Series {
  const counted = parts.map(({ timeSteps, snn }) => ({
    timeSteps,
    constant: countConstantOperations(snn),
    ann: countMultiplyAccumulates(snn.description).total,
  }));
  const cost = series.cost.map((point) => {
    const { timeSteps, synapticOperationsPerImage, spikesPerImage } = point;
    const { constant, ann } = counted.find((part) => part.timeSteps >= timeSteps)!;
    // Only the last step of the counts is looked at.
    const upTo = (count: number): Float64Array => new Float64Array(timeSteps).fill(count);
    const operations: SpikingOperations = {
      additions: upTo(synapticOperationsPerImage),
      spikes: upTo(spikesPerImage),
      neuronUpdates: upTo(constant.neurons * timeSteps),
      constantAdditions: upTo(constant.constantAdditions * timeSteps),
      multiplyAccumulates: constant.multiplyAccumulates,
    };
    const { activationBits, float32, int8 } = estimateEnergy(operations, ann, {
      timeSteps,
      table: HOROWITZ_45_NM,
    });
    const both = (of: typeof int8): { snn: number; ann: number } => ({ snn: of.snn.total, ann: of.ann });
    const table = `${HOROWITZ_45_NM.name} (${HOROWITZ_45_NM.source})`;
    return { ...point, energy: { table, activationBits, float32: both(float32), int8: both(int8) } };
  });
  return { ...series, cost };
}
