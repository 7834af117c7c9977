// @ts-check
import { existsSync } from 'node:fs';
import { cp, mkdir, rename, rm, symlink } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { delimiter, dirname, join } from 'node:path';
import { errorLine, runCommand } from './run-command.js';

/**
 * The package's own way: run its install script, which downloads libtensorflow and a ready addon.
 *
 * It runs in a copy. The script rewrites the package's package.json (which pnpm links from its store) and empties deps,
 * so a failure in place would leave the package worse than before.
 *
 * @param {object} options
 * @param {import('./tfjs-node.js').TfjsNode} options.tfjs
 * @param {string} options.folder  an empty folder; on success it holds deps/ and lib/
 * @param {number} options.timeoutMs
 * @param {AbortSignal} [options.signal]
 * @returns {Promise<string | undefined>} why it failed, in a line or a few; undefined on success
 */
export async function installByPackage({ tfjs, folder, timeoutMs, signal }) {
  const modules = join(folder, 'copy/node_modules');
  const copy = join(modules, '@tensorflow/tfjs-node');
  try {
    await cp(tfjs.folder, copy, {
      recursive: true,
      filter: (path) =>
        !['deps', 'lib', 'build', 'node_modules'].some((name) => path === join(tfjs.folder, name)),
    });
    await linkDependencies(tfjs, modules);
    const bin = join(modules, '@mapbox/node-pre-gyp/bin');
    const { code, output, timedOut } = await runCommand(process.execPath, ['scripts/install.js'], {
      cwd: copy,
      env: { ...process.env, PATH: `${bin}${delimiter}${process.env['PATH'] ?? ''}` },
      timeoutMs,
      signal,
    });
    if (timedOut) return `no result within ${timeoutMs / 1000} s (--download-timeout)`;
    if (code !== 0) return errorLine(output);
    // The script reports success before its last step; the files count.
    if (!existsSync(join(copy, tfjs.addon)) || !existsSync(join(copy, 'deps/lib'))) return errorLine(output);
    await rename(join(copy, 'deps'), join(folder, 'deps'));
    await rename(join(copy, 'lib'), join(folder, 'lib'));
    return undefined;
  } finally {
    await rm(join(folder, 'copy'), { recursive: true, force: true });
  }
}

/**
 * Give the copy the dependencies of the original: a link for each.
 *
 * @param {import('./tfjs-node.js').TfjsNode} tfjs
 * @param {string} modules
 */
async function linkDependencies(tfjs, modules) {
  const require = createRequire(join(tfjs.folder, 'package.json'));
  for (const name of tfjs.dependencies) {
    const found = (require.resolve.paths(name) ?? [])
      .map((path) => join(path, name))
      .find((path) => existsSync(path));
    if (found === undefined) continue;
    await mkdir(dirname(join(modules, name)), { recursive: true });
    await symlink(found, join(modules, name));
  }
}
