import { describe, expect, test } from 'vitest';
import { countSpikingOperations, imagesInMemory, simulateNetwork } from '../src/index.js';
import { residualImages, residualNetwork } from './residual-network.js';

describe('countSpikingOperations', () => {
  test('adds up layers and steps, for one image on average', async () => {
    const network = residualNetwork({
      seed: 9,
      kernel: [3, 3],
      strides: [1, 1],
      pool: [2, 2],
      border: 1,
      reset: 'subtraction',
      initialPotential: { kind: 'fraction', fraction: 0.5 },
    });
    const run = await simulateNetwork(network, imagesInMemory(residualImages(4, 9), [6, 7, 2]), {
      timeSteps: 6,
    });
    const { additions, spikes, neuronUpdates } = countSpikingOperations(run);
    const neurons = run.layers.slice(0, -1).reduce((sum, layer) => sum + layer.neurons, 0);
    for (let t = 0; t < 6; t++) {
      const upTo = (values: Float64Array): number =>
        values.subarray(0, t + 1).reduce((sum, value) => sum + value, 0);
      expect(additions[t]).toBe(
        run.layers.reduce((sum, layer) => sum + upTo(layer.synapticOperations), 0) / 4,
      );
      expect(spikes[t]).toBe(run.layers.reduce((sum, layer) => sum + upTo(layer.spikes), 0) / 4);
      expect(neuronUpdates[t]).toBe(neurons * (t + 1));
    }
    expect(additions[5]).toBeGreaterThan(spikes[5]!);
  });
});
