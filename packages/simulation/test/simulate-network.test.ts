import { initializeTensors, type Network, type NetworkDescription } from '@opi-snn/network';
import { spikeCount } from '@opi-snn/theory';
import { describe, expect, test } from 'vitest';
import {
  accuracyAt,
  imagesInMemory,
  simulateNetwork,
  type RunOptions,
  type RunnerOptions,
} from '../src/index.js';

const NONE = { top: 0, bottom: 0, left: 0, right: 0 };

function chain(channels: number): NetworkDescription {
  return {
    format: 'opi-snn-network',
    formatVersion: 1,
    name: 'chain',
    output: 'logits',
    nodes: [
      { op: 'input', name: 'image', inputs: [], shape: [6, 6, 2] },
      {
        op: 'conv2d',
        name: 'conv1',
        inputs: ['image'],
        kernelSize: [3, 3],
        filters: channels,
        strides: [1, 1],
        padding: { top: 1, bottom: 1, left: 1, right: 1 },
        bias: true,
      },
      {
        op: 'integrate-and-fire',
        name: 'fire1',
        inputs: ['conv1'],
        reset: 'subtraction',
        initialPotential: { kind: 'fraction', fraction: 0.5 },
      },
      { op: 'average-pool', name: 'pool', inputs: ['fire1'], size: [2, 2], strides: [2, 2], padding: NONE },
      {
        op: 'conv2d',
        name: 'conv2',
        inputs: ['pool'],
        kernelSize: [3, 3],
        filters: channels,
        strides: [1, 1],
        padding: { top: 1, bottom: 1, left: 1, right: 1 },
        bias: true,
      },
      {
        op: 'integrate-and-fire',
        name: 'fire2',
        inputs: ['conv2'],
        reset: 'subtraction',
        initialPotential: { kind: 'fraction', fraction: 0.5 },
      },
      { op: 'flatten', name: 'flat', inputs: ['fire2'] },
      { op: 'dense', name: 'logits', inputs: ['flat'], units: 5, bias: true },
    ],
  };
}

const description = chain(8);
const network: Network = { description, tensors: initializeTensors(description, { seed: 3 }) };
const images = imagesInMemory(
  Float32Array.from({ length: 20 * 72 }, (_, i) => Math.fround(Math.sin(i * 0.7) + 0.5)),
  [6, 6, 2],
);
const uniform = { kind: 'uniform', low: 0, high: 1 } as const;

const hashOf = async (options: Partial<RunOptions & RunnerOptions>): Promise<string> =>
  (await simulateNetwork(network, images, { timeSteps: 12, seed: 5, initialPotential: uniform, ...options }))
    .predictionHash;

describe('simulateNetwork', () => {
  test('predicts the same bits by any kernels, threads, batch and order', async () => {
    const expected = await hashOf({ backend: 'reference', batchSize: 20 });
    expect(await hashOf({ backend: 'wasm', threads: 1, batchSize: 1 })).toBe(expected);
    expect(await hashOf({ backend: 'wasm', threads: 2, batchSize: 7 })).toBe(expected);
    expect(await hashOf({ indices: Array.from({ length: 20 }, (_, i) => 19 - i) })).toBe(expected);
  });

  test('gives another result with another seed of random potentials', async () => {
    expect(await hashOf({ seed: 6 })).not.toBe(await hashOf({}));
  });

  test('holds every smaller T in one run', async () => {
    const long = await simulateNetwork(network, images, { timeSteps: 12 });
    const short = await simulateNetwork(network, images, { timeSteps: 5 });
    for (let i = 0; i < 20; i += 1) {
      expect([...long.predictions.subarray(12 * i, 12 * i + 5)]).toEqual([
        ...short.predictions.subarray(5 * i, 5 * i + 5),
      ]);
    }
  });

  test('emits exactly the spikes of the closed form for constant input', async () => {
    const one: NetworkDescription = {
      format: 'opi-snn-network',
      formatVersion: 1,
      name: 'one',
      output: 'logits',
      nodes: [
        { op: 'input', name: 'image', inputs: [], shape: [1, 1, 1] },
        {
          op: 'conv2d',
          name: 'conv',
          inputs: ['image'],
          kernelSize: [1, 1],
          filters: 1,
          strides: [1, 1],
          padding: NONE,
          bias: false,
        },
        {
          op: 'integrate-and-fire',
          name: 'fire',
          inputs: ['conv'],
          reset: 'subtraction',
          initialPotential: { kind: 'fraction', fraction: 0.5 },
        },
        { op: 'flatten', name: 'flat', inputs: ['fire'] },
        { op: 'dense', name: 'logits', inputs: ['flat'], units: 1, bias: false },
      ],
    };
    const tensors = new Map([
      ['conv/kernel', { shape: [1, 1, 1, 1], data: Float32Array.of(1) }],
      ['fire/threshold', { shape: [1], data: Float32Array.of(1) }],
      ['logits/kernel', { shape: [1, 1], data: Float32Array.of(1) }],
    ]);
    const values = Float32Array.from({ length: 65 }, (_, i) => (i - 16) / 32);
    const run = await simulateNetwork({ description: one, tensors }, imagesInMemory(values, [1, 1, 1]), {
      timeSteps: 9,
      record: { spikeCountsAt: [9] },
    });
    const counts = run.spikeCounts!.byLayer.get('fire')![0]!;
    expect([...counts]).toEqual(Array.from(values, (z) => spikeCount(z, 1, 9, 0.5)));
  });

  test('names every option that is out of range', async () => {
    await expect(simulateNetwork(network, images, { timeSteps: 0, seed: -1 })).rejects.toThrow(
      /timeSteps must be[^]*seed must be/,
    );
  });
});

describe('accuracyAt', () => {
  test('is the share of right answers after each step', () => {
    const predictions = { indices: [0, 1], timeSteps: 2, predictions: Uint16Array.of(3, 3, 0, 5) };
    expect([...accuracyAt(predictions, [3, 5])]).toEqual([0.5, 1]);
  });
});
