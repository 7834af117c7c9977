import { access, constants, mkdir, stat } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { StorageError } from './storage-error.js';

/**
 * Makes a folder with all folders above it, and checks that files can be made in it.
 *
 * @param folder  where; may exist
 * @throws StorageError that names the part of the path that stands in the way: a file, or a folder that is not writable
 */
export async function makeFolder(folder: string): Promise<void> {
  const path = resolve(folder);
  try {
    await makeEach(path);
    await access(path, constants.W_OK);
  } catch (error) {
    const reason = (await realReason(error, path)) as NodeJS.ErrnoException;
    throw StorageError.from(reason, reason.path ?? path);
  }
}

/** Each missing folder by itself: Node's `recursive` never ends where the system allows none, such as below `/proc`. */
async function makeEach(path: string): Promise<void> {
  const missing: string[] = [];
  for (let part = path; !(await isThere(part)); part = dirname(part)) missing.unshift(part);
  for (const part of missing) {
    // Another process may have made it meanwhile; that it is a folder is asked below.
    await mkdir(part).catch((error: unknown) => {
      if (codeOf(error) !== 'EEXIST') throw error;
    });
  }
  if (!(await stat(path)).isDirectory()) throw new Error(`${path} is no folder`);
}

function isThere(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    (error: unknown) => {
      if (codeOf(error) === 'ENOENT') return false;
      throw error;
    },
  );
}

function codeOf(error: unknown): string | undefined {
  return (error as NodeJS.ErrnoException).code;
}

/**
 * Node reports ENOENT for some folders below a read-only file system and EEXIST for a file in the way: what stands in
 * the way is the nearest part of the path that exists.
 */
async function realReason(error: unknown, path: string): Promise<unknown> {
  for (let part = path; ; part = dirname(part)) {
    const found = await stat(part).catch(() => undefined);
    if (found === undefined && part !== dirname(part)) continue;
    if (found?.isDirectory() === false) {
      return Object.assign(new Error(`${part} is a file`, { cause: error }), {
        code: 'ENOTDIR',
        syscall: 'mkdir',
        path: part,
      });
    }
    return access(part, constants.W_OK).then(
      () => error,
      (reason: unknown) => reason,
    );
  }
}
