import { expectClose, expectSameBits } from '@opi-snn/test-utils';
import { initializeTensors, type Network } from '@opi-snn/network';
import { createDataset, type Dataset } from '@opi-snn/datasets';
import { CounterRandom, shuffle } from '@opi-snn/theory';
import { describe, expect, it } from 'vitest';
import { PERCENTILE_RELATIVE_ERROR } from '../src/activation-histogram.js';
import { measureActivations } from '../src/activation-statistics.js';
import { collectActivations } from '../src/collect-activations.js';
import { describeOnEachBackend } from './each-backend.js';
import { GREY, tinyDataset, tinyDescription } from './tiny-training.js';

const IMAGES = 60;
const dataset = tinyDataset(IMAGES);
const description = tinyDescription();
// Bounds of 0.5, so that some values reach them and some do not.
const network: Network = {
  description,
  tensors: initializeTensors(description, { seed: 2, initialBound: 0.5 }),
};

function reordered(source: Dataset): Dataset {
  const order = shuffle(
    Uint32Array.from({ length: source.length }, (_, i) => i),
    new CounterRandom(8),
  );
  const images = new Uint8Array(source.images.length);
  order.forEach((from, to) => {
    images.set(source.images.subarray(64 * from, 64 * from + 64), 64 * to);
  });
  return createDataset({ ...source, images, labels: Uint8Array.from(order, (i) => source.labels[i]!) });
}

describeOnEachBackend('measureActivations', (_, backend) => {
  const options = { normalization: GREY, backend, percentiles: [1, 50, 90, 99, 99.9, 100] };

  it('gives the exact maximum, and percentiles within the stated error of the sorted values', async () => {
    const { layers, images } = await measureActivations(network, dataset, options);
    const collected = await collectActivations(network, dataset, options);
    expect(images).toBe(IMAGES);
    expect(layers.map(({ node }) => node)).toEqual([...collected.keys()]);
    for (const layer of layers) {
      const { output, shape } = collected.get(layer.node)!;
      const sorted = Float32Array.from(output).sort();
      expect(layer.count).toBe(output.length);
      expect(layer.zeros).toBe(output.filter((value) => value === 0).length);
      expect(layer.maximum).toBe(sorted.at(-1));
      const channels = shape.at(-1)!;
      const maxima = new Float32Array(channels);
      output.forEach((value, i) => (maxima[i % channels] = Math.max(maxima[i % channels]!, value)));
      expectSameBits(layer.maximumPerChannel, maxima, layer.node);
      for (const { percentile, value } of layer.percentiles) {
        const exact = sorted[Math.max(0, Math.ceil((percentile / 100) * sorted.length) - 1)]!;
        expect(Math.abs(value - exact)).toBeLessThanOrEqual(PERCENTILE_RELATIVE_ERROR * exact);
      }
      const mean = output.reduce((sum, value) => sum + value, 0) / output.length;
      expect(Math.abs(layer.mean - mean)).toBeLessThan((2 ** -17 * IMAGES) / output.length + 1e-9);
    }
  });

  it('does not depend on the batch size, nor on the order of the images', async () => {
    const expected = await measureActivations(network, dataset, { ...options, batchSize: IMAGES });
    for (const batchSize of [1, 7, 32]) {
      expect(await measureActivations(network, dataset, { ...options, batchSize })).toEqual(expected);
    }
    expect(await measureActivations(network, reordered(dataset), options)).toEqual(expected);
  });

  it('leaves zeros out of the percentiles when asked', async () => {
    const measured = await measureActivations(network, dataset, { ...options, countZeros: false });
    const collected = await collectActivations(network, dataset, options);
    for (const { node, percentiles, zerosCounted } of measured.layers) {
      const positive = collected
        .get(node)!
        .output.filter((value) => value > 0)
        .sort();
      const [, median] = percentiles;
      const exact = positive[Math.ceil(positive.length / 2) - 1]!;
      expect(zerosCounted).toBe(false);
      expect(Math.abs(median!.value - exact)).toBeLessThanOrEqual(PERCENTILE_RELATIVE_ERROR * exact);
    }
  });
});

describeOnEachBackend('collectActivations', (_, backend) => {
  const options = { normalization: GREY, backend };

  it('gives pre-activations z and a = min(max(z, 0), λ) of the chosen images and nodes', async () => {
    const indices = [5, 3, 40];
    const nodes = ['block2.activation1'];
    const collected = await collectActivations(network, dataset, {
      ...options,
      indices,
      nodes,
      batchSize: 2,
    });
    expect([...collected.keys()]).toEqual(nodes);
    const { input, output, shape } = collected.get(nodes[0]!)!;
    expect(shape).toEqual([4, 4, 8]);
    expect(input).toHaveLength(3 * 128);
    expectSameBits(
      output,
      input.map((z) => Math.min(Math.max(z, 0), 0.5)),
    );
    const all = await collectActivations(network, dataset, options);
    const whole = all.get(nodes[0]!)!.input;
    indices.forEach((image, i) => {
      const found = input.subarray(128 * i, 128 * i + 128);
      expectClose(found, whole.subarray(128 * image, 128 * image + 128), 'backend', { magnitude: 1 });
    });
  });
});

describe('measureActivations', () => {
  it('refuses percentiles outside (0, 100]', async () => {
    await expect(
      measureActivations(network, dataset, { normalization: GREY, percentiles: [0, 50, 101, Number.NaN] }),
    ).rejects.toThrow(
      'measureActivations: percentiles must be in (0, 100], got 0, 101, NaN. They are given in percent.',
    );
  });

  it('lists every wrong option at once', async () => {
    await expect(
      measureActivations(network, dataset, {
        normalization: GREY,
        images: 0,
        indices: [],
        batchSize: 0.5,
        nodes: ['conv'],
      }),
    ).rejects.toThrow(
      'measureActivations: images and indices must not both be given, got both. ' +
        'images must be an integer in [1, 60], got 0. indices must name at least one image, got none. ' +
        'batchSize must be an integer ≥ 1, got 0.5. ' +
        "nodes must name activations of the network (block1.activation1, block2.activation1), got 'conv'.",
    );
  });

  it('stops when asked to', async () => {
    const signal = AbortSignal.abort(new Error('enough'));
    await expect(
      measureActivations(network, dataset, { normalization: GREY, backend: 'wasm', signal }),
    ).rejects.toThrow('enough');
  });
});
