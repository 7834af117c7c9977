import { randomUUID } from 'node:crypto';
import { open, readdir, rename, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { makeFolder } from './make-folder.js';
import { StorageError } from './storage-error.js';

/** A file written aside and untouched for this long belongs to a process that was killed. */
const STALE_AFTER_MS = 3_600_000;

/**
 * Writes a file aside, flushes it to the disk and renames it into place: a reader sees the old file or the new one,
 * never a part, whenever this process is killed. What an earlier, killed process left aside in this folder is removed
 * once it is an hour old.
 *
 * @param path  file to make or replace; missing folders are made
 * @param bytes  its content, text as UTF-8
 * @throws StorageError when the folder cannot be written or the disk is full; nothing is left behind
 */
export async function writeFileAtomically(path: string, bytes: string | Uint8Array): Promise<void> {
  const folder = dirname(path);
  const aside = join(folder, `.${randomUUID()}.tmp`);
  try {
    await makeFolder(folder);
    await writeFlushed(aside, bytes);
    await rename(aside, path);
    await flushFolder(folder);
    await removeStale(folder);
  } catch (error) {
    await rm(aside, { force: true }).catch(() => undefined);
    throw StorageError.from(error, path);
  }
}

async function removeStale(folder: string): Promise<void> {
  const names = await readdir(folder).catch((): string[] => []);
  for (const name of names.filter((candidate) => /^\.[0-9a-f-]{36}\.tmp$/u.test(candidate))) {
    const path = join(folder, name);
    const status = await stat(path).catch(() => undefined);
    if (status === undefined || Date.now() - status.mtimeMs < STALE_AFTER_MS) continue;
    await rm(path, { force: true }).catch(() => undefined);
  }
}

/**
 * Writes a new file and flushes it.
 *
 * @param path  must not exist
 * @param bytes  content
 * @internal
 */
export async function writeFlushed(path: string, bytes: string | Uint8Array): Promise<void> {
  const file = await open(path, 'wx');
  try {
    await file.writeFile(bytes);
    await file.sync();
  } finally {
    await file.close();
  }
}

/**
 * Flushes a folder's list of names, so that a rename outlives a power cut. Systems that cannot (Windows) skip it.
 *
 * @param folder  existing folder
 * @internal
 */
export async function flushFolder(folder: string): Promise<void> {
  if (process.platform === 'win32') return;
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
