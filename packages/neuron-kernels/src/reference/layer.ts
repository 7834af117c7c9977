import { groupSize, readsPerTap } from '../float-order.js';
import { forEachConnection, type Shape } from '../geometry.js';
import type { ConvolutionSynapse, IdentitySynapse, Synapse } from '../plan.js';
import type { Emitted } from './emitted.js';

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
 * @param emitted spikes of the source, [height, width, channels]
 * @param made shape of the layer that receives them
 * @returns additions caused by spikes; several spikes of a neuron count as many
 */
export function addSpikes(
  s: Float32Array,
  synapse: Synapse,
  shape: Shape,
  { spikes, values }: Emitted,
  place: readonly [number, number],
  made: Shape,
): number {
  let operations = 0;
  const size = groupSize(shape[2], readsPerTap(made, synapse));
  const channels = shape[2];
  forEachConnection(shape, synapse, place, (tap, pixel) => {
    const [from, to] = [pixel * channels, (pixel + 1) * channels];
    const sent = values.subarray(from, to);
    const isIdentity = synapse.kind === 'identity';
    if (isIdentity) addIdentity(s, synapse, sent);
    else addRows(s, synapse, sent, tap * channels, size);
    operations += countSpikes(spikes, from, to) * (isIdentity ? 1 : s.length);
  });
  return operations;
}

function countSpikes(spikes: Int16Array, from: number, to: number): number {
  let count = 0;
  for (let i = from; i < to; i++) count += Math.abs(spikes[i]!);
  return count;
}

/** A product with what a single spike carries, 1, changes nothing. */
function addIdentity(s: Float32Array, { scale }: IdentitySynapse, sent: Float32Array): void {
  sent.forEach((value, channel) => {
    if (value !== 0) s[channel] = fround(s[channel]! + fround(scale[channel]! * value));
  });
}

function addRows(
  s: Float32Array,
  { weights }: ConvolutionSynapse,
  sent: Float32Array,
  firstRow: number,
  size: number,
): void {
  for (let group = 0; group < sent.length; group += size) {
    const active: number[] = [];
    for (let i = group; i < Math.min(group + size, sent.length); i++) if (sent[i] !== 0) active.push(i);
    const [first, ...others] = active;
    if (first === undefined) continue;
    const product = (channel: number, o: number): number =>
      fround(weights[(firstRow + channel) * s.length + o]! * sent[channel]!);
    for (let o = 0; o < s.length; o++) {
      let partial = product(first, o);
      for (const channel of others) partial = fround(partial + product(channel, o));
      s[o] = fround(s[o]! + partial);
    }
  }
}
