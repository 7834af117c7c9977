import { groupSize, readsPerTap } from '../float-order.js';
import { sourceShape } from '../geometry.js';
import type { SpikingPlan, Synapse } from '../plan.js';
import type { AddCurrents, LayerState } from '../reference/image.js';
import { fanOutOf, type FanOut } from './fan-out.js';

const { fround } = Math;

/** One synapse made ready: its fan-out, and how its source is grouped. */
interface Route {
  readonly synapse: Synapse & { readonly source: number };
  readonly fanOut: FanOut;
  /** Channels of the source. */
  readonly channels: number;
  readonly group: number;
}

/**
 * Adds currents spike by spike: each goes to the places that it reaches, and pixels without spikes cost a glance. The
 * same bits as looking from every place at all it reads (float-order.ts), several times faster where spikes are few.
 */
export function scatter(plan: SpikingPlan): AddCurrents<Float32Array> {
  const routes = plan.layers.map((layer) =>
    layer.synapses.flatMap((synapse): Route[] => {
      if (synapse.source === 'input') return [];
      const channels = sourceShape(plan, synapse)[2];
      return [
        {
          synapse: { ...synapse, source: synapse.source },
          fanOut: fanOutOf(plan, layer, synapse),
          channels,
          group: groupSize(channels, readsPerTap(layer.shape, synapse)),
        },
      ];
    }),
  );
  return (states, index, s) => {
    const outputs = plan.layers[index]!.shape[2];
    let operations = 0;
    for (const route of routes[index]!)
      operations += follow(route, states[route.synapse.source]!, s, outputs);
    return operations;
  };
}

function follow(
  { synapse, fanOut, channels, group }: Route,
  { values, spikes }: LayerState<Float32Array>,
  s: Float32Array,
  outputs: number,
): number {
  const { pixels, starts } = fanOut;
  const active = new Int32Array(group);
  let operations = 0;
  for (let visit = 0; visit < pixels.length; visit++) {
    const [from, to] = [starts[visit]!, starts[visit + 1]!];
    const first = pixels[visit]! * channels;
    if (synapse.kind === 'identity') {
      for (let i = 0; i < channels; i++) {
        const value = values[first + i]!;
        if (value === 0) continue;
        operations += Math.abs(spikes[first + i]!) * (to - from);
        addIdentity(synapse.scale[i]!, value, fanOut.places, from, to, i, channels, s);
      }
      continue;
    }
    for (let start = 0; start < channels; start += group) {
      const end = Math.min(start + group, channels);
      let count = 0;
      for (let i = start; i < end; i++) {
        if (values[first + i] === 0) continue;
        active[count++] = i;
        operations += Math.abs(spikes[first + i]!) * (to - from) * outputs;
      }
      if (count === 0) continue;
      const { weights } = synapse;
      if (count === 1) addRow(weights, values, first, active[0]!, fanOut, from, to, channels, outputs, s);
      else addGroup(weights, values, first, active, count, fanOut, from, to, channels, outputs, s);
    }
  }
  return operations;
}

/** Kernel: positional arguments. */
function addIdentity(
  scale: number,
  value: number,
  places: Int32Array,
  from: number,
  to: number,
  channel: number,
  channels: number,
  s: Float32Array,
): void {
  const term = fround(scale * value);
  for (let j = from; j < to; j++) {
    const at = places[j]! * channels + channel;
    s[at] = fround(s[at]! + term);
  }
}

/** The weights of one spike, to every place that it reaches. Kernel: positional arguments. */
function addRow(
  weights: Float32Array,
  values: Float32Array,
  first: number,
  channel: number,
  { taps, places }: FanOut,
  from: number,
  to: number,
  channels: number,
  outputs: number,
  s: Float32Array,
): void {
  const value = values[first + channel]!;
  for (let j = from; j < to; j++) {
    const row = (taps[j]! * channels + channel) * outputs;
    const at = places[j]! * outputs;
    for (let o = 0; o < outputs; o++) s[at + o] = fround(s[at + o]! + fround(weights[row + o]! * value));
  }
}

/** The partial sum of several spikes of one pixel and group. Kernel: positional arguments. */
function addGroup(
  weights: Float32Array,
  values: Float32Array,
  first: number,
  active: Int32Array,
  count: number,
  { taps, places }: FanOut,
  from: number,
  to: number,
  channels: number,
  outputs: number,
  s: Float32Array,
): void {
  for (let j = from; j < to; j++) {
    const tap = taps[j]! * channels;
    const at = places[j]! * outputs;
    for (let o = 0; o < outputs; o++) {
      let partial = fround(weights[(tap + active[0]!) * outputs + o]! * values[first + active[0]!]!);
      for (let k = 1; k < count; k++) {
        const channel = active[k]!;
        partial = fround(
          partial + fround(weights[(tap + channel) * outputs + o]! * values[first + channel]!),
        );
      }
      s[at + o] = fround(s[at + o]! + partial);
    }
  }
}
