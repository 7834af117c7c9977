import fc from 'fast-check';

import type { LayerPotential, SpikingLayer, SpikingPlan } from '../src/index.js';
import { arbitraryCase, type Case } from './arbitrary-plan.js';

/** Largest Σ of bias and weights of either sign, by channel, with pooled weights counted once per pixel. */
function largestSum({ shape, synapses, bias }: SpikingLayer, channel: number): number {
  let [low, high] = [0, 0];
  const add = (value: number): void => {
    low += Math.min(value, 0);
    high += Math.max(value, 0);
  };
  add(bias[channel]!);
  for (const synapse of synapses) {
    const area = (synapse.pool?.size[0] ?? 1) * (synapse.pool?.size[1] ?? 1);
    const values = synapse.kind === 'identity' ? synapse.scale : synapse.weights;
    for (let i = channel; i < values.length; i += shape[2]) add(values[i]! * area);
  }
  return Math.max(-low, high);
}

/** Grid steps per unit of each channel: `levels` in θ, fewer where 16 bits would overflow. */
function scalesOf(layer: SpikingLayer, levels: number): number[] {
  const scales = Array.from(layer.bias, (_, channel) =>
    Math.min(levels / (layer.neuron?.theta[channel] ?? 1), 25_000 / largestSum(layer, channel)),
  );
  return layer.neuron ? scales : scales.map(() => Math.min(...scales));
}

function onGrid(layer: SpikingLayer, scales: readonly number[]): SpikingLayer {
  const scaled = (values: Float32Array): Float32Array => values.map((w, i) => w * scales[i % scales.length]!);
  const rounded = (values: Float32Array): Float32Array => scaled(values).map(Math.round);
  const isDriven = layer.synapses.some(({ source }) => source === 'input');
  return {
    ...layer,
    step: Float32Array.from(scales, (scale) => 1 / scale),
    bias: isDriven ? scaled(layer.bias) : rounded(layer.bias),
    synapses: layer.synapses.map((synapse) => {
      if (synapse.kind === 'identity') return { ...synapse, scale: rounded(synapse.scale) };
      return { ...synapse, weights: (synapse.source === 'input' ? scaled : rounded)(synapse.weights) };
    }),
    ...(layer.neuron && {
      neuron: { ...layer.neuron, theta: rounded(layer.neuron.theta).map((n) => Math.max(n, 1)) },
    }),
  };
}

/** An int16 plan that computes about what a float32 plan does, and its request. */
export function toInt16({ plan, request }: Case, levels: number): Case {
  const scales = plan.layers.map((layer) => scalesOf(layer, levels));
  const layers = plan.layers.map((layer, i) => onGrid(layer, scales[i]!));
  const initialPotentials = request.initialPotentials.map(({ kind, values }, i): LayerPotential => {
    const channels = scales[i]!;
    const inRange = (v: number): number => Math.max(-32_767, Math.min(32_767, v));
    return { kind, values: values.map((v, neuron) => inRange(v * channels[neuron % channels.length]!)) };
  });
  return { plan: { ...plan, precision: 'int16', layers }, request: { ...request, initialPotentials } };
}

/** Int16 networks of every shape the kernels know; grids from a few steps in θ to as fine as 16 bits allow. */
export const arbitraryInt16Case: fc.Arbitrary<Case> = fc
  .tuple(arbitraryCase, fc.constantFrom(10, 200, 1000, 20_000))
  .map(([example, levels]) => toInt16(example, levels));

/**
 * The same case with whole images, and whole weights of them: then every number in it is an integer far below 2²⁴, and
 * float32 kernels that know nothing of int16 compute it exactly.
 */
export function whole({ plan, request }: Case): Case {
  const layers = plan.layers.map((layer) => ({
    ...layer,
    bias: layer.bias.map(Math.round),
    synapses: layer.synapses.map((synapse) => {
      if (synapse.kind === 'identity' || synapse.source !== 'input') return synapse;
      return { ...synapse, weights: synapse.weights.map(Math.round) };
    }),
  }));
  const initialPotentials = request.initialPotentials.map(({ kind, values }) => ({
    kind,
    values: values.map(Math.round),
  }));
  return {
    plan: { ...plan, layers },
    request: { ...request, images: request.images.map(Math.round), initialPotentials },
  };
}

/** The plan as a float32 one whose numbers are integers. */
export function withoutPrecision({ inputShape, layers }: SpikingPlan): SpikingPlan {
  return { inputShape, layers };
}
