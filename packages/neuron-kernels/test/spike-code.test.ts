import { describe, expect, it } from 'vitest';

import type { RecordOptions, SpikingLayer, SpikingPlan, Synapse } from '../src/index.js';
import { compiledForm } from '../src/wasm/listing.js';
import { COMPILED_FLOATS, COMPILED_INTEGERS, COMPILED_NOT } from '../src/wasm/descriptor.js';
import { toInt16 } from './arbitrary-int16.js';
import { randomNumbers, type Case } from './arbitrary-plan.js';
import { FAST_BACKENDS } from './fast-backends.js';
import { readOut } from './plans.js';
import { simulate } from './simulate.js';

interface Network {
  readonly timeSteps: number;
  /** Share of the driven neurons that spike in a step, about. */
  readonly density: number;
  /** Rows and columns of the average pooling before the wide layer; 1 = none. */
  readonly pool: number;
  readonly stride?: number;
  readonly record?: RecordOptions;
}

const SIDE = 7;
const [SOURCES, WIDE] = [40, 50];

/** Images of nothing: neurons that their bias drives, a 3x3 layer of many channels that pools first, one that does not. */
function wideNetwork({ timeSteps, density, pool, stride = pool, record = {} }: Network): Case {
  const random = randomNumbers(timeSteps * 10 + pool);
  const floats = (length: number, next: () => number): Float32Array => Float32Array.from({ length }, next);
  const convolution = (source: number, inputs: number, outputs: number): Synapse => ({
    kind: 'convolution',
    source,
    kernelSize: [3, 3],
    strides: [1, 1],
    padding: { top: 1, bottom: 1, left: 1, right: 1 },
    weights: floats(9 * inputs * outputs, () => (random() - 0.4) / inputs),
  });
  const layer = (
    name: string,
    side: number,
    outputs: number,
    synapses: readonly Synapse[],
  ): SpikingLayer => ({
    name,
    shape: [side, side, outputs],
    synapses,
    bias: floats(outputs, () => (name === 'driven' ? density * 2 * random() : 0.2 * random())),
    neuron: { theta: floats(outputs, () => 0.8 + 0.4 * random()), reset: 'subtraction' },
  });
  const padding = { top: 0, bottom: 1, left: 1, right: 0 };
  const pooling = { size: [pool, pool], strides: [stride, stride], padding } as const;
  const side = Math.floor((SIDE + 1 - pool) / stride) + 1;
  const first = { ...convolution(0, SOURCES, WIDE), ...(pool > 1 && { pool: pooling }) };
  const layers = [
    layer('driven', SIDE, SOURCES, []),
    layer('pooled', pool > 1 ? side : SIDE, WIDE, [first]),
    layer('plain', pool > 1 ? side : SIDE, WIDE, [convolution(1, WIDE, WIDE)]),
  ];
  const places = layers[2]!.shape[0] ** 2;
  const all = { size: layers[2]!.shape.slice(0, 2) as [number, number], strides: [1, 1] } as const;
  const last = readOut(
    [0, 0, 0],
    [
      {
        ...convolution(2, WIDE, 3),
        kernelSize: [1, 1],
        padding: { top: 0, bottom: 0, left: 0, right: 0 },
        weights: floats(WIDE * 3, () => (random() - 0.5) / places),
        pool: { ...all, padding: { top: 0, bottom: 0, left: 0, right: 0 } },
      } as Synapse,
    ],
  );
  const batch = 3;
  const plan: SpikingPlan = { inputShape: [1, 1, 1], layers: [...layers, last] };
  const initialPotentials = layers.map(({ shape }) => ({
    kind: 'per-neuron' as const,
    values: floats(batch * shape[0] * shape[1] * shape[2], random),
  }));
  const images = new Float32Array(batch);
  return { plan, request: { images, batch, timeSteps, initialPotentials, record } };
}

const NETWORKS: readonly (readonly [string, Network])[] = [
  ['37 steps, more than a run of code has', { timeSteps: 37, density: 0.2, pool: 1 }],
  ['pooled by four', { timeSteps: 16, density: 0.3, pool: 2 }],
  [
    'pooled by nine, overlapping, more pixels than are counted at once',
    { timeSteps: 19, density: 0.5, pool: 3, stride: 2 },
  ],
  // One step of every neuron takes more code than there is room for.
  ['everything spikes in a single step: lists where code has no room', { timeSteps: 1, density: 3, pool: 1 }],
  [
    'traced step by step: lists',
    {
      timeSteps: 9,
      density: 0.2,
      pool: 2,
      record: { membrane: [{ layer: 1, neurons: [0, 49, 77] }], logits: true },
    },
  ],
];

describe('spikes as machine code', () => {
  it.each(NETWORKS.flatMap(([name, network]) => FAST_BACKENDS.map((b) => [name, b, network] as const)))(
    'give the bits of the reference: %s (%s)',
    async (_, backend, network) => {
      for (const example of [wideNetwork(network), toInt16(wideNetwork(network), 300)]) {
        const expected = await simulate(example, { backend: 'reference', threads: 1 });
        expect(expected.spikes.reduce((sum, n) => sum + n)).toBeGreaterThan(100);
        expect(await simulate(example, { backend, threads: 1 })).toStrictEqual(expected);
      }
    },
  );

  it('are made for AVX-512, of what is read one by one and often, in rows of 64 bytes', () => {
    const { plan } = wideNetwork(NETWORKS[0]![1]);
    const int16 = { ...plan, precision: 'int16' as const };
    const avx512 = { kind: 'native', url: '', instructionSet: 'avx512' } as const;
    const form = (of: SpikingPlan, index: number, source: Parameters<typeof compiledForm>[3]): number =>
      compiledForm(of, of.layers[index]!, of.layers[index]!.synapses[0]!, source);
    expect([1, 2, 3].map((index) => form(plan, index, avx512))).toEqual([
      COMPILED_FLOATS,
      COMPILED_FLOATS,
      COMPILED_NOT,
    ]);
    expect(form(int16, 1, avx512)).toBe(COMPILED_INTEGERS);
    expect(form(plan, 1, { ...avx512, instructionSet: 'avx2' })).toBe(COMPILED_NOT);
  });
});
