import { groupSize, readsPerTap } from '../float-order.js';
import { forEachConnection, type Shape } from '../geometry.js';
import type { ConvolutionSynapse, IdentitySynapse, PlanNeuron, Synapse } from '../plan.js';

const { fround } = Math;

/** Adds the analog image through a convolution: s[o] += w · x (float order, 1). */
export function addAnalog(
  s: Float32Array,
  synapse: ConvolutionSynapse,
  shape: Shape,
  image: Float32Array,
  place: readonly [number, number],
): void {
  const channels = shape[2];
  forEachConnection(shape, synapse, place, (tap, pixel) => {
    for (let i = 0; i < channels; i++) {
      const x = image[pixel * channels + i]!;
      const row = (tap * channels + i) * s.length;
      for (let o = 0; o < s.length; o++) s[o] = fround(s[o]! + fround(synapse.weights[row + o]! * x));
    }
  });
}

/**
 * Adds what the spikes of a source cause at one output place (float order, 2).
 *
 * @param s current so far, [channels], changed in place
 * @param spikes 0 or 1 per neuron of the source, [height, width, channels]
 * @param made shape of the layer that receives them
 * @returns additions caused by spikes
 */
export function addSpikes(
  s: Float32Array,
  synapse: Synapse,
  shape: Shape,
  spikes: Uint8Array,
  place: readonly [number, number],
  made: Shape,
): number {
  let operations = 0;
  const size = groupSize(shape[2], readsPerTap(made, synapse));
  const channels = shape[2];
  forEachConnection(shape, synapse, place, (tap, pixel) => {
    const present = spikes.subarray(pixel * channels, (pixel + 1) * channels);
    operations +=
      synapse.kind === 'identity'
        ? addIdentity(s, synapse, present)
        : addRows(s, synapse, present, tap * channels, size);
  });
  return operations;
}

function addIdentity(s: Float32Array, synapse: IdentitySynapse, present: Uint8Array): number {
  let operations = 0;
  present.forEach((spike, channel) => {
    if (spike === 0) return;
    s[channel] = fround(s[channel]! + synapse.scale[channel]!);
    operations++;
  });
  return operations;
}

function addRows(
  s: Float32Array,
  synapse: ConvolutionSynapse,
  present: Uint8Array,
  firstRow: number,
  size: number,
): number {
  let operations = 0;
  for (let group = 0; group < present.length; group += size) {
    const active: number[] = [];
    for (let i = group; i < Math.min(group + size, present.length); i++) {
      if (present[i] === 1) active.push((firstRow + i) * s.length);
    }
    const [first, ...others] = active;
    if (first === undefined) continue;
    for (let o = 0; o < s.length; o++) {
      let partial = synapse.weights[first + o]!;
      for (const row of others) partial = fround(partial + synapse.weights[row + o]!);
      s[o] = fround(s[o]! + partial);
    }
    operations += active.length * s.length;
  }
  return operations;
}

/**
 * Integrates and fires the neurons of one place (float order, 3): u = v + s, spike if u ≥ θ, reset.
 *
 * @param v potentials, [channels], changed in place
 * @param spikes 0 or 1, [channels], overwritten
 */
export function fire(v: Float32Array, s: Float32Array, neuron: PlanNeuron, spikes: Uint8Array): void {
  for (let o = 0; o < v.length; o++) {
    const u = fround(v[o]! + s[o]!);
    const theta = neuron.theta[o]!;
    const spiked = u >= theta;
    spikes[o] = spiked ? 1 : 0;
    if (!spiked) v[o] = u;
    else v[o] = neuron.reset === 'subtraction' ? fround(u - theta) : 0;
  }
}
