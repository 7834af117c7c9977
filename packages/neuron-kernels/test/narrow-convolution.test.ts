import { describe, expect, it } from 'vitest';

import type { SpikingLayer, SpikingPlan, Synapse } from '../src/index.js';
import { toInt16 } from './arbitrary-int16.js';
import { randomNumbers, type Case } from './arbitrary-plan.js';
import { FAST_BACKENDS } from './fast-backends.js';
import { readOut } from './plans.js';
import { simulate } from './simulate.js';

type Size = readonly [height: number, width: number];

interface Network {
  readonly size: Size;
  /** Channels of the layer that the image drives, and of the two 3x3 layers after it. */
  readonly channels: readonly [number, number];
  readonly density: number;
  /** Rows and columns of zeros at the bottom and on the right. */
  readonly after?: number;
  readonly reset?: 'zero';
  readonly timeSteps?: number;
}

/** A layer driven by the image, a 3x3 layer, and another with an identity from the first: a residual block. */
function residualBlock({ size, channels, density, after = 1, reset, timeSteps = 9 }: Network): Case {
  const [height, width] = size;
  const random = randomNumbers(height * 100 + width);
  const floats = (length: number, next: () => number): Float32Array => Float32Array.from({ length }, next);
  const convolution = (source: number, inputs: number, outputs: number): Synapse => ({
    kind: 'convolution',
    source,
    kernelSize: [3, 3],
    strides: [1, 1],
    padding: { top: 1, left: 1, bottom: after, right: after },
    weights: floats(9 * inputs * outputs, () => (random() - 0.4) / Math.sqrt(inputs)),
  });
  const layer = (name: string, outputs: number, synapses: readonly Synapse[]): SpikingLayer => ({
    name,
    shape: [
      height + (name === 'driven' ? 0 : after - 1),
      width + (name === 'driven' ? 0 : after - 1),
      outputs,
    ],
    synapses,
    bias: floats(outputs, () => (name === 'driven' ? density * 2 * random() : random() - 0.5)),
    neuron: { theta: floats(outputs, () => 0.5 + random()), reset: reset ?? 'subtraction' },
  });
  const [narrow, wide] = channels;
  const layers = [layer('driven', narrow, []), layer('first', wide, [convolution(0, narrow, wide)])];
  if (after === 1) {
    const identity: Synapse = { kind: 'identity', source: 0, scale: floats(narrow, random) };
    layers.push(layer('second', narrow, [convolution(1, wide, narrow), identity]));
  }
  const last = layers.at(-1)!;
  const pool = {
    size: last.shape.slice(0, 2) as [number, number],
    strides: [1, 1],
    padding: { top: 0, bottom: 0, left: 0, right: 0 },
  } as const;
  const dense: Synapse = {
    kind: 'convolution',
    source: layers.length - 1,
    pool,
    kernelSize: [1, 1],
    strides: [1, 1],
    padding: pool.padding,
    weights: floats(2 * last.shape[2], () => random() - 0.5),
  };
  const plan: SpikingPlan = { inputShape: [1, 1, 1], layers: [...layers, readOut([0, 0], [dense])] };
  const batch = 2;
  const initialPotentials = layers.map(({ shape }) => ({
    kind: 'per-neuron' as const,
    values: floats(batch * shape[0] * shape[1] * shape[2], random),
  }));
  const record = {
    logits: true,
    spikeCountsAt: [timeSteps],
    membrane: [{ layer: 1, neurons: [0, height * width * wide - 1] }],
  };
  return { plan, request: { images: Float32Array.of(1, 2), batch, timeSteps, initialPotentials, record } };
}

const NETWORKS: readonly Network[] = [
  ...(
    [
      [4, 4],
      [4, 5],
      [3, 6],
      [16, 1],
      [1, 16],
      [2, 9],
      [3, 33],
    ] as const
  ).map((size): Network => ({
    size,
    channels: [16, 32],
    density: 0.3,
  })),
  ...(
    [
      [16, 16],
      [32, 32],
      [20, 7],
      [33, 16],
      [16, 33],
      [8, 48],
    ] as const
  ).map((channels): Network => ({
    size: [5, 7],
    channels,
    density: 0.2,
  })),
  { size: [6, 6], channels: [16, 32], density: 0.002 },
  { size: [6, 6], channels: [16, 32], density: 0.9, reset: 'zero' },
  { size: [6, 6], channels: [16, 16], density: 0.3, timeSteps: 70 },
  { size: [5, 6], channels: [16, 16], density: 0.3, after: 2 },
  { size: [1, 260], channels: [16, 32], density: 0.3, timeSteps: 3 },
];

describe('3x3 layers of few channels, with an identity after them', () => {
  it.each(NETWORKS)(
    'give the bits of the reference: $size, $channels channels, density $density',
    async (network) => {
      const float32 = residualBlock(network);
      for (const example of [float32, toInt16(float32, 500)]) {
        const expected = await simulate(example, { backend: 'reference', threads: 1 });
        expect(expected.spikes.some((n) => n > 0)).toBe(true);
        for (const backend of FAST_BACKENDS) {
          expect(await simulate(example, { backend, threads: 1 }), backend).toStrictEqual(expected);
        }
      }
    },
  );
});
