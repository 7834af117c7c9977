// @ts-check
import { statfs } from 'node:fs/promises';
import { SetupError } from './setup-error.js';

/**
 * Require free space before something large is written.
 *
 * @param {string} folder an existing folder on the disk in question
 * @param {number} bytes  how much will be written
 * @param {string} what   the large thing, for the message
 */
export async function requireSpace(folder, bytes, what) {
  const { bavail, bsize } = await statfs(folder);
  const free = bavail * bsize;
  if (free >= bytes) return;
  throw new SetupError(
    'disk-full',
    `${what} needs ${megabytes(bytes)}, the disk of ${folder} has ${megabytes(free)} left.`,
    'Free some space and run again, or put the cache on another disk with --cache FOLDER.',
  );
}

/** @param {number} bytes */
export function megabytes(bytes) {
  return `${Math.ceil(bytes / 1e6)} MB`;
}
