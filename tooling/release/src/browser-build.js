// @ts-check
import { mkdir, readFile, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { build } from 'vite';
import { BUDGETS } from './size-budgets.js';

/** @import { PublishablePackage } from './packages.js' */

/**
 * @typedef {object} Bundle
 * @property {string} name of the package
 * @property {number} gzipBytes of all its files
 */

/**
 * Builds every package that has a browser budget as a page of its own, with all it depends on.
 *
 * @param {string} project with the tarballs installed
 * @param {readonly PublishablePackage[]} packages
 * @returns {Promise<Bundle[]>}
 */
export async function buildForBrowsers(project, packages) {
  const bundles = [];
  for (const { name } of packages) {
    if (BUDGETS[name]?.browser === undefined) continue;
    const page = join(project, 'pages', name.replace('/', '-'));
    await mkdir(page, { recursive: true });
    await writeFile(join(page, 'index.html'), '<!doctype html><script type="module" src="main.js"></script>');
    // Kept by a global, so that nothing is dropped as unused.
    await writeFile(join(page, 'main.js'), `import * as all from '${name}';\nglobalThis.all = all;\n`);
    await build({ root: page, logLevel: 'error', build: { target: 'esnext', reportCompressedSize: false } });
    bundles.push({ name, gzipBytes: await gzipBytes(join(page, 'dist', 'assets')) });
  }
  return bundles;
}

/** @param {string} folder */
async function gzipBytes(folder) {
  let bytes = 0;
  for (const file of await readdir(folder)) bytes += gzipSync(await readFile(join(folder, file))).length;
  return bytes;
}
