import { initializeTensors, type Network, type NetworkDescription } from '@opi-snn/network';
import { firstSpikeTime } from '@opi-snn/theory';
import { describe, expect, test } from 'vitest';
import { imagesInMemory, simulateNetwork, type Simulation } from '../src/index.js';

const TIME_STEPS = 9;
const fire = {
  op: 'integrate-and-fire',
  reset: 'subtraction',
  initialPotential: { kind: 'fraction', fraction: 0.5 },
} as const;

/** Image → dense → fire → dense → fire → dense: layers `fire1`, `fire2` and the read-out. */
const description: NetworkDescription = {
  format: 'opi-snn-network',
  formatVersion: 1,
  name: 'two layers',
  output: 'logits',
  nodes: [
    { op: 'input', name: 'image', inputs: [], shape: [1, 1, 4] },
    { op: 'flatten', name: 'flat', inputs: ['image'] },
    { op: 'dense', name: 'dense1', inputs: ['flat'], units: 6, bias: false },
    { ...fire, name: 'fire1', inputs: ['dense1'] },
    { op: 'dense', name: 'dense2', inputs: ['fire1'], units: 5, bias: false },
    { ...fire, name: 'fire2', inputs: ['dense2'] },
    { op: 'dense', name: 'logits', inputs: ['fire2'], units: 3, bias: false },
  ],
};
const network: Network = { description, tensors: initializeTensors(description, { seed: 1 }) };
const IMAGES = 23;
const images = imagesInMemory(
  Float32Array.from({ length: IMAGES * 4 }, (_, i) => Math.fround(Math.sin(i * 1.3))),
  [1, 1, 4],
);
const run = (options: object = {}): Promise<Simulation> =>
  simulateNetwork(network, images, {
    timeSteps: TIME_STEPS,
    record: { firstSpikes: true, spikeCountsAt: Array.from({ length: TIME_STEPS }, (_, t) => t + 1) },
    ...options,
  });

describe('record.firstSpikes', () => {
  test('agrees, image by image, with the first step at which the count of each neuron is above zero', async () => {
    const { firstSpikes, spikeCounts, layers } = await run();
    let seen = 0;
    for (let image = 0; image < IMAGES; image += 1) {
      layers.slice(0, -1).forEach(({ name, neurons }, layer) => {
        const counts = spikeCounts!.byLayer.get(name)!;
        const times = Array.from({ length: neurons }, (_, neuron) =>
          counts.findIndex((at) => at[image * neurons + neuron]! > 0),
        ).filter((time) => time >= 0);
        const row = image * layers.length + layer;
        expect(firstSpikes!.fired[row]).toBe(times.length);
        expect(firstSpikes!.timeSum[row]).toBe(times.reduce((sum, time) => sum + time + 1, 0));
        seen += times.length;
      });
    }
    expect(seen).toBeGreaterThan(IMAGES);
  });

  test('adds up to the sums over images that every run has', async () => {
    const { firstSpikes, layers } = await run();
    layers.forEach(({ firedNeurons, firstSpikeTimeSum }, layer) => {
      const total = (values: Float64Array): number =>
        values.reduce((sum, value, i) => (i % layers.length === layer ? sum + value : sum), 0);
      expect(total(firstSpikes!.fired)).toBe(firedNeurons);
      expect(total(firstSpikes!.timeSum)).toBe(firstSpikeTimeSum);
    });
  });

  test('is the closed form ⌈(θ − v0) / z⌉ for constant input', async () => {
    const one: NetworkDescription = {
      ...description,
      nodes: [
        { op: 'input', name: 'image', inputs: [], shape: [1, 1, 1] },
        { op: 'flatten', name: 'flat', inputs: ['image'] },
        { op: 'dense', name: 'dense1', inputs: ['flat'], units: 1, bias: false },
        { ...fire, name: 'fire1', inputs: ['dense1'] },
        { op: 'dense', name: 'logits', inputs: ['fire1'], units: 1, bias: false },
      ],
    };
    const unit = { shape: [1, 1], data: Float32Array.of(1) };
    const tensors = new Map([
      ['dense1/kernel', unit],
      ['fire1/threshold', { shape: [1], data: Float32Array.of(1) }],
      ['logits/kernel', unit],
    ]);
    const values = Float32Array.from({ length: 49 }, (_, i) => (i - 16) / 32);
    const { firstSpikes } = await simulateNetwork(
      { description: one, tensors },
      imagesInMemory(values, [1, 1, 1]),
      { timeSteps: TIME_STEPS, record: { firstSpikes: true } },
    );
    const expected = Array.from(values, (z) => {
      const time = firstSpikeTime(z, 1, 0.5);
      return time <= TIME_STEPS ? time : 0;
    });
    expect([...firstSpikes!.timeSum].filter((_, i) => i % 2 === 0)).toEqual(expected);
  });

  test('is the same for any kernels, threads and batch', async () => {
    const expected = (await run({ backend: 'reference', batchSize: IMAGES })).firstSpikes;
    expect((await run({ backend: 'wasm', threads: 2, batchSize: 5 })).firstSpikes).toEqual(expected);
    expect((await run({ backend: 'wasm', threads: 1, batchSize: 1 })).firstSpikes).toEqual(expected);
  });

  test('is left out unless asked for, and counts toward the memory of a run', async () => {
    expect((await run({ record: {} })).firstSpikes).toBeUndefined();
    // 23 images × 3 layers × 16 bytes = 1,104 bytes.
    await expect(
      run({ record: { firstSpikes: true }, memoryBytes: 1103, backend: 'reference' }),
    ).rejects.toThrow(/record must fit into the memory of 1 MiB, needs 1 MiB for 23 images/u);
  });
});
