import { describe, expect, it } from 'vitest';

import { createSimulator, type RecordOptions, type SimulationOutput } from '../src/index.js';
import { FAST_BACKENDS } from './fast-backends.js';
import { dense, driven, plan, readOut } from './plans.js';

const BATCH = 6;
const TIME_STEPS = 90;
const network = plan(driven([0.4, 0.7]), readOut([0, 0], [dense(0, [1, 0, 0, 1])]));

async function run(
  record: RecordOptions,
  options: Parameters<typeof createSimulator>[1],
): Promise<SimulationOutput> {
  const simulator = await createSimulator(network, options);
  try {
    return await simulator.run({
      images: new Float32Array(BATCH),
      batch: BATCH,
      timeSteps: TIME_STEPS,
      initialPotentials: [{ kind: 'per-channel', values: Float32Array.of(0.5, 0.5) }],
      record,
    });
  } finally {
    await simulator.close();
  }
}

describe('the profile of a run', () => {
  it.each(FAST_BACKENDS.flatMap((backend) => [1, 2].map((threads) => [backend, threads] as const)))(
    '(%s, %i threads) tells the time of each layer and changes nothing else',
    async (backend, threads) => {
      const plain = await run({}, { backend, threads });
      const { layerTimes, ...rest } = await run({ layerTimes: true }, { backend, threads });
      expect(rest).toStrictEqual(plain);
      const [currents, , counts, readOutCurrents, readOutLists, readOutCounts] = layerTimes!;
      expect(layerTimes).toHaveLength(6);
      expect(Math.min(currents!, counts!, readOutCurrents!)).toBeGreaterThan(0);
      // The read-out does not spike: nothing to list or to count.
      expect([readOutLists, readOutCounts]).toEqual([0, 0]);
    },
  );

  it('starts anew in every run', async () => {
    const simulator = await createSimulator(network, { backend: 'wasm', threads: 1 });
    const times = async (timeSteps: number): Promise<number> => {
      const { layerTimes } = await simulator.run({
        images: new Float32Array(1),
        batch: 1,
        timeSteps,
        initialPotentials: [{ kind: 'per-channel', values: Float32Array.of(0, 0) }],
        record: { layerTimes: true },
      });
      return layerTimes!.reduce((sum, milliseconds) => sum + milliseconds);
    };
    // A thousand times the work, so that whatever else the machine does cannot turn it round.
    const long = await times(60_000);
    expect(await times(60)).toBeLessThan(long);
    await simulator.close();
  });

  it('is not there unless asked for, nor from the reference', async () => {
    expect(await run({}, { backend: 'wasm' })).not.toHaveProperty('layerTimes');
    const reference = await run({ layerTimes: true, memory: true }, { backend: 'reference' });
    expect(reference).not.toHaveProperty('layerTimes');
    expect(reference).not.toHaveProperty('memory');
  });
});

describe('the memory of a run', () => {
  it('is stated: weights that depend on the plan alone, working memory within the budget', async () => {
    const plenty = (await run({ memory: true }, { backend: 'wasm', threads: 1 })).memory!;
    expect(plenty).toMatchObject({ stepsAtOnce: 64, imagesAtOnce: 3 });
    const memoryBytes = plenty.workingBytes - 1;
    const { memory, ...rest } = await run({ memory: true }, { backend: 'wasm', threads: 1, memoryBytes });
    expect(memory!.weightBytes).toBe(plenty.weightBytes);
    expect(memory!.workingBytes).toBeLessThanOrEqual(memoryBytes);
    expect(memory!.imagesAtOnce).toBeLessThan(plenty.imagesAtOnce);
    expect(rest).toStrictEqual(await run({}, { backend: 'wasm', threads: 1 }));
  });
});
