import { mkdir, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { temporaryFolder } from '@opi-snn/test-utils';
import { describe, expect, test } from 'vitest';
import { makeFolder } from '../src/index.js';

describe('makeFolder', () => {
  test('makes every folder of a path, and may find it there', async () => {
    const folder = join(temporaryFolder(), 'a', 'b', 'c');
    await makeFolder(folder);
    await makeFolder(folder);
    expect((await stat(folder)).isDirectory()).toBe(true);
  });

  test('names the file that stands in the way, at the end of the path or inside it', async () => {
    const file = join(temporaryFolder(), 'file');
    await writeFile(file, '');
    for (const path of [file, join(file, 'a'), join(file, 'a', 'b')]) {
      await expect(makeFolder(path)).rejects.toMatchObject({
        name: 'StorageError',
        code: 'ENOTDIR',
        path: file,
      });
    }
  });

  test('comes to an end where the system allows no folder', async (context) => {
    if (process.platform !== 'linux') {
      context.skip('only Linux has /proc');
      return;
    }
    await expect(makeFolder('/proc/opi-test/a')).rejects.toMatchObject({
      name: 'StorageError',
      path: '/proc/opi-test',
    });
  });

  test('names the folder that is not writable', async (context) => {
    if (process.getuid?.() === 0 || process.platform === 'win32') {
      context.skip('root may write anywhere, and Windows has other rights');
      return;
    }
    const closed = join(temporaryFolder(), 'closed');
    await mkdir(closed, { mode: 0o500 });
    for (const path of [closed, join(closed, 'a', 'b')]) {
      await expect(makeFolder(path)).rejects.toMatchObject({ code: 'EACCES', path: closed });
    }
  });
});
