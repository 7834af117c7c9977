import { mkdirSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryFolder } from '@opi-snn/test-utils';
import { describe, expect, test } from 'vitest';
import { DATASET_DEFINITIONS, listDatasets, verifyDataset, type FileDatasetName } from '../src/index.js';
import { miniatureCifar, miniatureIdx, writeMiniature } from './miniature.js';

const realData = process.env['OPI_DATA_DIR'] ?? '';
const cifar = miniatureCifar(2);
const digits = miniatureIdx();

describe('verifyDataset', () => {
  test('finds nothing wrong with the right files, in a sub-folder or in the folder itself', async () => {
    const root = temporaryFolder();
    const place = writeMiniature(cifar, root);
    for (const folder of [root, place]) {
      const result = await verifyDataset(cifar.definition, folder);
      expect(result).toMatchObject({ dataset: 'miniature', folder: place, ok: true, problems: [] });
      expect(result.files.map(({ path }) => path)).toEqual(
        ['data_1.bin', 'data_2.bin', 'test.bin'].map((name) => join(place, name)),
      );
    }
  });

  test('tells missing, short and altered files and folders in their place, each with expected and found', async () => {
    const root = temporaryFolder();
    const place = writeMiniature(digits, root);
    const path = (name: string): string => join(place, name);
    rmSync(path('train-images'));
    truncateSync(path('train-labels'), 10);
    const altered = Buffer.from(digits.files.get('test-images')!);
    altered[20]! ^= 1;
    writeFileSync(path('test-images'), altered);
    rmSync(path('test-labels'));
    mkdirSync(path('test-labels'));
    const { ok, problems, files } = await verifyDataset(digits.definition, root);
    expect(ok).toBe(false);
    expect(files.map((file) => file.ok)).toEqual([false, false, false, false]);
    expect(problems).toEqual([
      { file: path('train-images'), subject: 'presence', expected: '46 bytes', found: 'no file' },
      { file: path('train-labels'), subject: 'size', expected: '13 bytes', found: '10 bytes' },
      {
        file: path('test-images'),
        subject: 'checksum',
        expected: `MD5 ${digits.definition.files[2]!.md5}`,
        found: expect.stringMatching(/^[0-9a-f]{32}$/) as string,
      },
      { file: path('test-labels'), subject: 'presence', expected: 'a file of 12 bytes', found: 'no file' },
    ]);
  });

  test('checks SHA-256 where only MD5 agrees', async () => {
    const root = temporaryFolder();
    writeMiniature(digits, root);
    const [first, ...rest] = digits.definition.files;
    const forged = { ...digits.definition, files: [{ ...first!, sha256: 'f'.repeat(64) }, ...rest] };
    expect((await verifyDataset(forged, root)).problems).toMatchObject([
      { subject: 'checksum', expected: `SHA-256 ${'f'.repeat(64)}`, found: first!.sha256 },
    ]);
  });

  test('refuses an unknown name with the known ones', async () => {
    await expect(verifyDataset('svhn' as FileDatasetName)).rejects.toThrow(
      'verifyDataset: dataset must be one of cifar-10, cifar-100, mnist, fashion-mnist, got "svhn".',
    );
  });

  test.skipIf(realData === '')(
    'agrees with every official file (skipped without OPI_DATA_DIR)',
    async () => {
      for (const name of Object.keys(DATASET_DEFINITIONS) as FileDatasetName[])
        expect((await verifyDataset(name, realData)).problems).toEqual([]);
    },
    120_000,
  );
});

describe('listDatasets', () => {
  test('tells complete, partial and absent sets apart by lengths alone', async () => {
    const root = temporaryFolder();
    writeMiniature(cifar, root);
    const place = writeMiniature(digits, root);
    rmSync(join(place, 'test-labels'));
    const absent = { ...digits.definition, name: 'elsewhere', folders: ['elsewhere'] };
    const listed = await listDatasets(root, [cifar.definition, digits.definition, absent]);
    expect(listed.map(({ name, state, problems }) => [name, state, problems.length])).toEqual([
      ['miniature', 'complete', 0],
      ['miniature-digits', 'partial', 1],
      ['elsewhere', 'absent', 4],
    ]);
  });

  test('knows the four official sets, and ImageNet last', async () => {
    const listed = await listDatasets(temporaryFolder());
    expect(listed.map(({ name, state }) => `${name} ${state}`)).toEqual([
      'cifar-10 absent',
      'cifar-100 absent',
      'mnist absent',
      'fashion-mnist absent',
      'imagenet absent',
    ]);
  });
});
