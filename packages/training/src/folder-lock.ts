import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { TrainingError } from './training-error.js';

/**
 * Claims a training folder for this process. A lock left by a process that no longer lives is taken over.
 *
 * @returns a function that gives the folder back
 * @throws TrainingError while another process trains there
 */
export async function lockFolder(folder: string): Promise<() => Promise<void>> {
  const path = join(folder, 'lock');
  for (;;) {
    try {
      await writeFile(path, `${process.pid}\n`, { flag: 'wx' });
      return () => rm(path, { force: true });
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
    const holder = Number((await readFile(path, 'utf8').catch(() => '')).trim());
    if (holder !== process.pid && isAlive(holder)) {
      throw new TrainingError(
        `trainNetwork: folder must not be in use, got ${folder}, where process ${holder} is training. Wait for it, stop it, or choose another folder.`,
      );
    }
    await rm(path, { force: true });
  }
}

function isAlive(pid: number): boolean {
  if (!Number.isInteger(pid) || pid <= 0) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
