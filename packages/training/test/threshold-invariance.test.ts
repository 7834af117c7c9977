import { fileURLToPath } from 'node:url';
import { createDataset, loadDataset, type Dataset, type Normalization } from '@opi-snn/datasets';
import { loadNetwork } from '@opi-snn/network';
import { CounterRandom, shuffle } from '@opi-snn/theory';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { measureActivations } from '../src/activation-statistics.js';
import { describeOnEachBackend } from './each-backend.js';

const IMAGES = 12;

/** CIFAR-10's shape without its files: what is measured on is of no matter here. */
function noise(): Dataset {
  const random = new CounterRandom(6);
  return createDataset({
    name: 'noise',
    split: 'train',
    imageShape: [32, 32, 3],
    images: Uint8Array.from({ length: IMAGES * 32 * 32 * 3 }, () => random.nextBelow(256)),
    labels: new Uint8Array(IMAGES),
    classes: ['noise'],
  });
}

const SUBJECTS = [
  {
    checkpoint: 'embedded-vgg',
    images: () => loadDataset('shapes-10', 'train', { length: IMAGES }),
  },
  { checkpoint: 'resnet20-cifar10', images: () => Promise.resolve(noise()) },
];

const order = (seed: number): Uint32Array =>
  shuffle(
    Uint32Array.from({ length: IMAGES }, (_, i) => i),
    new CounterRandom(seed),
  );

describeOnEachBackend('thresholds measured on a trained network', (_, backend) => {
  it.each(SUBJECTS)(
    '$checkpoint: the same bits for every batch size and order of the images',
    async ({ checkpoint, images }) => {
      const path = fileURLToPath(
        new URL(`../../../checkpoints/${checkpoint}.safetensors`, import.meta.url),
      );
      const [network, dataset] = [await loadNetwork(path), await images()];
      const channels = dataset.imageShape[2];
      const normalization: Normalization = {
        mean: new Array<number>(channels).fill(0.5),
        standardDeviation: new Array<number>(channels).fill(0.25),
      };
      const measure = async (indices: Uint32Array, batchSize: number) => {
        const options = { normalization, backend, percentiles: [50, 99, 99.9], indices, batchSize };
        return (await measureActivations(network, dataset, options)).layers;
      };
      const expected = await measure(Uint32Array.from({ length: IMAGES }, (_unused, i) => i), IMAGES);
      await fc.assert(
        fc.asyncProperty(fc.integer({ min: 1, max: IMAGES }), fc.integer({ min: 0, max: 1e6 }), async (batchSize, seed) => {
          expect(await measure(order(seed), batchSize)).toEqual(expected);
        }),
        { numRuns: 4, seed: 5, examples: [[1, 0], [5, 1]] },
      );
      expect(await measure(Uint32Array.of(0, 1), 2)).not.toEqual(expected);
    },
    240_000,
  );
}); // prettier-ignore
