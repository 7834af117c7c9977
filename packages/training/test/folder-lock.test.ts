import { spawn, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { temporaryFolder } from '@opi-snn/test-utils';
import { describe, expect, it } from 'vitest';
import { lockFolder } from '../src/folder-lock.js';

describe('lockFolder', () => {
  it('claims a folder and gives it back', async () => {
    const folder = temporaryFolder();
    const unlock = await lockFolder(folder);
    expect(await readFile(join(folder, 'lock'), 'utf8')).toBe(`${process.pid}\n`);
    await unlock();
    expect(existsSync(join(folder, 'lock'))).toBe(false);
    await (
      await lockFolder(folder)
    )();
  });

  it('refuses a second claim of the same process, also under another name of the folder', async () => {
    const folder = temporaryFolder();
    const unlock = await lockFolder(folder);
    await expect(lockFolder(join(folder, '..', folder.split('/').at(-1)!))).rejects.toThrow(
      `where process ${process.pid} is training. Wait for it, stop it, or choose another folder.`,
    );
    await unlock();
  });

  it('refuses a folder where another living process trains', async () => {
    const folder = temporaryFolder();
    const other = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)']);
    try {
      await writeFile(join(folder, 'lock'), `${other.pid!}\n`);
      await expect(lockFolder(folder)).rejects.toThrow(
        `trainNetwork: folder must not be in use, got ${folder}, where process ${other.pid!} is training.`,
      );
    } finally {
      other.kill('SIGKILL');
    }
  });

  it.each([
    ['a dead process', String(spawnSync(process.execPath, ['-e', '']).pid)],
    ['this number, left by an earlier process', String(process.pid)],
    ['nobody (an empty file)', ''],
    ['nonsense', 'not a number'],
  ])('takes over the lock of %s', async (_, content) => {
    const folder = temporaryFolder();
    await writeFile(join(folder, 'lock'), content);
    const unlock = await lockFolder(folder);
    expect(await readFile(join(folder, 'lock'), 'utf8')).toBe(`${process.pid}\n`);
    await unlock();
  });
});
