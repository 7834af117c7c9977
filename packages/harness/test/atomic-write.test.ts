import { mkdir, readdir, readFile, stat, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { temporaryFolder } from '@opi-snn/test-utils';
import { describe, expect, test } from 'vitest';
import { writeFileAtomically } from '../src/index.js';

describe('writeFileAtomically', () => {
  test('makes missing folders, writes text and bytes, and leaves nothing beside them', async () => {
    const folder = join(temporaryFolder(), 'a', 'b');
    await writeFileAtomically(join(folder, 'text'), 'θ/2');
    await writeFileAtomically(join(folder, 'bytes'), Uint8Array.of(0, 255));
    expect(await readFile(join(folder, 'text'), 'utf8')).toBe('θ/2');
    expect([...(await readFile(join(folder, 'bytes')))]).toEqual([0, 255]);
    expect((await readdir(folder)).sort()).toEqual(['bytes', 'text']);
  });

  test('replaces a file by another one, so that an open reader keeps the old one', async () => {
    const path = join(temporaryFolder(), 'file');
    await writeFile(path, 'old');
    const before = await stat(path);
    await writeFileAtomically(path, 'new');
    expect(await readFile(path, 'utf8')).toBe('new');
    expect((await stat(path)).ino).not.toBe(before.ino);
  });

  test('of several at once leaves one whole file', async () => {
    const folder = temporaryFolder();
    const texts = Array.from({ length: 8 }, (_, i) => String(i).repeat(100_000));
    await Promise.all(texts.map((text) => writeFileAtomically(join(folder, 'file'), text)));
    expect(texts).toContain(await readFile(join(folder, 'file'), 'utf8'));
    expect(await readdir(folder)).toEqual(['file']);
  });

  test('keeps the old file and leaves nothing when it fails', async () => {
    const folder = temporaryFolder();
    const path = join(folder, 'occupied');
    await mkdir(join(path, 'inner'), { recursive: true });
    await expect(writeFileAtomically(path, 'text')).rejects.toThrow(
      new RegExp(`^writing: ${path} must be writable, got E[A-Z]+\\.`, 'u'),
    );
    expect(await readdir(folder)).toEqual(['occupied']);
    await expect(writeFileAtomically(join(path, 'inner'), 'text')).rejects.toMatchObject({
      name: 'StorageError',
      path: join(path, 'inner'),
    });
  });

  test('comes to an end where the system allows no folder', async (context) => {
    if (process.platform !== 'linux') {
      context.skip('only Linux has /proc');
      return;
    }
    await expect(writeFileAtomically('/proc/opi-test/file', 'text')).rejects.toMatchObject({
      name: 'StorageError',
      path: '/proc/opi-test',
    });
  });

  test('removes what a killed process left aside an hour ago, and nothing else', async () => {
    const folder = temporaryFolder();
    const old = new Date(Date.now() - 3_700_000);
    const names = [
      '.0b9d9b5e-7f7b-4c3e-8f0e-2d7c8f6f1a11.tmp',
      '.1b9d9b5e-7f7b-4c3e-8f0e-2d7c8f6f1a11.tmp',
      'notes.tmp',
    ];
    for (const name of names) await writeFile(join(folder, name), 'half');
    for (const name of [names[0]!, names[2]!]) await utimes(join(folder, name), old, old);
    await writeFileAtomically(join(folder, 'file'), 'text');
    expect((await readdir(folder)).sort()).toEqual([names[1], 'file', 'notes.tmp']);
  });
});
