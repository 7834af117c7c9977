import { groupSize, readsPerTap } from '../float-order.js';
import type { IdentitySynapse, SpikingPlan, Synapse } from '../plan.js';
import type { Emitted } from '../reference/emitted.js';
import type { AddCurrents } from '../reference/image.js';
import { spikeSource, type SpikeSource } from '../reference/spike-source.js';
import { fanOutOf, type FanOut } from './fan-out.js';
import { ScatterKernel, type PlacedRoute } from './scatter-kernel.js';

const { fround } = Math;

/** One synapse made ready. */
interface Route {
  readonly source: SpikeSource;
  /** Connections of each pixel of the source, over all visits. */
  readonly connections: Int32Array;
  readonly channels: number;
  /** Additions of a spike for each connection. */
  readonly outputs: number;
  readonly add: (emitted: Emitted, s: Float32Array) => void;
}

/**
 * Adds currents spike by spike: each goes to the places that it reaches, and pixels without spikes cost a glance. The
 * same bits as looking from every place at all it reads (float-order.ts), many times faster where spikes are few.
 *
 * @param module the compiled kernel that adds rows of weights
 */
export async function scatter(
  plan: SpikingPlan,
  module: WebAssembly.Module,
): Promise<AddCurrents<Float32Array>> {
  const kernel = await ScatterKernel.create(module);
  const routes = plan.layers.map((layer) =>
    layer.synapses.flatMap((synapse) =>
      synapse.source === 'input' ? [] : [routeOf(plan, layer, synapse, kernel)],
    ),
  );
  kernel.freeze();
  return (states, index, s) => {
    let operations = 0;
    for (const route of routes[index]!) {
      const emitted = route.source.read(states[route.source.layer]!);
      route.add(emitted, s);
      operations += additionsOf(route, emitted.spikes);
    }
    return operations;
  };
}

function routeOf(
  plan: SpikingPlan,
  layer: SpikingPlan['layers'][number],
  read: Synapse,
  kernel: ScatterKernel,
): Route {
  const source = spikeSource(plan, read);
  const { synapse, shape } = source;
  const [height, width, channels] = shape;
  const fanOut = fanOutOf(shape, layer, synapse);
  const connections = new Int32Array(height * width);
  fanOut.pixels.forEach((pixel, visit) => {
    connections[pixel]! += fanOut.starts[visit + 1]! - fanOut.starts[visit]!;
  });
  const known = { source, connections, channels };
  if (synapse.kind === 'identity') {
    return {
      ...known,
      outputs: 1,
      add: ({ values }, s) => {
        addIdentity(synapse, fanOut, channels, values, s);
      },
    };
  }
  const outputs = layer.shape[2];
  const group = groupSize(channels, readsPerTap(layer.shape, synapse));
  const placed: PlacedRoute = kernel.place({ weights: synapse.weights, fanOut, channels, outputs, group });
  return {
    ...known,
    outputs,
    add: ({ values }, s) => {
      kernel.add(placed, values, s);
    },
  };
}

function additionsOf({ connections, channels, outputs }: Route, spikes: Int16Array): number {
  let additions = 0;
  for (let pixel = 0; pixel < connections.length; pixel++) {
    let sent = 0;
    for (let i = pixel * channels; i < (pixel + 1) * channels; i++) sent += Math.abs(spikes[i]!);
    additions += sent * connections[pixel]!;
  }
  return additions * outputs;
}

function addIdentity(
  { scale }: IdentitySynapse,
  { pixels, starts, places }: FanOut,
  channels: number,
  values: Float32Array,
  s: Float32Array,
): void {
  for (let visit = 0; visit < pixels.length; visit++) {
    for (let j = starts[visit]!; j < starts[visit + 1]!; j++) {
      const [from, to] = [pixels[visit]! * channels, places[j]! * channels];
      for (let i = 0; i < channels; i++) {
        const value = values[from + i]!;
        if (value !== 0) s[to + i] = fround(s[to + i]! + fround(scale[i]! * value));
      }
    }
  }
}
