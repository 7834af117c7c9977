import { forEachConnection, type Shape } from '../geometry.js';
import { currentLimits, roundToGrid } from '../int16-arithmetic.js';
import type { PlanNeuron, SpikingLayer, Synapse } from '../plan.js';
import { spikeRange } from '../spike-range.js';
import type { Arithmetic } from './arithmetic.js';
import type { Emitted } from './emitted.js';

/**
 * int16-arithmetic.ts in its plainest form: every sum is exact in 32 bits and nothing wraps around, so that agreement
 * of the fast kernels, which do wrap in 16 bits, tests the bounds as well.
 */
export const INT16: Arithmetic<Int32Array> = {
  allocate: (length) => new Int32Array(length),
  constant: constantCurrent,
  addSpikes,
  fire,
  accumulate: (v, s) => {
    for (let o = 0; o < v.length; o++) v[o]! += s[o]!;
  },
  activation: ({ step }, channel, potential) => Math.fround(potential * step![channel]!),
};

/** 1: the float32 current rounded, within the room that spikes leave. */
function constantCurrent(layer: SpikingLayer, current: Float32Array): Int32Array {
  const { low, high } = spikeRange(layer);
  const [least, most] = currentLimits(layer);
  return Int32Array.from(current, (value, i) => {
    const channel = i % low.length;
    return roundToGrid(value, least - low[channel]!, most - high[channel]!);
  });
}

/** 2: a row of weights per spike, or the scale of its channel. */
function addSpikes(
  s: Int32Array,
  synapse: Synapse,
  shape: Shape,
  { spikes }: Emitted,
  place: readonly [number, number],
): number {
  const channels = shape[2];
  let operations = 0;
  forEachConnection(shape, synapse, place, (tap, pixel) => {
    for (let i = 0; i < channels; i++) {
      if (spikes[pixel * channels + i] === 0) continue;
      if (synapse.kind === 'identity') {
        s[i]! += synapse.scale[i]!;
        operations++;
        continue;
      }
      const row = (tap * channels + i) * s.length;
      for (let o = 0; o < s.length; o++) s[o]! += synapse.weights[row + o]!;
      operations += s.length;
    }
  });
  return operations;
}

/** 3: integrate, compare, reset. Only plain spikes: an int16 plan has no others. */
function fire(v: Int32Array, s: Int32Array, { theta, reset }: PlanNeuron, { spikes, values }: Emitted): void {
  for (let i = 0; i < v.length; i++) {
    const threshold = theta[i % theta.length]!;
    const u = v[i]! + s[i]!;
    const spiked = u >= threshold;
    spikes[i] = values[i] = spiked ? 1 : 0;
    if (!spiked) v[i] = u;
    else v[i] = reset === 'subtraction' ? u - threshold : 0;
  }
}
