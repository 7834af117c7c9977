// @ts-check
import { mkdir, open, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { SetupError } from './setup-error.js';

/**
 * Hold the cache folder for one run. A lock whose process is gone (killed, machine restarted) is taken over.
 *
 * @param {string} cache folder; made if missing
 * @returns {Promise<() => Promise<void>>} gives the lock back
 */
export async function lockCache(cache) {
  await mkdir(cache, { recursive: true });
  const file = join(cache, 'lock');
  for (let attempt = 0; attempt < 3; attempt++) {
    try {
      const handle = await open(file, 'wx');
      await handle.writeFile(String(process.pid));
      await handle.close();
      return () => rm(file, { force: true });
    } catch (error) {
      if (/** @type {NodeJS.ErrnoException} */ (error).code !== 'EEXIST') throw error;
    }
    const holder = Number(await readFile(file, 'utf8').catch(() => ''));
    if (isAlive(holder)) throw busy(holder, file);
    await rm(file, { force: true });
  }
  throw busy(NaN, file);
}

/** @param {number} pid */
function isAlive(pid) {
  if (!Number.isInteger(pid) || pid <= 0) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return /** @type {NodeJS.ErrnoException} */ (error).code === 'EPERM';
  }
}

/**
 * @param {number} holder
 * @param {string} file
 */
function busy(holder, file) {
  return new SetupError(
    'busy',
    `Another setup is at work (process ${holder}).`,
    `Wait for it, or delete ${file} if that process is something else.`,
  );
}
