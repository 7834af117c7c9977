// @ts-check
import { createHash } from 'node:crypto';
import { mkdir, readFile, readdir, realpath, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { installedEntry } from './installation.js';

/**
 * Which package folders use an entry of the cache: several checkouts share one. Each has a file in the entry's `users`
 * folder; what counts is whether its links still lead there, since a checkout may have been deleted.
 *
 * @param {string} entryFolder
 */
const usersFolder = (entryFolder) => join(entryFolder, 'users');

/**
 * Note that a package folder is linked to an entry.
 *
 * @param {string} entryFolder
 * @param {string} packageFolder
 */
export async function recordUser(entryFolder, packageFolder) {
  await mkdir(usersFolder(entryFolder), { recursive: true });
  await writeFile(fileOf(entryFolder, packageFolder), packageFolder);
}

/**
 * Take that note back.
 *
 * @param {string} entryFolder
 * @param {string} packageFolder
 */
export async function forgetUser(entryFolder, packageFolder) {
  await rm(fileOf(entryFolder, packageFolder), { force: true });
}

/**
 * The package folders that are linked to an entry now, sorted.
 *
 * @param {string} entryFolder
 * @returns {Promise<string[]>}
 */
export async function entryUsers(entryFolder) {
  const names = await readdir(usersFolder(entryFolder)).catch(() => /** @type {string[]} */ ([]));
  const users = [];
  for (const name of names) {
    const folder = await readFile(join(usersFolder(entryFolder), name), 'utf8');
    const installed = await installedEntry(folder);
    if (installed !== undefined && (await sameFolder(installed.folder, entryFolder))) users.push(folder);
  }
  return users.sort();
}

/**
 * @param {string} first
 * @param {string} second
 */
async function sameFolder(first, second) {
  const [a, b] = await Promise.all([first, second].map((path) => realpath(path).catch(() => path)));
  return a === b;
}

/**
 * @param {string} entryFolder
 * @param {string} packageFolder
 */
function fileOf(entryFolder, packageFolder) {
  return join(
    usersFolder(entryFolder),
    createHash('sha256').update(packageFolder).digest('hex').slice(0, 16),
  );
}
