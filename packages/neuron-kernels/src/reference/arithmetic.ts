import type { Shape } from '../geometry.js';
import type { PlanNeuron, SpikingLayer, Synapse } from '../plan.js';
import type { Emitted } from './emitted.js';
import { fire } from './fire.js';
import { addSpikes } from './layer.js';

const { fround } = Math;

/** Currents and potentials: float32, or integers. */
export type Numbers = Float32Array | Int32Array;

/** What a step of a layer is made of: all in which the precisions differ. */
export interface Arithmetic<N extends Numbers> {
  /** Zeros. */
  allocate(length: number): N;
  /** The constant current of a layer, [height, width, channels], from the float32 one. */
  constant(layer: SpikingLayer, current: Float32Array): N;
  /** Adds to s what the spikes of a source cause at one place of a layer of shape `target`; returns the additions. */
  addSpikes(
    s: N,
    synapse: Synapse,
    shape: Shape,
    emitted: Emitted,
    place: readonly [number, number],
    target: Shape,
  ): number;
  /**
   * u = v + s, spike, reset, for all neurons of a layer; v and spikes are overwritten.
   *
   * @param sent sum of the spikes that each neuron has sent before
   */
  fire(v: N, s: N, neuron: PlanNeuron, emitted: Emitted, sent: Uint16Array): void;
  /** v = v + s. */
  accumulate(v: N, s: N): void;
  /** A potential of a channel in units of activation, for records. */
  activation(layer: SpikingLayer, channel: number, potential: number): number;
}

/** float-order.ts, step by step. */
export const FLOAT32: Arithmetic<Float32Array> = {
  allocate: (length) => new Float32Array(length),
  constant: (_, current) => current,
  addSpikes,
  fire,
  accumulate: (v, s) => {
    for (let o = 0; o < v.length; o++) v[o] = fround(v[o]! + s[o]!);
  },
  activation: (_layer, _channel, potential) => potential,
};
