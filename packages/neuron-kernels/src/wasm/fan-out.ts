import { forEachConnection, sourceShape } from '../geometry.js';
import type { SpikingPlan } from '../plan.js';

/** How many additions a spike causes, by the place where it is emitted. */
export interface FanOut {
  /** `[places]`: places of one class cause the same additions everywhere. */
  readonly classOf: Uint32Array;
  readonly classes: number;
  /** Layers that receive the spikes, one entry per synapse. */
  readonly receivers: readonly number[];
  /** [classes][receivers]: additions per spike. */
  readonly additions: Float64Array;
}

/** Fan-out of every place of a layer, counted connection by connection, so that borders and strides are exact. */
export function fanOut(plan: SpikingPlan, source: number): FanOut {
  const [height, width] = plan.layers[source]!.shape;
  const receivers: number[] = [];
  const perSynapse: Float64Array[] = [];
  plan.layers.forEach((layer, receiver) => {
    for (const synapse of layer.synapses) {
      if (synapse.source !== source) continue;
      const additions = new Float64Array(height * width);
      const each = synapse.kind === 'identity' ? 1 : layer.shape[2];
      forEachPlace(layer.shape, (place) => {
        forEachConnection(sourceShape(plan, synapse), synapse, place, (_, pixel) => {
          additions[pixel]! += each;
        });
      });
      receivers.push(receiver);
      perSynapse.push(additions);
    }
  });
  return { receivers, ...classify(perSynapse, height * width) };
}

function forEachPlace(
  [height, width]: readonly [number, number, number],
  visit: (place: readonly [number, number]) => void,
): void {
  for (let row = 0; row < height; row++) for (let column = 0; column < width; column++) visit([row, column]);
}

function classify(
  perSynapse: readonly Float64Array[],
  places: number,
): Pick<FanOut, 'classOf' | 'classes' | 'additions'> {
  const classOf = new Uint32Array(places);
  const known = new Map<string, number>();
  const additions: number[] = [];
  for (let place = 0; place < places; place++) {
    const row = perSynapse.map((synapse) => synapse[place]!);
    const key = row.join();
    const index = known.get(key) ?? known.size;
    if (index === known.size) {
      known.set(key, index);
      additions.push(...row);
    }
    classOf[place] = index;
  }
  return { classOf, classes: known.size, additions: Float64Array.from(additions) };
}
