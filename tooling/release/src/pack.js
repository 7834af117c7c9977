// @ts-check
import { existsSync } from 'node:fs';
import { mkdir, readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { run } from './run.js';

/** @import { PublishablePackage } from './packages.js' */

/**
 * @typedef {object} Tarball
 * @property {string} name of the package
 * @property {string} path
 * @property {number} bytes
 * @property {number} prebuilt binaries in it, one for each platform
 */

/**
 * Packs packages, with the versions of their dependencies filled in as for publishing.
 *
 * @param {readonly PublishablePackage[]} packages built
 * @param {string} out the tarballs go to its folder `tarballs`
 * @returns {Promise<Tarball[]>}
 */
export async function packPackages(packages, out) {
  const tarballs = [];
  for (const { name, folder } of packages) {
    const destination = join(out, 'tarballs', name.replace('/', '-'));
    await mkdir(destination, { recursive: true });
    await run('pnpm', ['pack', '--pack-destination', destination], folder);
    const [file, ...more] = await readdir(destination);
    if (file === undefined || more.length > 0)
      throw new Error(`${destination} must hold one tarball; empty it.`);
    const path = join(destination, file);
    tarballs.push({ name, path, bytes: (await stat(path)).size, prebuilt: await prebuiltBinaries(folder) });
  }
  return tarballs;
}

/**
 * @param {string} folder of a package
 * @returns {Promise<number>}
 */
async function prebuiltBinaries(folder) {
  const prebuilds = join(folder, 'prebuilds');
  if (!existsSync(prebuilds)) return 0;
  return (await readdir(prebuilds, { recursive: true })).filter((file) => file.endsWith('.node')).length;
}
