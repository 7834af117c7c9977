// @ts-check
import { readdir, readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';

/** The checkout. */
export const ROOT = resolve(import.meta.dirname, '../../..');

/**
 * A package that is published.
 *
 * @typedef {object} PublishablePackage
 * @property {string} name
 * @property {string} folder
 */

/**
 * All packages that are not private, by name.
 *
 * @param {string} [root] a checkout
 * @returns {Promise<PublishablePackage[]>}
 */
export async function publishablePackages(root = ROOT) {
  const found = [];
  for (const entry of (await readdir(join(root, 'packages'))).sort()) {
    const folder = join(root, 'packages', entry);
    const manifest = JSON.parse(await readFile(join(folder, 'package.json'), 'utf8'));
    if (manifest.private !== true) found.push({ name: /** @type {string} */ (manifest.name), folder });
  }
  return found;
}
