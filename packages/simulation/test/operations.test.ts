import { countMultiplyAccumulates, inferShapes } from '@opi-snn/network';
import { describe, expect, test } from 'vitest';
import { countSpikingOperations, imagesInMemory, simulateNetwork } from '../src/index.js';
import { RESIDUAL, residualImages, residualNetwork } from './residual-network.js';

describe('countSpikingOperations', () => {
  test('adds up layers and steps, for one image on average', async () => {
    const network = residualNetwork({ ...RESIDUAL, seed: 9 });
    const run = await simulateNetwork(network, imagesInMemory(residualImages(4, 9), [6, 7, 2]), {
      timeSteps: 6,
    });
    const { additions, spikes, neuronUpdates } = countSpikingOperations(run, network);
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

  test('counts the image once in multiply-accumulates, and constant currents at every step where there are any', async () => {
    const network = residualNetwork({
      seed: 3,
      kernel: [2, 3],
      strides: [1, 2],
      pool: [2, 2],
      border: 1,
      reset: 'subtraction',
      initialPotential: { kind: 'fraction', fraction: 0.5 },
    });
    const sizes = new Map(
      [...inferShapes(network.description)].map(([name, shape]) => [
        name,
        shape.reduce((n, extent) => n * extent, 1),
      ]),
    );
    const run = await simulateNetwork(network, imagesInMemory(residualImages(1, 3), [6, 7, 2]), {
      timeSteps: 3,
    });
    const { constantAdditions, multiplyAccumulates } = countSpikingOperations(run, network);
    // conv1 reads the image: every output, over 2 · 3 taps of 2 channels.
    expect(multiplyAccumulates).toBe(sizes.get('conv1')! * 2 * 3 * 2);
    expect(multiplyAccumulates).toBe(countMultiplyAccumulates(network.description).byNode.get('conv1'));
    // conv3 and its sum have no bias.
    const constant = ['conv1', 'conv2', 'conv4', 'hidden', 'logits'].reduce(
      (sum, name) => sum + sizes.get(name)!,
      0,
    );
    expect([...constantAdditions]).toEqual([constant, 2 * constant, 3 * constant]);
  });
});
