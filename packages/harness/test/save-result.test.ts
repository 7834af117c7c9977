import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { temporaryFolder } from '@opi-snn/test-utils';
import { describe, expect, test } from 'vitest';
import {
  contentAddress,
  hashRuns,
  loadResult,
  recordRun,
  saveResult,
  sealResult,
  type Series,
} from '../src/index.js';
import { ENVIRONMENT, MEASUREMENT } from './results.js';

const sealed = sealResult(MEASUREMENT, ENVIRONMENT);

describe('saveResult and loadResult', () => {
  test('give the result back, and the same bytes every time', async () => {
    const folder = temporaryFolder();
    await saveResult(join(folder, 'a.json'), sealed);
    expect(await loadResult(join(folder, 'a.json'))).toEqual(sealed);
    const turned = Object.fromEntries(Object.entries(sealed).reverse()) as unknown as typeof sealed;
    await saveResult(join(folder, 'b.json'), turned);
    expect(await readFile(join(folder, 'b.json'), 'utf8')).toBe(
      await readFile(join(folder, 'a.json'), 'utf8'),
    );
    expect((await readdir(folder)).sort()).toEqual(['a.json', 'b.json']);
  });

  test('find an altered number by the hashes', async () => {
    const path = join(temporaryFolder(), 'a.json');
    await saveResult(path, sealed);
    await writeFile(path, (await readFile(path, 'utf8')).replace('"accuracy": 0.8', '"accuracy": 0.9'));
    await expect(loadResult(path)).rejects.toThrow(
      /a\.json must have the hashes of its numbers, got 1 problem:\n {2}numbers or hashes were altered\./u,
    );
  });

  test('keep the job graph, and find an altered address in it', async () => {
    const path = join(temporaryFolder(), 'a.json');
    const record = recordRun({
      address: 'cc',
      spec: { seed: 1, images: { from: 0, to: 10 } },
      predictionHash: 'dd',
      shards: [{ job: 'ee', images: { from: 0, to: 10 }, predictionHash: 'dd' }],
    });
    const withRuns = sealResult(MEASUREMENT, ENVIRONMENT, [record]);
    expect(withRuns.hashes).toMatchObject(sealed.hashes);
    await saveResult(path, withRuns);
    expect(await loadResult(path)).toEqual(withRuns);
    await writeFile(path, (await readFile(path, 'utf8')).replace('"ee"', '"ef"'));
    await expect(loadResult(path)).rejects.toThrow('numbers or hashes were altered');
  });

  test('do not mind another machine: the environment is in no hash', async () => {
    const path = join(temporaryFolder(), 'a.json');
    const elsewhere = sealResult(MEASUREMENT, { ...ENVIRONMENT, cpu: 'another', threads: 64 });
    expect(elsewhere.hashes).toEqual(sealed.hashes);
    await saveResult(path, elsewhere);
    expect((await loadResult(path)).environment.cpu).toBe('another');
  });

  test('refuse a file cut anywhere', async () => {
    const path = join(temporaryFolder(), 'a.json');
    await saveResult(path, sealed);
    const bytes = await readFile(path);
    for (const length of [0, 1, 100, bytes.length - 3]) {
      await writeFile(path, bytes.subarray(0, length));
      await expect(loadResult(path)).rejects.toThrow(/a\.json must be JSON, got 1 problem:/u);
    }
  });

  test('write nothing that could not be read again', async () => {
    const folder = temporaryFolder();
    const broken = { ...sealed, measurement: { ...MEASUREMENT, profile: 3 as unknown as string } };
    await expect(saveResult(join(folder, 'a.json'), broken)).rejects.toThrow(/measurement\.profile/u);
    expect(await readdir(folder)).toEqual([]);
  });

  test('say where it cannot be written', async () => {
    const path = join(temporaryFolder(), 'folder');
    await mkdir(join(path, 'inner'), { recursive: true });
    await expect(saveResult(path, sealed)).rejects.toMatchObject({ name: 'StorageError', path });
  });
});

describe('hashRuns', () => {
  const series = (id: string, ...runs: [seed: number, hash: string][]): Pick<Series, 'id' | 'runs'> => ({
    id,
    runs: runs.map(([seed, predictionHash]) => ({ seed, predictionHash, address: 'x', correct: [] })),
  });

  test('is the address of the sorted list of series, seed and prediction hash', () => {
    const expected = contentAddress(['["half",1,"aa"]', '["zero",1,"bb"]', '["zero",2,"cc"]']);
    expect(hashRuns([series('zero', [2, 'cc'], [1, 'bb']), series('half', [1, 'aa'])])).toBe(expected);
  });

  test('changes with any prediction, seed or name', () => {
    const base = hashRuns([series('half', [1, 'aa'])]);
    for (const other of [series('half', [1, 'ab']), series('half', [2, 'aa']), series('zero', [1, 'aa'])]) {
      expect(hashRuns([other])).not.toBe(base);
    }
  });
});
