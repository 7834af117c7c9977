import { readFile, realpath, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { TrainingError } from './training-error.js';

/** Folders that this process itself has claimed: its own number in a lock proves nothing, numbers are used again. */
const held = new Set<string>();

/** How long a claim that followed a dead process' lock is doubted: another process may have done the same. */
const DOUBT_MS = 100;

/**
 * Claims a training folder for this process. A lock left by a process that no longer lives is taken over.
 *
 * @param folder must exist
 * @returns a function that gives the folder back
 * @throws TrainingError while another run, of this process or another, trains there
 */
export async function lockFolder(folder: string): Promise<() => Promise<void>> {
  const path = join(await realpath(folder), 'lock');
  if (held.has(path)) throw inUse(folder, process.pid);
  held.add(path);
  try {
    await claim(folder, path);
  } catch (error) {
    held.delete(path);
    throw error;
  }
  return async () => {
    await rm(path, { force: true });
    held.delete(path);
  };
}

async function claim(folder: string, path: string): Promise<void> {
  for (let doubtful = false; ; doubtful = true) {
    if (await create(path)) {
      if (!doubtful) return;
      await sleep(DOUBT_MS);
      if ((await holderOf(path)) === process.pid) return;
    }
    const holder = await holderOf(path);
    if (holder !== process.pid && isAlive(holder)) throw inUse(folder, holder);
    await rm(path, { force: true });
  }
}

async function create(path: string): Promise<boolean> {
  try {
    await writeFile(path, `${process.pid}\n`, { flag: 'wx' });
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

async function holderOf(path: string): Promise<number> {
  return Number((await readFile(path, 'utf8').catch(() => '')).trim());
}

function inUse(folder: string, holder: number): TrainingError {
  return new TrainingError(
    `trainNetwork: folder must not be in use, got ${folder}, where process ${holder} is training. Wait for it, stop it, or choose another folder.`,
  );
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
