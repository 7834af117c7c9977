import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { sizeOf } from '../src/geometry.js';
import {
  createSimulator,
  type LayerPotential,
  type SimulatorOptions,
  type SpikingPlan,
} from '../src/index.js';
import { arbitraryCase, randomNumbers, type Case } from './arbitrary-plan.js';
import { FAST_BACKENDS } from './fast-backends.js';
import { dense, driven, plan, readOut } from './plans.js';

/** Potentials per channel, per neuron, and some of each. */
function members({ layers }: SpikingPlan, batch: number, seed: number): LayerPotential[][] {
  const random = randomNumbers(seed);
  const kinds = [() => true, () => false, (layer: number) => layer % 2 === 0];
  return kinds.map((isPerNeuron) =>
    layers.slice(0, -1).map(({ shape }, layer) => {
      const kind = isPerNeuron(layer) ? 'per-neuron' : 'per-channel';
      const length = kind === 'per-neuron' ? batch * sizeOf(shape) : shape[2];
      return { kind, values: Float32Array.from({ length }, () => random() - 0.2) };
    }),
  );
}

async function expectSweepToBeItsRuns(
  { plan: network, request }: Case,
  options: SimulatorOptions,
): Promise<void> {
  const sets = members(network, request.batch, 5);
  const simulator = await createSimulator(network, options);
  try {
    const swept = await simulator.runSweep({ ...request, initialPotentials: sets });
    expect(swept).toHaveLength(sets.length);
    for (const [member, initialPotentials] of sets.entries()) {
      expect(swept[member]).toStrictEqual(await simulator.run({ ...request, initialPotentials }));
    }
  } finally {
    await simulator.close();
  }
}

describe('a sweep', () => {
  it.each(['reference', ...FAST_BACKENDS] as const)(
    '(%s) gives every member the bits of a run of its own, for any network, batch and T',
    async (backend) => {
      await fc.assert(
        fc.asyncProperty(arbitraryCase, fc.integer({ min: 1, max: 5 }), async (example, batch) => {
          const { images } = example.request;
          const all = Float32Array.from(
            { length: (images.length / example.request.batch) * batch },
            (_, i) => images[i % images.length]!,
          );
          const request = { ...example.request, images: all, batch };
          await expectSweepToBeItsRuns({ plan: example.plan, request }, { backend, threads: 1 });
        }),
        { numRuns: 12, seed: 20_221_125 },
      );
    },
    120_000,
  );

  it.each(FAST_BACKENDS)('(%s) does so on several threads and with little memory', async (backend) => {
    const [example] = fc.sample(arbitraryCase, { numRuns: 1, seed: 3 });
    for (const options of [{ threads: 2 }, { threads: 1, memoryBytes: 150_000 }]) {
      await expectSweepToBeItsRuns(example!, { backend, ...options });
    }
  });

  it('needs a member, and says which one is wrong', async () => {
    const simulator = await createSimulator(plan(driven([0.4]), readOut([0], [dense(0, [1])])), {
      threads: 1,
    });
    const request = { images: new Float32Array(1), batch: 1, timeSteps: 2 };
    await expect(simulator.runSweep({ ...request, initialPotentials: [] })).rejects.toThrow(
      'runSweep: initialPotentials must hold at least 1 set of potentials, got 0.',
    );
    const good = [{ kind: 'per-channel', values: Float32Array.of(0.5) }] as const;
    await expect(simulator.runSweep({ ...request, initialPotentials: [good, []] })).rejects.toThrow(
      'runSweep, member 1: initialPotentials must hold one entry per spiking layer (1), got 0.',
    );
    await simulator.close();
  });
});
