import { readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { temporaryFolder } from '@opi-snn/test-utils';
import { describe, expect, test } from 'vitest';
import { contentAddress, openArtifactStore, type Damage } from '../src/index.js';

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
