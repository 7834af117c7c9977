import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import {
  type SimulationOutput,
  type SimulationRequest,
  type SpikingLayer,
  type SpikingPlan,
} from '../src/index.js';
import { arbitraryCase } from './arbitrary-plan.js';
import { arbitraryInt16Case, toInt16, whole, withoutPrecision } from './arbitrary-int16.js';
import { FAST_BACKENDS } from './fast-backends.js';
import { dense, driven, plan, readOut } from './plans.js';
import { simulate } from './simulate.js';

/** Steps of 1/4 in spiking layers and of 1/2 in the read-out. */
function int16Plan(...layers: SpikingLayer[]): SpikingPlan {
  const gridded = layers.map((layer) => ({
    ...layer,
    step: layer.bias.map(() => (layer.neuron ? 0.25 : 0.5)),
  }));
  return { ...plan(...gridded), precision: 'int16' };
}

const IMAGE = Float32Array.of(1);

function request(timeSteps: number, v0: readonly (readonly number[])[]): SimulationRequest {
  const initialPotentials = v0.map((values) => {
    return { kind: 'per-channel', values: Float32Array.from(values) } as const;
  });
  const record = { logits: true, membrane: [{ layer: 0, neurons: v0[0]!.map((_, i) => i) }] };
  return { images: IMAGE, batch: 1, timeSteps, initialPotentials, record };
}

/** A layer whose neurons receive what the image of one number, 1, drives through these weights. */
function drivenByImage(weights: readonly number[], theta: number): SpikingLayer {
  return {
    ...driven(
      weights.map(() => 0),
      theta,
    ),
    synapses: [dense('input', weights)],
  };
}

describe.each(['reference', ...FAST_BACKENDS] as const)('an int16 neuron on %s', (backend) => {
  const run = (network: SpikingPlan, wanted: SimulationRequest): Promise<SimulationOutput> =>
    simulate({ plan: network, request: wanted }, { backend, threads: 1 });

  it('follows the trace computed by hand: I = 3, θ = 4, v0 = 2 grid steps of 1/4', async () => {
    const network = int16Plan(driven([3], 4), readOut([1], [dense(0, [5])]));
    const output = await run(network, request(6, [[2]]));
    // u: 5 4 3 6 5 4; a spike where u ≥ 4.
    expect([...output.membrane![0]!]).toEqual([1, 0, 3, 2, 1, 0].map((v) => v / 4));
    expect([...output.spikes]).toEqual([1, 1, 0, 1, 1, 1, 0, 0, 0, 0, 0, 0]);
    expect([...output.logits!]).toEqual([6, 12, 13, 19, 25, 31].map((v) => v / 2));
  });

  it('rounds v0 and what the image drives to the nearest integer, halves to even', async () => {
    const values = [0.5, 1.5, 2.5, -0.5, -1.5, 1.4999, 2.5001];
    const network = int16Plan(
      drivenByImage(values, 100),
      readOut(
        [0],
        [
          dense(
            0,
            values.map(() => 1),
          ),
        ],
      ),
    );
    const rounded = [0, 2, 2, 0, -2, 1, 3];
    const output = await run(network, request(1, [values]));
    expect([...output.membrane![0]!]).toEqual(rounded.map((v) => (2 * v) / 4));
  });

  it('saturates what the image drives: such neurons fire at every step, or never', async () => {
    const weights = [1e6, -1e6, 3e38, -3e38, 32_767];
    const network = int16Plan(drivenByImage(weights, 32_766), readOut([0], [dense(0, [1, 1, 1, 1, 1])]));
    const output = await run(network, request(3, [[0, 0, 16_383, 16_383, 0]]));
    expect([...output.membrane![0]!.subarray(0, 5)]).toEqual(
      [1, -32_768, 16_384, -16_385, 1].map((v) => v / 4),
    );
    expect([...output.spikes].slice(0, 3)).toEqual([3, 3, 3]);
  });

  it('is exact where partial sums leave 16 bits and the sum does not', async () => {
    const weights = [30_000, 30_000, -30_000, -29_999];
    // Spikes of all four: 1; without the last two the plan would be refused.
    const second = { ...driven([-28_000], 1), synapses: [dense(0, [...weights])] };
    const first = { ...driven([4, 4, 4, 4], 4) };
    await expect(
      run(int16Plan(first, second, readOut([0], [dense(1, [1])])), request(1, [[0, 0, 0, 0], [0]])),
    ).rejects.toThrow(
      'createSimulator: layer 1 (driven): channel 0: bias and spikes of one step must stay in [-32768, 32767], got [-87999, 32000]. Take a larger step.',
    );
  });

  it('adds up to the ends of 16 bits, in one step and over many', async () => {
    const channels = 20;
    const source = driven(
      Array.from({ length: channels }, () => 4),
      4,
    );
    const up = Array.from({ length: channels }, (_, i) => (i === 0 ? 32_767 - 19 * 1638 : 1638));
    const down = up.map((w) => -w);
    const weights = up.flatMap((w, i) => [w, down[i]!]);
    const second = { ...driven([0, 0], 32_767), synapses: [dense(0, weights)] };
    const timeSteps = 200;
    const zeros = Array.from({ length: channels }, () => 0);
    const wanted = {
      ...request(timeSteps, [zeros, [32_767, -32_767]]),
      record: { logits: true, membrane: [{ layer: 1, neurons: [0, 1] }] },
    };
    const output = await run(int16Plan(source, second, readOut([-7], [dense(1, [32_767, 0])])), wanted);
    const expected = Array.from({ length: timeSteps }, (_, t) => [32_767, -32_767 * (t + 2)]).flat();
    expect([...output.membrane![0]!]).toEqual(expected.map((v) => v / 4));
    expect(output.logits!.at(-1)).toBe((timeSteps * 32_760) / 2);
  });

  it('compares integers where logits round to the same float', async () => {
    // Class 1 leads by 1 from the first step on; after 600 steps both are float32 300,000,000.
    const network = int16Plan(driven([0], 1), readOut([500_000, 500_000], [dense(0, [0, 1])]));
    const output = await run(network, request(600, [[1]]));
    expect([...output.predictions]).toEqual(Array.from({ length: 600 }, () => 1));
    expect([...output.logits!.subarray(-2)]).toEqual([150_000_000, 150_000_000]);
  });
});

describe('an int16 read-out', () => {
  it.each(['reference', ...FAST_BACKENDS] as const)(
    '(%s) adds up to the ends of 32 bits',
    async (backend) => {
      const source = driven(
        Array.from({ length: 20 }, () => 4),
        4,
      );
      const rows = Array.from({ length: 20 }, (_, i) => (i < 15 ? 32_767 : 6556)).flatMap((w) => [w, -w]);
      const network = int16Plan(source, readOut([2, -2], [dense(0, rows)]));
      const wanted = request(4096, [Array.from({ length: 20 }, () => 0)]);
      const output = await simulate({ plan: network, request: wanted }, { backend, threads: 1 });
      const each = 15 * 32_767 + 5 * 6556 + 2;
      expect(each).toBeGreaterThan(524_280);
      expect([...output.logits!.subarray(-2)]).toEqual([each, -each].map((s) => Math.fround((4096 * s) / 2)));
      expect(new Set(output.predictions)).toEqual(new Set([0]));
    },
  );
});

describe('int16 simulation', () => {
  it('gives what float32 gives where every number is an integer that both hold exactly', async () => {
    let spikes = 0;
    await fc.assert(
      fc.asyncProperty(arbitraryInt16Case.map(whole), async (example) => {
        const float = { plan: withoutPrecision(example.plan), request: example.request };
        const { logits, membrane, ...expected } = await simulate(float, { backend: 'reference' });
        const {
          logits: inSteps,
          membrane: traces,
          ...got
        } = await simulate(example, { backend: 'reference' });
        expect(got).toStrictEqual(expected);
        const [step] = example.plan.layers.at(-1)!.step!;
        expect(inSteps).toStrictEqual(logits!.map((v) => v * step! + 0));
        expect(traces!.map(({ length }) => length)).toEqual(membrane!.map(({ length }) => length));
        spikes += got.spikes.reduce((sum, n) => sum + n, 0);
      }),
      { numRuns: 15, seed: 5 },
    );
    expect(spikes).toBeGreaterThan(1000);
  });

  it('comes near to what float32 gives, the nearer the finer the grid', async () => {
    const [example] = fc.sample(arbitraryCase, { numRuns: 1, seed: 11 });
    const { logits } = await simulate(example!, { backend: 'reference' });
    const distance = async (levels: number): Promise<number> => {
      const got = await simulate(toInt16(example!, levels), { backend: 'reference' });
      return Math.max(...got.logits!.map((v, i) => Math.abs(v - logits![i]!)));
    };
    expect(await distance(4000)).toBeLessThan(await distance(8));
  });

  it('gives the bits of the reference on fast kernels, for any shape, stride, padding, pool, density, T, reset', async () => {
    await fc.assert(
      fc.asyncProperty(arbitraryInt16Case, async (example) => {
        const expected = await simulate(example, { backend: 'reference' });
        for (const backend of FAST_BACKENDS) {
          expect(await simulate(example, { backend, threads: 1 }), backend).toStrictEqual(expected);
        }
      }),
      { numRuns: Number(process.env['OPI_PROPERTY_RUNS'] ?? 50), seed: 20_221_124 },
    );
  });
});
