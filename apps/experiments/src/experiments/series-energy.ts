import type { Series } from '@opi-snn/harness';
import { countMultiplyAccumulates, type Network } from '@opi-snn/network';
import {
  countConstantOperations,
  estimateEnergy,
  HOROWITZ_45_NM,
  type SpikingOperations,
} from '@opi-snn/simulation';

/**
 * A series whose costs say what an image takes in energy, beside the ANN in float32 and one quantised to as many levels.
 *
 * @param snn the network that ran, whose weights are those of the ANN
 */
export function withEnergy(series: Series, snn: Network): Series {
  const constant = countConstantOperations(snn);
  const ann = countMultiplyAccumulates(snn.description).total;
  const cost = series.cost.map((point) => {
    const { timeSteps, synapticOperationsPerImage, spikesPerImage } = point;
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
