import type { SpikingPlan } from '@opi-snn/neuron-kernels';
import { predictRoundingError } from '@opi-snn/theory';
import { describe, expect, test } from 'vitest';
import { reportGrid, simulateNetwork, imagesInMemory } from '../src/index.js';
import { RESIDUAL, residualImages, residualNetwork } from './residual-network.js';

const NONE = { top: 0, bottom: 0, left: 0, right: 0 };
const SHAPE = [6, 7, 2] as const;
const network = residualNetwork({ ...RESIDUAL, seed: 4 });

describe('reportGrid', () => {
  test('predicts from the rates of the sources, the fan-in and the pooled area', () => {
    const window = { kernelSize: [3, 3], strides: [1, 1], padding: NONE } as const;
    const pool = { size: [2, 2], strides: [2, 2], padding: NONE } as const;
    const plan: SpikingPlan = {
      precision: 'int16',
      inputShape: [8, 8, 1],
      layers: [
        {
          name: 'first',
          shape: [6, 6, 2],
          bias: new Float32Array(2),
          synapses: [{ kind: 'convolution', source: 'input', ...window, weights: new Float32Array(18) }],
          neuron: { theta: Float32Array.of(500, 1000), reset: 'subtraction' },
        },
        {
          name: 'logits',
          shape: [1, 1, 3],
          bias: new Float32Array(3),
          synapses: [{ kind: 'convolution', source: 0, ...window, pool, weights: new Float32Array(54) }],
        },
      ],
    };
    // 72 neurons, 10 images of 4 steps, 720 spikes: a rate of 1/4.
    const layers = [
      { neurons: 72, spikes: [0, 720, 0, 0] },
      { neurons: 3, spikes: [0, 0, 0, 0] },
    ];
    expect(reportGrid(plan, layers, 40)).toEqual([
      { layer: 'first', levels: 500, error: predictRoundingError({ step: 1, activeConnections: 0 }) / 500 },
      {
        layer: 'logits',
        levels: null,
        error: predictRoundingError({ step: 1, activeConnections: (9 * 2 * 4) / 4 }),
      },
    ]);
  });
});

describe('a network in int16', () => {
  const images = imagesInMemory(residualImages(3, 4), SHAPE);
  const counts = { timeSteps: 12, threads: 1, record: { spikeCountsAt: [1, 5, 12] } } as const;

  test('spikes as in float32 where its weights are on the grid, and says how it was computed', async () => {
    const float = await simulateNetwork(network, images, counts);
    const int16 = await simulateNetwork(network, images, { ...counts, precision: 'int16' });
    expect(int16.spikeCounts).toEqual(float.spikeCounts);
    expect(int16.layers).toEqual(float.layers);
    expect(int16.layers.map(({ spikes }) => spikes.some((n) => n > 0))).toContain(true);
    expect([float.precision, float.grid, int16.precision]).toEqual(['float32', undefined, 'int16']);
    expect(int16.grid!.map(({ layer }) => layer)).toEqual(int16.layers.map(({ name }) => name));
  });

  test('draws random potentials of the same images, whatever the batch', async () => {
    const initialPotential = { kind: 'uniform', low: 0, high: 1 } as const;
    const options = { ...counts, precision: 'int16', initialPotential, seed: 7 } as const;
    const together = await simulateNetwork(network, images, options);
    const singly = await simulateNetwork(network, images, { ...options, batchSize: 1 });
    expect(singly.predictionHash).toBe(together.predictionHash);
    expect(singly.layers).toEqual(together.layers);
  });
});
