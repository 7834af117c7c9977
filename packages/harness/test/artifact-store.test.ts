import { readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { temporaryFolder } from '@opi-snn/test-utils';
import { describe, expect, test } from 'vitest';
import {
  canonicalJson,
  contentAddress,
  findPublished,
  openArtifactStore,
  pairedTest,
  shardSpecs,
  wilsonInterval,
  type Damage,
} from '../src/index.js';

const content = { value: { answer: 42 }, files: { 'data.bin': Uint8Array.of(1, 2, 3) } };

describe('openArtifactStore', () => {
  test('gives back what was put, under the hash of what went in', async () => {
    const store = await openArtifactStore(temporaryFolder());
    const address = await store.put({ b: 1, a: 2 }, content);
    expect(address).toBe(contentAddress({ a: 2, b: 1 }));
    const read = await store.get({ a: 2, b: 1 });
    expect(read?.value).toEqual({ answer: 42 });
    expect([...read!.files['data.bin']!]).toEqual([1, 2, 3]);
    expect(await store.list()).toEqual([address]);
  });

  test('finds one altered byte, reports it, and takes the entry for missing', async () => {
    const folder = temporaryFolder();
    const damages: Damage[] = [];
    const store = await openArtifactStore(folder, { onDamage: (damage) => damages.push(damage) });
    const address = await store.put('input', content);
    await writeFile(
      join(folder, 'objects', address.slice(0, 2), address, 'data.bin'),
      Uint8Array.of(1, 2, 4),
    );
    expect(await store.get('input')).toBeUndefined();
    expect(damages[0]?.problems.join()).toContain('data.bin');
    await store.put('input', content);
    expect((await store.get('input'))?.value).toEqual({ answer: 42 });
  });

  test('leaves nothing in its temporary folder', async () => {
    const folder = temporaryFolder();
    const store = await openArtifactStore(folder);
    await Promise.all([1, 2, 3].map((i) => store.put(i, content)));
    expect(await readdir(join(folder, 'tmp'))).toEqual([]);
  });
});

describe('statistics', () => {
  test('wilsonInterval agrees with the formula evaluated with the normal quantile of Python', () => {
    const { low, high } = wilsonInterval(9, 10);
    expect(low).toBeCloseTo(0.5958499732047616, 10);
    expect(high).toBeCloseTo(0.982123786904927, 10);
  });

  test('pairedTest is the exact binomial test at one half', () => {
    expect(pairedTest(3, 0).pGreater).toBeCloseTo(1 / 8, 14);
    expect(pairedTest(3, 1).pGreater).toBeCloseTo(5 / 16, 14);
    expect(pairedTest(0, 0).pGreater).toBe(1);
  });
});

describe('shardSpecs', () => {
  test('covers the range once, with boundaries at multiples', () => {
    const shards = shardSpecs({ images: { from: 100, to: 600 } }, 250).map(({ images }) => [
      images.from,
      images.to,
    ]);
    expect(shards).toEqual([
      [100, 250],
      [250, 500],
      [500, 600],
    ]);
  });
});

describe('canonicalJson', () => {
  test('does not depend on the order of keys', () => {
    expect(canonicalJson({ b: [1, { d: 1, c: 2 }], a: null })).toBe('{"a":null,"b":[1,{"c":2,"d":1}]}');
  });
});

describe('findPublished', () => {
  test('keeps the confidence of every cell: only 93.38 at T = 16 is confirmed for OPI', () => {
    const cells = findPublished({ dataset: 'cifar-10', network: 'vgg16', method: 'opi' });
    expect(
      cells
        .filter(({ confidence }) => confidence === 'confirmed')
        .map(({ timeSteps, accuracy }) => [timeSteps, accuracy]),
    ).toEqual([[16, 93.38]]);
  });
});
