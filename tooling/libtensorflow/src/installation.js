// @ts-check
import { lstat, mkdir, readlink, rename, rm, symlink } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { readEntry } from './cache.js';
import { SetupError } from './setup-error.js';

/**
 * The two places in the package folder that we provide: the library and the addon. Each becomes a link into an entry of
 * the cache; no file of the package is changed.
 */
const PLACES = Object.freeze(['deps', 'lib']);

/**
 * Link a cache entry into the package folder and keep it if `proof` succeeds; otherwise put everything back.
 *
 * @template T
 * @param {string} packageFolder
 * @param {string} entryFolder
 * @param {() => Promise<T>} proof
 * @returns {Promise<T>}
 */
export async function installLinks(packageFolder, entryFolder, proof) {
  await recoverAside(packageFolder);
  await mkdir(packageFolder, { recursive: true });
  for (const place of PLACES) {
    const path = join(packageFolder, place);
    if (await exists(path)) await rename(path, aside(path));
  }
  try {
    for (const place of PLACES) await symlink(join(entryFolder, place), join(packageFolder, place));
    const result = await proof();
    for (const place of PLACES) await rm(aside(join(packageFolder, place)), { recursive: true, force: true });
    return result;
  } catch (error) {
    await recoverAside(packageFolder, true);
    throw error;
  }
}

/**
 * Put back what stood aside, after a failed proof or a killed run.
 *
 * @param {string} packageFolder
 * @param {boolean} [dropLinks] remove our links even where nothing stood aside
 */
export async function recoverAside(packageFolder, dropLinks = false) {
  for (const place of PLACES) {
    const path = join(packageFolder, place);
    const before = await exists(aside(path));
    if (before || dropLinks) await rm(path, { recursive: true, force: true });
    if (before) await rename(aside(path), path);
  }
}

/** @param {string} path */
const aside = (path) => `${path}.before-setup`;

/**
 * The cache entry that the package folder's links lead to, or undefined if it has none of ours.
 *
 * @param {string} packageFolder
 * @returns {Promise<{ folder: string, entry: import('./cache.js').CacheEntry | undefined } | undefined>}
 */
export async function installedEntry(packageFolder) {
  const links = await Promise.all(
    PLACES.map((place) => readlink(join(packageFolder, place)).catch(() => undefined)),
  );
  const link = links.find((target) => target !== undefined);
  if (link === undefined) return undefined;
  const folder = dirname(resolve(packageFolder, link));
  return { folder, entry: readEntry(folder) };
}

/**
 * Undo {@link installLinks}: remove our links from the package folder, nothing else.
 *
 * @param {string} packageFolder
 * @returns {Promise<string | undefined>} the entry's folder; undefined if nothing was installed
 */
export async function removeLinks(packageFolder) {
  await recoverAside(packageFolder);
  const installed = await installedEntry(packageFolder);
  if (installed !== undefined) {
    for (const place of PLACES) {
      const path = join(packageFolder, place);
      if ((await lstat(path).catch(() => undefined))?.isSymbolicLink()) await rm(path);
    }
    return installed.folder;
  }
  for (const place of PLACES) {
    if (!(await exists(join(packageFolder, place)))) continue;
    throw new SetupError(
      'not-ours',
      `${join(packageFolder, place)} was not made by this command and is left alone.`,
      'If it shall go: delete deps and lib in that folder.',
    );
  }
  return undefined;
}

/** @param {string} path */
async function exists(path) {
  return (await lstat(path).catch(() => undefined)) !== undefined;
}
