import { forEachConnection, sourceShape } from './geometry.js';
import type { SpikingPlan } from './plan.js';

/**
 * Additions that one spike causes in the layers that read it, by where it comes from.
 *
 * The same count as `SimulationOutput.synapticOperations`: one per output channel for each tap of each place that it reaches inside the image, one per identity.
 *
 * @param plan a valid plan, without maximum pooling
 * @returns for each layer of the plan [height · width]; every channel of a place counts alike. The read-out causes none.
 * @throws RangeError if a pool passes on the maximum
 */
export function additionsPerSpike(plan: SpikingPlan): readonly Float64Array[] {
  const additions = plan.layers.map(({ shape }) => new Float64Array(shape[0] * shape[1]));
  for (const layer of plan.layers) {
    const [height, width, channels] = layer.shape;
    for (const synapse of layer.synapses) {
      if (synapse.source === 'input') continue;
      if (synapse.pool?.rule === 'maximum') {
        throw new RangeError(
          `additionsPerSpike: pools must average, got maximum in ${layer.name}: it depends on the window whether a spike passes.`,
        );
      }
      const caused = additions[synapse.source]!;
      const outputs = synapse.kind === 'identity' ? 1 : channels;
      const shape = sourceShape(plan, synapse);
      for (let place = 0; place < height * width; place++) {
        forEachConnection(shape, synapse, [Math.floor(place / width), place % width], (_, pixel) => {
          caused[pixel]! += outputs;
        });
      }
    }
  }
  return additions;
}
