import { fork } from 'node:child_process';
import { mkdir, readdir, readFile, rm, truncate, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { temporaryFolder } from '@opi-snn/test-utils';
import { describe, expect, test } from 'vitest';
import {
  contentAddress,
  openArtifactStore,
  STALE_AFTER_MS,
  type ArtifactStore,
  type Damage,
} from '../src/index.js';

const content = { value: { answer: 42 }, files: { 'data.bin': Uint8Array.of(1, 2, 3) } };

interface Opened {
  readonly folder: string;
  readonly store: ArtifactStore;
  readonly damages: Damage[];
}

async function opened(): Promise<Opened> {
  const folder = temporaryFolder();
  const damages: Damage[] = [];
  const store = await openArtifactStore(folder, { onDamage: (damage) => damages.push(damage) });
  return { folder, store, damages };
}

const placeOf = (folder: string, address: string, ...names: string[]): string =>
  join(folder, 'objects', address.slice(0, 2), address, ...names);

describe('openArtifactStore', () => {
  test('gives back what was put, under the hash of what went in', async () => {
    const { store } = await opened();
    const address = await store.put({ b: 1, a: 2 }, content, { node: 'v20' });
    expect(address).toBe(contentAddress({ a: 2, b: 1 }));
    const read = await store.get({ a: 2, b: 1 });
    expect(read).toMatchObject({
      address,
      input: { a: 2, b: 1 },
      value: { answer: 42 },
      provenance: { node: 'v20' },
    });
    expect([...read!.files['data.bin']!]).toEqual([1, 2, 3]);
    expect(await store.list()).toEqual([address]);
    expect(await store.inspect(address)).toEqual([]);
  });

  test('says what an entry is about without its files, and finds what does not belong there', async () => {
    const { folder, store } = await opened();
    const address = await store.put({ a: 1 }, content, { node: 'v20' });
    expect(await store.summary(address)).toEqual({
      address,
      input: { a: 1 },
      provenance: { node: 'v20' },
      bytes: 3,
    });
    expect(await store.summary(contentAddress('other'))).toBeUndefined();
    await writeFile(placeOf(folder, address, 'stray'), '');
    expect(await store.inspect(address)).toEqual(['stray is not part of the entry']);
    await writeFile(placeOf(folder, address, 'entry.json'), Uint8Array.of(0xff));
    expect(await store.summary(address)).toBeUndefined();
    expect(await store.inspect(address)).toEqual(['entry.json is not UTF-8']);
  });

  test('knows nothing of what was never put, and forgets what is removed', async () => {
    const { store, damages } = await opened();
    expect(await store.get('other')).toBeUndefined();
    expect(await store.inspect(contentAddress('other'))).toBeUndefined();
    const address = await store.put('input', content);
    await store.remove(address);
    await store.remove(address);
    expect(await store.get('input')).toBeUndefined();
    expect([await store.list(), damages]).toEqual([[], []]);
  });

  test('keeps an intact artifact when the same input is put again', async () => {
    const { store } = await opened();
    await store.put('input', content);
    await store.put('input', { value: 'another', files: {} });
    expect((await store.get('input'))?.value).toEqual({ answer: 42 });
  });

  test('leaves nothing in its temporary folder', async () => {
    const { folder, store } = await opened();
    await Promise.all([1, 2, 3].map((i) => store.put(i, content)));
    expect(await readdir(join(folder, 'tmp'))).toEqual([]);
  });

  test('refuses file names that could leave the folder', async () => {
    const { store } = await opened();
    for (const name of ['../x', 'a/b', '.hidden', 'entry.json', '']) {
      await expect(store.put('input', { value: null, files: { [name]: new Uint8Array() } })).rejects.toThrow(
        `put: file names must be letters, digits, '.', '-', '_', begin with a letter or digit, and not be entry.json, got ${JSON.stringify(name)}.`,
      );
    }
    expect(await store.list()).toEqual([]);
  });

  test('removes leftovers of killed processes once they are old, and only then', async () => {
    const { folder } = await opened();
    const old = new Date(Date.now() - STALE_AFTER_MS - 60_000);
    for (const name of ['old', 'young']) await mkdir(join(folder, 'tmp', name));
    await utimes(join(folder, 'tmp', 'old'), old, old);
    await openArtifactStore(folder);
    expect(await readdir(join(folder, 'tmp'))).toEqual(['young']);
  });

  test('cannot be opened below a file', async () => {
    const file = join(temporaryFolder(), 'file');
    await writeFile(file, '');
    await expect(openArtifactStore(join(file, 'store'))).rejects.toThrow(
      `writing: ${file} must be writable, got ENOTDIR. A file stands where a folder is needed: choose another folder.`,
    );
  });
});

test('one altered byte is found wherever it is: every file of an entry, at the beginning, the end and between', async () => {
  const { folder, store } = await opened();
  const address = await store.put({ a: 'θ' }, content, { node: 'v20' });
  for (const name of ['entry.json', 'data.bin']) {
    const path = placeOf(folder, address, name);
    const bytes = await readFile(path);
    const step = Math.max(1, Math.floor(bytes.length / 16));
    for (const i of [...bytes.keys()].filter((key) => key % step === 0 || key === bytes.length - 1)) {
      const altered = Uint8Array.from(bytes);
      altered[i]! ^= 1 << (i % 8);
      await writeFile(path, altered);
      expect(await store.inspect(address), `${name}, byte ${i}`).not.toEqual([]);
    }
    await writeFile(path, bytes);
  }
  expect(await store.inspect(address)).toEqual([]);
});

type Break = (folder: string, address: string) => Promise<void>;
const BREAKS: readonly (readonly [string, Break, RegExp])[] = [
  [
    'one altered byte of a file',
    (folder, address) => writeFile(placeOf(folder, address, 'data.bin'), Uint8Array.of(1, 2, 4)),
    /^data\.bin does not have its checksum [0-9a-f]{64}$/u,
  ],
  [
    'a truncated file',
    (folder, address) => truncate(placeOf(folder, address, 'data.bin'), 2),
    /^data\.bin has 2 bytes instead of 3$/u,
  ],
  [
    'a missing file',
    (folder, address) => rm(placeOf(folder, address, 'data.bin')),
    /^data\.bin is missing$/u,
  ],
  [
    'an entry cut in half',
    (folder, address) => truncate(placeOf(folder, address, 'entry.json'), 100),
    /^entry\.json is not JSON$/u,
  ],
  [
    'an empty entry',
    (folder, address) => truncate(placeOf(folder, address, 'entry.json'), 0),
    /^entry\.json is not JSON$/u,
  ],
  [
    'a missing entry',
    (folder, address) => rm(placeOf(folder, address, 'entry.json')),
    /^entry\.json is missing$/u,
  ],
  [
    'an altered value',
    async (folder, address) => {
      const path = placeOf(folder, address, 'entry.json');
      await writeFile(path, (await readFile(path, 'utf8')).replace('"answer": 42', '"answer": 43'));
    },
    /^entry\.json does not have its checksum$/u,
  ],
  [
    'an entry with a line break more',
    async (folder, address) => {
      const path = placeOf(folder, address, 'entry.json');
      await writeFile(path, `${await readFile(path, 'utf8')}\n`);
    },
    /^entry\.json does not have its checksum$/u,
  ],
  [
    'JSON of another kind',
    (folder, address) => writeFile(placeOf(folder, address, 'entry.json'), '{"format":"x"}'),
    /^entry\.json: format Invalid input/u,
  ],
];

describe('a damaged artifact', () => {
  test.each(BREAKS)(
    'with %s is reported, taken for missing, and replaced by the next put',
    async (_, damage, message) => {
      const { folder, store, damages } = await opened();
      const address = await store.put('input', content);
      await damage(folder, address);
      expect(await store.get('input')).toBeUndefined();
      expect(damages).toHaveLength(1);
      expect(damages[0]).toMatchObject({ address, folder: placeOf(folder, address) });
      expect(damages[0]!.problems[0]).toMatch(message);
      expect((await store.inspect(address))![0]).toMatch(message);
      await store.put('input', content);
      expect(await store.inspect(address)).toEqual([]);
      expect(await readdir(join(folder, 'tmp'))).toEqual([]);
    },
  );

  test('that belongs to another input is not taken for this one', async () => {
    const { folder, store, damages } = await opened();
    const [one, two] = [await store.put('one', content), await store.put('two', content)];
    await writeFile(placeOf(folder, one, 'entry.json'), await readFile(placeOf(folder, two, 'entry.json')));
    expect(await store.get('one')).toBeUndefined();
    expect(damages[0]!.problems).toContain(`entry.json belongs to ${two}`);
  });
});

/** Lets a process put and get the same artifacts as others do at the same time. */
function putMany(
  folder: string,
  seed: number,
): Promise<{ readonly missing: number; readonly wrong: number }> {
  return new Promise((resolve, reject) => {
    const child = fork(new URL('put-many.mjs', import.meta.url), [folder, String(seed)], {
      stdio: 'inherit',
    });
    child.on('message', resolve);
    child.on('error', reject);
    child.on('exit', (code) => {
      if (code !== 0) reject(new Error(`put-many ended with ${String(code)}`));
    });
  });
}

describe('several processes', () => {
  test('that make the same artifacts at once agree on one of each', async () => {
    const { folder, store } = await opened();
    const found = await Promise.all([1, 2, 3].map((seed) => putMany(folder, seed)));
    expect(found).toEqual(found.map(() => ({ missing: 0, wrong: 0 })));
    const addresses = await store.list();
    expect(addresses).toHaveLength(20);
    for (const address of addresses) expect(await store.inspect(address)).toEqual([]);
    expect(await readdir(join(folder, 'tmp'))).toEqual([]);
  });

  test('one of which is killed while it writes leave whole artifacts', async () => {
    const { folder, store } = await opened();
    const child = fork(new URL('put-many.mjs', import.meta.url), [folder, '1'], { stdio: 'inherit' });
    const ended = new Promise((resolve) => child.on('exit', resolve));
    while ((await store.list()).length < 3) await new Promise((resolve) => setTimeout(resolve, 5));
    child.kill('SIGKILL');
    await ended;
    for (const address of await store.list()) expect(await store.inspect(address)).toEqual([]);
  });
});
