import { rmSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryFolder } from '@opi-snn/test-utils';
import { beforeEach, describe, expect, test } from 'vitest';
import {
  DatasetError,
  generateShapes,
  loadDataset,
  type DatasetName,
  type Labels,
  type LoadOptions,
} from '../src/index.js';
import { MINIATURE_SHAPE, miniatureCifar, miniatureIdx, writeMiniature } from './miniature.js';

const realData = process.env['OPI_DATA_DIR'] ?? '';
const [cifar10, cifar100, digits] = [miniatureCifar(1), miniatureCifar(2), miniatureIdx()];

let root = '';
beforeEach(() => {
  root = temporaryFolder();
});

/** Altered files, as paths and new content; the problems that loading then finds. */
async function problems(
  miniature: typeof cifar10,
  split: 'train' | 'test',
  alter: (path: (name: string) => string) => void,
): Promise<{ message: string; found: string[] }> {
  const folder = writeMiniature(miniature, root);
  alter((name) => join(folder, name));
  const error = await loadDataset(miniature.definition, split, { folder: root }).catch(
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(DatasetError);
  const { message, problems: all } = error as DatasetError;
  return {
    message,
    found: all.map(({ file, subject, expected, found }) => {
      expect(file.startsWith(folder)).toBe(true);
      return `${file.slice(folder.length + 1)}: ${subject}: ${expected}, ${found}`;
    }),
  };
}

describe('loadDataset on CIFAR files', () => {
  test('joins the training files in order and turns planes into interleaved channels', async () => {
    writeMiniature(cifar10, root);
    const { images, labels, length, imageShape, split, name } = await loadDataset(
      cifar10.definition,
      'train',
      {
        folder: root,
      },
    );
    expect([length, imageShape, split, name]).toEqual([12, MINIATURE_SHAPE, 'train', 'miniature']);
    const raw = Buffer.concat([cifar10.files.get('data_1.bin')!, cifar10.files.get('data_2.bin')!]);
    const [height, width] = MINIATURE_SHAPE;
    for (let n = 0; n < length; n += 1) {
      const record = raw.subarray(n * 37, (n + 1) * 37);
      expect(labels[n]).toBe(record[0]);
      for (let y = 0; y < height; y += 1)
        for (let x = 0; x < width; x += 1)
          for (let c = 0; c < 3; c += 1)
            expect(images[((n * height + y) * width + x) * 3 + c]).toBe(
              record[1 + (c * height + y) * width + x],
            );
    }
  });

  test('takes fine labels by default and coarse ones on request, with their class names', async () => {
    writeMiniature(cifar100, root);
    const load = (options: LoadOptions): Promise<{ labels: Labels; classes: readonly string[] }> =>
      loadDataset(cifar100.definition, 'test', { folder: root, ...options });
    const [fine, coarse] = [await load({}), await load({ labels: 'coarse' })];
    expect([[...fine.labels], fine.classes[9]]).toEqual([[0, 3, 6, 9], 'class 9']);
    expect([[...coarse.labels], coarse.classes]).toEqual([
      [0, 1, 2, 0],
      ['a', 'b', 'c'],
    ]);
  });

  test('lists every file that is missing, short or long, and how to get them', async () => {
    const { message, found } = await problems(cifar10, 'train', (path) => {
      rmSync(path('data_1.bin'));
      truncateSync(path('data_2.bin'), 258);
    });
    expect(found).toEqual([
      'data_1.bin: presence: 185 bytes, no file',
      'data_2.bin: size: 259 bytes, 258 bytes',
    ]);
    expect(message).toBe(
      `loadDataset: the train split of miniature must be complete in ${join(root, 'miniature-bin')}, 2 problems:\n` +
        `  ${join(root, 'miniature-bin', 'data_1.bin')}: is missing (expected 185 bytes).\n` +
        `  ${join(root, 'miniature-bin', 'data_2.bin')}: size must be 259 bytes, got 258 bytes.\n` +
        'Run `opi data fetch miniature`, or name the folder that holds the files with --data DIR or OPI_DATA_DIR.',
    );
  });

  test('names the first label out of range, how many more there are, and of which kind', async () => {
    const { found } = await problems(cifar100, 'train', (path) => {
      const altered = Buffer.from(cifar100.files.get('data_2.bin')!);
      altered[38 * 2] = 3;
      altered[38 * 4] = 255;
      altered[38 * 5 + 1] = 10;
      writeFileSync(path('data_2.bin'), altered);
    });
    expect(found).toEqual([
      'data_2.bin: label: 0…2 (coarse), 3 in record 2 and 1 more',
      'data_2.bin: label: 0…9 (fine), 10 in record 5',
    ]);
  });

  test('needs the files of the asked split only', async () => {
    const folder = writeMiniature(cifar10, root);
    rmSync(join(folder, 'data_1.bin'));
    expect((await loadDataset(cifar10.definition, 'test', { folder: root })).length).toBe(4);
  });
});

describe('loadDataset on IDX files', () => {
  test('reads images and labels behind their headers', async () => {
    writeMiniature(digits, root);
    const { images, labels, imageShape } = await loadDataset(digits.definition, 'train', { folder: root });
    expect(imageShape).toEqual([3, 2, 1]);
    expect(Buffer.compare(images, digits.files.get('train-images')!.subarray(16))).toBe(0);
    expect([...labels]).toEqual([0, 3, 6, 9, 2]);
  });

  test('tells a wrong header, and a label file that is of another set', async () => {
    const { found } = await problems(digits, 'train', (path) => {
      const images = Buffer.from(digits.files.get('train-images')!);
      images.writeUInt32BE(0x80000803, 0);
      images.writeUInt32BE(7, 8);
      writeFileSync(path('train-images'), images);
      const labels = Buffer.from(digits.files.get('train-labels')!);
      labels[8] = 11;
      writeFileSync(path('train-labels'), labels);
    });
    expect(found).toEqual([
      'train-images: header: [0x803, 5, 3, 2], [0x80000803, 5, 7, 2]',
      expect.stringMatching(/^train-labels: checksum: MD5 [0-9a-f]{32}, [0-9a-f]{32}$/),
      'train-labels: label: 0…9 (fine), 11 in record 0',
    ]);
  });

  test('tells a folder where a file is expected', async () => {
    const { found, message } = await problems(digits, 'test', (path) => {
      rmSync(path('test-images'));
      writeMiniature(
        { ...digits, definition: { ...digits.definition, folders: ['digits/test-images'] } },
        root,
      );
    });
    expect(found).toEqual(['test-images: presence: a file of 40 bytes, no file']);
    expect(message).toContain('test-images: is missing (expected a file of 40 bytes).');
  });
});

describe('loadDataset', () => {
  test('generates the embedded set', async () => {
    expect(await loadDataset('shapes-10', 'test', { length: 20 })).toEqual(
      generateShapes('test', { length: 20 }),
    );
  });

  test('refuses labels that a set does not have, and unknown names', async () => {
    await expect(loadDataset('mnist', 'test', { labels: 'coarse' })).rejects.toThrow(
      'loadDataset: labels of mnist must be one of fine, got "coarse".',
    );
    await expect(loadDataset('shapes-10', 'test', { labels: 'coarse' })).rejects.toThrow(
      'loadDataset: labels of shapes-10 must be one of fine, got "coarse".',
    );
    await expect(loadDataset('cifar10' as DatasetName, 'test')).rejects.toThrow(
      'loadDataset: dataset must be one of shapes-10, cifar-10, cifar-100, mnist, fashion-mnist, imagenet, got "cifar10".',
    );
  });
});

// Counts and first labels as published with the sets.
describe.skipIf(realData === '')('the official files (skipped without OPI_DATA_DIR)', () => {
  test.each([
    ['cifar-10', 'fine', 10, [3, 8, 8, 0, 6]],
    ['cifar-100', 'fine', 100, [49, 33, 72, 51, 71]],
    ['cifar-100', 'coarse', 20, [10, 10, 0, 4, 10]],
    ['mnist', 'fine', 10, [7, 2, 1, 0, 4]],
    ['fashion-mnist', 'fine', 10, [9, 2, 1, 1, 6]],
  ] as const)('%s with %s labels loads', async (name, labels, classes, first) => {
    const dataset = await loadDataset(name, 'test', { folder: realData, labels });
    expect(dataset.length).toBe(10_000);
    expect(dataset.classes).toHaveLength(classes);
    expect([...dataset.labels.subarray(0, 5)]).toEqual(first);
    const counts = new Array<number>(classes).fill(0);
    for (const label of dataset.labels) counts[label]! += 1;
    if (name !== 'mnist') expect(counts).toEqual(new Array<number>(classes).fill(10_000 / classes));
    else expect(counts).toEqual([980, 1135, 1032, 1010, 982, 892, 958, 1028, 974, 1009]);
  });
});
