import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import {
  createSimulator,
  hasBinarySpikes,
  type PlanPool,
  type SpikingLayer,
  type SpikingPlan,
} from '../src/index.js';
import { spikeSource } from '../src/reference/spike-source.js';
import { arbitraryCase, randomNumbers } from './arbitrary-plan.js';
import { dense, driven, plan, readOut } from './plans.js';

const NONE = { top: 0, bottom: 0, left: 0, right: 0 };

function maximum(size: number, stride = size, padding = NONE): PlanPool & { rule: 'maximum' } {
  return { rule: 'maximum', size: [size, size], strides: [stride, stride], padding };
}

/** What reads neurons of `shape` through `pool`. */
function readerOf(shape: readonly [number, number, number], pool: PlanPool): ReturnType<typeof spikeSource> {
  const source: SpikingLayer = { ...driven([1]), shape };
  const scale = new Float32Array(shape[2]).fill(1);
  return spikeSource(plan(source, readOut([0], [])), { kind: 'identity', source: 0, pool, scale });
}

/** What a reader passes on of the spike trains [step][neuron]. */
function passedOn(
  reader: ReturnType<typeof spikeSource>,
  trains: readonly (readonly number[])[],
): number[][] {
  const counts = new Uint16Array(trains[0]!.length);
  return trains.map((spikes) => {
    spikes.forEach((sent, neuron) => (counts[neuron]! += sent));
    const emitted = reader.read({ spikes: Int16Array.from(spikes), values: new Float32Array(0), counts });
    expect([...emitted.values]).toEqual([...emitted.spikes]);
    return [...emitted.spikes];
  });
}

describe('maximum pooling of spikes', () => {
  it('passes on what raises the largest count of the window', () => {
    const trains = [
      [1, 0],
      [0, 1],
      [0, 1],
      [1, 0],
      [1, 1],
    ];
    const pool: PlanPool = { rule: 'maximum', size: [1, 2], strides: [1, 2], padding: NONE };
    expect(passedOn(readerOf([1, 2, 1], pool), trains)).toEqual([[1], [0], [1], [0], [1]]);
  });

  it('takes a step back with the last spike of the leader', () => {
    const trains = [
      [1, 0],
      [-1, 0],
      [0, 1],
      [1, -1],
    ];
    const pool: PlanPool = { rule: 'maximum', size: [1, 2], strides: [1, 2], padding: NONE };
    expect(passedOn(readerOf([1, 2, 1], pool), trains)).toEqual([[1], [-1], [1], [0]]);
  });

  it('has passed on the largest count of every window at every step, Σ s = max N, at most one spike a step', () => {
    fc.assert(
      fc.property(
        fc.record({
          height: fc.integer({ min: 2, max: 6 }),
          width: fc.integer({ min: 2, max: 6 }),
          channels: fc.integer({ min: 1, max: 3 }),
          size: fc.integer({ min: 1, max: 3 }),
          stride: fc.integer({ min: 1, max: 3 }),
          border: fc.nat(1),
          steps: fc.integer({ min: 1, max: 12 }),
          seed: fc.integer(),
        }),
        ({ height, width, channels, size, stride, border, steps, seed }) => {
          fc.pre(size <= Math.min(height, width));
          const reader = readerOf(
            [height, width, channels],
            maximum(size, stride, { top: border, bottom: 0, left: 0, right: border }),
          );
          const random = randomNumbers(seed);
          const trains = Array.from({ length: steps }, () =>
            Array.from({ length: height * width * channels }, () => +(random() < 0.4)),
          );
          const passed = passedOn(reader, trains);
          const [rows, columns] = reader.shape;
          const sum = (of: readonly (readonly number[])[], i: number): number =>
            of.reduce((total, step) => total + step[i]!, 0);
          for (let place = 0; place < rows * columns; place++) {
            const [row, column] = [Math.floor(place / columns) * stride - border, (place % columns) * stride];
            for (let channel = 0; channel < channels; channel++) {
              let largest = 0;
              for (let y = Math.max(0, row); y < Math.min(height, row + size); y++)
                for (let x = column; x < Math.min(width, column + size); x++)
                  largest = Math.max(largest, sum(trains, (y * width + x) * channels + channel));
              expect(sum(passed, place * channels + channel)).toBe(largest);
            }
          }
          for (const step of passed) for (const spikes of step) expect([0, 1]).toContain(spikes);
        },
      ),
    );
  });

  it('gives the same bits event-driven as in the reference, for any plan', async () => {
    let others = 0;
    await fc.assert(
      fc.asyncProperty(arbitraryCase, async ({ plan: network, request }) => {
        const pooled = withMaxima(network);
        const outputs = [];
        for (const backend of ['reference', 'event-driven'] as const) {
          const simulator = await createSimulator(pooled, { backend, threads: 1 });
          outputs.push(await simulator.run(request));
          await simulator.close();
        }
        expect(outputs[1]).toStrictEqual(outputs[0]);
        if (!hasBinarySpikes(pooled)) others++;
      }),
      { numRuns: Number(process.env['OPI_PROPERTY_RUNS'] ?? 60), seed: 20_261_130 },
    );
    expect(others).toBeGreaterThan(10);
  });

  it('is refused where there are no counts, where spikes carry different amounts, and in integers', async () => {
    const neurons = driven([1]);
    const uneven = { ...neurons, neuron: { ...neurons.neuron!, amplitude: Float32Array.of(2) } };
    const readingImage = { ...neurons, synapses: [{ ...dense('input', [1]), pool: maximum(1) }] };
    const reading = (pool: PlanPool): SpikingLayer =>
      readOut([0], [{ kind: 'identity', source: 0, pool, scale: Float32Array.of(1) }]);
    await expect(createSimulator(plan(uneven, reading(maximum(1))))).rejects.toThrow(
      'pool rule must be absent for driven, whose spikes carry different amplitudes.',
    );
    await expect(createSimulator(plan(readingImage, reading(maximum(1))))).rejects.toThrow(
      'pool rule must be absent for the image: it has no spike counts.',
    );
    await expect(
      createSimulator(plan(neurons, reading({ ...maximum(1), rule: 'median' as never }))),
    ).rejects.toThrow("pool rule must be 'maximum' or absent, got median.");
    const step = Float32Array.of(1);
    const integers = plan({ ...neurons, step }, { ...reading(maximum(1)), step });
    await expect(createSimulator({ ...integers, precision: 'int16' })).rejects.toThrow(
      'spikes must be plain, with one θ per channel and average pooling, in an int16 plan.',
    );
  });
});

/** Every pooling of spikes as one of the maximum; and pooled identities stay what they are. */
function withMaxima(network: SpikingPlan): SpikingPlan {
  const layers = network.layers.map((layer) => ({
    ...layer,
    synapses: layer.synapses.map((synapse) => {
      if (synapse.source === 'input' || synapse.pool === undefined) return synapse;
      return { ...synapse, pool: { ...synapse.pool, rule: 'maximum' as const } };
    }),
  }));
  return { ...network, layers };
}
