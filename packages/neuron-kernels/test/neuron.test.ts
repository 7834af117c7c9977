import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { createSimulator, type SimulationRequest, type SpikingPlan } from '../src/index.js';
import { FAST_BACKENDS } from './fast-backends.js';
import { dense, driven, plan, readOut } from './plans.js';

const IMAGE = Float32Array.of(0);

function request(
  timeSteps: number,
  v0: readonly number[],
  more?: Partial<SimulationRequest>,
): SimulationRequest {
  const initialPotentials = [{ kind: 'per-channel', values: Float32Array.from(v0) }] as const;
  return { images: IMAGE, batch: 1, timeSteps, initialPotentials, ...more };
}

/** Dyadic numbers, so that every sum below is exact in float32. */
const sixteenths = (min: number, max: number): fc.Arbitrary<number> =>
  fc.integer({ min: min * 16, max: max * 16 }).map((n) => n / 16);

describe.each(['reference', ...FAST_BACKENDS] as const)('a neuron on %s', (backend) => {
  async function run(network: SpikingPlan, wanted: SimulationRequest) {
    const simulator = await createSimulator(network, { backend, threads: 1 });
    const output = await simulator.run(wanted);
    await simulator.close();
    return output;
  }

  it('follows the trace computed by hand: I = 0.75, θ = 1, v0 = 0.5, reset by subtraction', async () => {
    const network = plan(driven([0.75]), readOut([0.25], [dense(0, [2])]));
    const record = { logits: true, spikeCountsAt: [3, 6], membrane: [{ layer: 0, neurons: [0] }] };
    const output = await run(network, request(6, [0.5], { record }));
    // u: 1.25 1.0 0.75 1.5 1.25 1.0; a spike where u ≥ 1, also where u = 1.
    expect([...output.membrane![0]!]).toEqual([0.25, 0, 0.75, 0.5, 0.25, 0]);
    expect([...output.spikes]).toEqual([1, 1, 0, 1, 1, 1, 0, 0, 0, 0, 0, 0]);
    expect([...output.logits!]).toEqual([2.25, 4.5, 4.75, 7, 9.25, 11.5]);
    expect(output.spikeCounts!.map(([counts]) => counts![0])).toEqual([2, 5]);
    expect([...output.synapticOperations]).toEqual([0, 0, 0, 0, 0, 0, 1, 1, 0, 1, 1, 1]);
  });

  it('follows the trace computed by hand: I = 0.75, θ = 1, v0 = 0.5, reset to zero', async () => {
    const network = plan(driven([0.75], 1, 'zero'), readOut([0], [dense(0, [1])]));
    const record = { membrane: [{ layer: 0, neurons: [0] }] };
    const output = await run(network, request(5, [0.5], { record }));
    expect([...output.membrane![0]!]).toEqual([0, 0.75, 0, 0.75, 0]);
    expect([...output.spikes].slice(0, 5)).toEqual([1, 0, 1, 0, 1]);
  });

  it('reports first spikes, counted from 1, of the neurons that fired', async () => {
    const network = plan(driven([1, 0.5, 0.25, 0]), readOut([0], [dense(0, [1, 1, 1, 1])]));
    const output = await run(network, request(3, [0, 0, 0, 0]));
    expect([...output.firedNeurons]).toEqual([2, 0]);
    expect([...output.firstSpikeTimeSum]).toEqual([1 + 2, 0]);
  });

  it('gives a tie of the logits to the first class, and a NaN only if it leads', async () => {
    const network = plan(driven([1]), readOut([0, 1, 1], [dense(0, [0, 0, 0])]));
    expect([...(await run(network, request(2, [0]))).predictions]).toEqual([1, 1]);
    const large = 3e38;
    const overflow = plan(
      driven([1]),
      readOut([large, 1, 0], [dense(0, [-large, 0, 0]), dense(0, [large, 0, 0])]),
    );
    expect([...(await run(overflow, request(3, [0]))).predictions]).toEqual([0, 0, 0]);
  });

  it('fires at θ exactly and not one unit in the last place below', async () => {
    const below = 1 - 2 ** -24;
    const network = plan(driven([0, 0, 0, -0]), readOut([0], [dense(0, [1, 1, 1, 1])]));
    const record = { spikeCountsAt: [1], membrane: [{ layer: 0, neurons: [0, 1, 2, 3] }] };
    const output = await run(network, request(1, [1, below, 1 + 2 ** -23, -0], { record }));
    expect([...output.spikeCounts![0]![0]!]).toEqual([1, 0, 1, 0]);
    expect([...output.membrane![0]!]).toEqual([0, below, 2 ** -23, -0]);
  });

  it('emits clip(⌊(T·I + v0)/θ⌋, 0, T) spikes for constant input', async () => {
    const properties = fc.record({
      inputs: fc.array(sixteenths(-1, 2), { minLength: 1, maxLength: 20 }),
      v0: sixteenths(0, 1), // In [0, θ]; below 0 a current above θ would start late.
      theta: sixteenths(1, 2),
      timeSteps: fc.integer({ min: 1, max: 150 }),
    });
    await fc.assert(
      fc.asyncProperty(properties, async ({ inputs, v0, theta, timeSteps }) => {
        const network = plan(driven(inputs, theta), readOut([0], [dense(0, inputs)]));
        const record = { spikeCountsAt: [timeSteps] };
        const potentials = inputs.map(() => v0);
        const output = await run(network, request(timeSteps, potentials, { record }));
        const closed = inputs.map((current) =>
          Math.min(timeSteps, Math.max(0, Math.floor((timeSteps * current + v0) / theta))),
        );
        expect([...output.spikeCounts![0]![0]!]).toEqual(closed);
      }),
      { numRuns: 25 },
    );
  });

  it('conserves: Σ input = θ · spikes + v[T] − v[0]', async () => {
    const properties = fc.record({
      weights: fc.array(sixteenths(-1, 1), { minLength: 3, maxLength: 3 }),
      bias: sixteenths(-1, 1),
      drive: fc.array(sixteenths(0, 1), { minLength: 3, maxLength: 3 }),
      timeSteps: fc.integer({ min: 1, max: 40 }),
    });
    await fc.assert(
      fc.asyncProperty(properties, async ({ weights, bias, drive, timeSteps }) => {
        const second = { ...driven([bias], 1), synapses: [dense(0, weights)] };
        const network = plan(driven(drive), second, readOut([0], [dense(1, [1])]));
        const record = { spikeCountsAt: [timeSteps], membrane: [{ layer: 1, neurons: [0] }] };
        const start = [new Float32Array(3).fill(0.5), Float32Array.of(0.5)];
        const initialPotentials = start.map((values) => ({ kind: 'per-channel', values }) as const);
        const output = await run(network, request(timeSteps, [], { initialPotentials, record }));
        const [first, fired] = output.spikeCounts![0]!;
        const input = weights.reduce((sum, w, i) => sum + w * first![i]!, timeSteps * bias);
        expect(input).toBe(fired![0]! + output.membrane![0]!.at(-1)! - 0.5);
      }),
      { numRuns: 25 },
    );
  });
});

describe('the order of float additions', () => {
  const BIG = 2 ** 24; // BIG + 1 rounds to BIG in float32.

  it.each([
    [8, 16, 'adds groups of 8', [1, 1], BIG + 2],
    [16, 16, 'adds the second group after the first', [0, 0, 0, 0, 0, 0, 0, 1, 1], BIG],
    [32, 16, 'still adds groups of 8', [1, 1], BIG + 2],
    [33, 16, 'adds spike by spike', [1, 1], BIG],
    [8, 15, 'adds spike by spike', [1, 1], BIG],
  ])('a source of %i channels, read in %i places, %s', async (channels, places, _, weights, expected) => {
    const full = Array.from({ length: channels }, (_unused, i) => weights[i] ?? 0);
    const drive = full.map((w) => (w === 0 ? 0 : 1));
    const onePixel = { kernelSize: [1, 1], strides: [1, 1] } as const;
    const source = { ...driven(drive), shape: [1, places, channels] } as const;
    const target = {
      ...readOut([BIG], [{ ...dense(0, full), ...onePixel }]),
      shape: [1, places, 1],
    } as const;
    const network = plan(source, target);
    for (const backend of ['reference', ...FAST_BACKENDS] as const) {
      const simulator = await createSimulator(network, { backend, threads: 1 });
      const output = await simulator.run(
        request(
          1,
          drive.map(() => 0),
          { record: { logits: true } },
        ),
      );
      await simulator.close();
      expect(output.logits).toStrictEqual(new Float32Array(places).fill(expected));
    }
  });

  it('forms the current before it meets the potential', async () => {
    const second = { ...driven([0], 2 * BIG), synapses: [dense(0, [1]), dense(0, [1])] };
    const network = plan(driven([1]), second, readOut([0], [dense(1, [1])]));
    const start = [Float32Array.of(0), Float32Array.of(BIG)];
    const initialPotentials = start.map((values) => ({ kind: 'per-channel', values }) as const);
    const record = { membrane: [{ layer: 1, neurons: [0] }] };
    for (const backend of ['reference', ...FAST_BACKENDS] as const) {
      const simulator = await createSimulator(network, { backend, threads: 1 });
      const output = await simulator.run(request(1, [], { initialPotentials, record }));
      await simulator.close();
      expect(output.membrane![0]![0]).toBe(BIG + 2);
    }
  });
});
