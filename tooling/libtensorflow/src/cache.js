// @ts-check
import { existsSync, readFileSync } from 'node:fs';
import { mkdir, readdir, rename, rm, stat, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';

/**
 * What a finished entry of the cache says about itself, in `manifest.json`.
 *
 * @typedef {object} Manifest
 * @property {string} tfjsNode        version of tfjs-node that the addon was built from
 * @property {string} arch
 * @property {string} addon           path of the addon in the entry, `lib/napi-v8/tfjs_binding.node`
 * @property {'package' | 'wheel' | 'from'} route
 * @property {string} source          what the library came from, for people
 * @property {string} sourceId        the same for comparison
 * @property {Record<string, number>} sizes sizes of the large files, by path in the entry
 */

/**
 * @typedef {object} CacheEntry
 * @property {string} folder holds deps/ and lib/, as tfjs-node's own folder would
 * @property {Manifest} manifest
 */

/** Where libraries are kept unless `--cache` says otherwise: outside node_modules, so that an install does not lose them. */
export function defaultCache() {
  const base = process.env['XDG_CACHE_HOME'];
  return join(base === undefined || base === '' ? join(homedir(), '.cache') : base, 'opi-snn/libtensorflow');
}

/**
 * The whole entries of a cache; half-made and damaged ones are not listed.
 *
 * @param {string} cache
 * @returns {Promise<CacheEntry[]>}
 */
export async function cacheEntries(cache) {
  const names = await readdir(join(cache, 'entries')).catch(() => /** @type {string[]} */ ([]));
  const entries = names.sort().map((name) => readEntry(join(cache, 'entries', name)));
  const whole = await Promise.all(
    entries.map(async (entry) => entry !== undefined && (await isWhole(entry))),
  );
  return entries.filter((entry, k) => whole[k] === true).filter((entry) => entry !== undefined);
}

/**
 * The entry of a folder, or undefined if it is none.
 *
 * @param {string} folder
 * @returns {CacheEntry | undefined}
 */
export function readEntry(folder) {
  const file = join(folder, 'manifest.json');
  if (!existsSync(file)) return undefined;
  try {
    return { folder, manifest: JSON.parse(readFileSync(file, 'utf8')) };
  } catch {
    return undefined;
  }
}

/** @param {CacheEntry} entry */
async function isWhole({ folder, manifest }) {
  for (const [path, size] of Object.entries(manifest.sizes)) {
    const found = await stat(join(folder, path)).catch(() => undefined);
    if (found?.size !== size) return false;
  }
  return true;
}

/**
 * Make an entry aside and give it its name only when it is whole.
 *
 * @param {string} cache
 * @param {string} name
 * @param {(folder: string) => Promise<Omit<Manifest, 'sizes'>>} make fills the folder
 * @returns {Promise<CacheEntry>}
 */
export async function makeEntry(cache, name, make) {
  const work = join(cache, `work-${process.pid}`);
  await rm(work, { recursive: true, force: true });
  await mkdir(work, { recursive: true });
  try {
    const manifest = { ...(await make(work)), sizes: await largeFiles(work) };
    await writeFile(join(work, 'manifest.json'), `${JSON.stringify(manifest, undefined, 2)}\n`);
    const folder = join(cache, 'entries', name);
    await mkdir(join(cache, 'entries'), { recursive: true });
    await rm(folder, { recursive: true, force: true });
    await rename(work, folder);
    return { folder, manifest };
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}

/** @param {string} folder */
async function largeFiles(folder) {
  /** @type {Record<string, number>} */
  const sizes = {};
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name);
    if (entry.isFile() && /\.(so|node)/.test(entry.name))
      sizes[path.slice(folder.length + 1)] = (await stat(path)).size;
  }
  return sizes;
}

/**
 * Remove what killed runs left behind. Only the holder of the lock may.
 *
 * @param {string} cache
 */
export async function sweepCache(cache) {
  for (const folder of [cache, join(cache, 'wheels')]) {
    for (const name of await readdir(folder).catch(() => /** @type {string[]} */ ([]))) {
      if (/^(work|part)-\d+$/.test(name)) await rm(join(folder, name), { recursive: true, force: true });
    }
  }
}
