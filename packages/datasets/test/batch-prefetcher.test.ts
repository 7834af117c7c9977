import { execFileSync } from 'node:child_process';
import { expectSameBits } from '@opi-snn/test-utils';
import { describe, expect, onTestFinished, test } from 'vitest';
import {
  BatchPrefetcher,
  generateShapes,
  NORMALIZATIONS,
  paperAugmentation,
  trainingBatches,
  type Dataset,
  type PrefetchOptions,
  type TrainingBatch,
  type TrainingBatchesOptions,
} from '../src/index.js';

const dataset = generateShapes('train', { length: 70 });
const options: TrainingBatchesOptions = {
  batchSize: 8,
  seed: 3,
  epoch: 1,
  augmentation: paperAugmentation('cifar-10'),
  normalization: NORMALIZATIONS['cifar-10'],
};

function prefetcher(changes: PrefetchOptions = {}, data: Dataset = dataset): BatchPrefetcher {
  const made = new BatchPrefetcher(data, changes);
  onTestFinished(() => made.close());
  return made;
}

async function collect(batches: AsyncIterable<TrainingBatch>): Promise<TrainingBatch[]> {
  const all: TrainingBatch[] = [];
  for await (const batch of batches) all.push(batch);
  return all;
}

function expectSameBatches(actual: readonly TrainingBatch[], expected: readonly TrainingBatch[]): void {
  expect(actual.map(({ index }) => index)).toEqual(expected.map(({ index }) => index));
  actual.forEach(({ images, labels }, i) => {
    expectSameBits(images, expected[i]!.images);
    expectSameBits(labels, expected[i]!.labels);
  });
}

describe('BatchPrefetcher', () => {
  test.each([
    { threads: 1, ahead: 1 },
    { threads: 1, ahead: 4 },
    { threads: 3, ahead: 2 },
    { threads: 2, ahead: 100 },
  ])('gives the bits and the order of trainingBatches with %o', async (changes) => {
    const source = prefetcher(changes);
    for (const epoch of [1, 2]) {
      const made = await collect(source.batches({ ...options, epoch }));
      expectSameBatches(made, [...trainingBatches(dataset, { ...options, epoch })]);
    }
  });

  test('continues inside an epoch, and yields nothing behind its end', async () => {
    const source = prefetcher();
    const whole = [...trainingBatches(dataset, options)];
    expectSameBatches(await collect(source.batches({ ...options, from: 5 })), whole.slice(5));
    expect(await collect(source.batches({ ...options, from: 8 }))).toEqual([]);
  });

  test('takes images in shared memory as they are', async () => {
    const images = new Uint8Array(new SharedArrayBuffer(dataset.images.length));
    images.set(dataset.images);
    const source = prefetcher({}, { ...dataset, images });
    expectSameBatches(await collect(source.batches(options)), [...trainingBatches(dataset, options)]);
  });

  test('starts anew after a loop that was left early', async () => {
    const source = prefetcher({ threads: 2, ahead: 6 });
    for await (const { index } of source.batches(options)) if (index === 2) break;
    expectSameBatches(await collect(source.batches(options)), [...trainingBatches(dataset, options)]);
  });

  test('refuses options that trainingBatches refuses, where they were given', async () => {
    const source = prefetcher();
    const first = (changes: object): Promise<unknown> => source.batches({ ...options, ...changes }).next();
    await expect(first({ batchSize: 71 })).rejects.toThrow(
      'BatchPrefetcher.batches: batchSize must be an integer in [1, 70], got 71.',
    );
    await expect(first({ from: 9 })).rejects.toThrow('from must be an integer in [0, 8], got 9.');
    await expect(first({ normalization: NORMALIZATIONS.mnist })).rejects.toThrow(/must have 3 means/);
  });

  test('passes on what goes wrong in a thread when its batch has its turn', async () => {
    // Only the generator of the draws, in the thread, sees that this crop is too large.
    const source = prefetcher();
    const wrong = source.batches({ ...options, augmentation: { crop: 2 ** 40 } });
    await expect(wrong.next()).rejects.toThrow(
      new RangeError('CounterRandom.nextBelow: n must be an integer in [1, 2^32], got 2199023255553.'),
    );
    expectSameBatches(await collect(source.batches(options)), [...trainingBatches(dataset, options)]);
  });

  test('fails the batches under way when it is closed, and refuses later ones', async () => {
    const source = prefetcher({ ahead: 8 });
    const batches = source.batches(options);
    await batches.next();
    await source.close();
    await source.close();
    await expect(collect(batches)).rejects.toThrow(
      /prefetcher must be open while batches are taken, got it closed/,
    );
    await expect(source.batches(options).next()).rejects.toThrow(/prefetcher must be open, got a closed one/);
  });

  test('names every option that is out of range', () => {
    expect(() => new BatchPrefetcher(dataset, { threads: 0, ahead: 1.5 })).toThrow(
      'BatchPrefetcher: threads must be an integer in [1, 64], got 0. ahead must be an integer in [1, 1024], got 1.5.',
    );
  });

  test('does not keep a process alive that forgot to close it, but lets it wait for batches', () => {
    const program = `
      import { BatchPrefetcher, generateShapes, NORMALIZATIONS } from ${JSON.stringify(new URL('../dist/index.js', import.meta.url).href)};
      const source = new BatchPrefetcher(generateShapes('train', { length: 20 }));
      const options = { batchSize: 5, seed: 1, epoch: 0, normalization: NORMALIZATIONS['shapes-10'] };
      let count = 0;
      for await (const { labels } of source.batches(options)) count += labels.length;
      console.log(count);`;
    const printed = execFileSync(process.execPath, ['--input-type=module', '-e', program], {
      encoding: 'utf8',
      timeout: 200_000,
    });
    expect(printed).toBe('20\n');
  });
});
