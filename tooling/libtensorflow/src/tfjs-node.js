// @ts-check
import { existsSync, readFileSync, realpathSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, resolve } from 'node:path';
import { SetupError } from './setup-error.js';

/**
 * An installed `@tensorflow/tfjs-node`.
 *
 * @typedef {object} TfjsNode
 * @property {string} folder       its real folder
 * @property {string} version
 * @property {number} napiVersion  Node-API version whose addon this Node loads
 * @property {string} addon        path of that addon inside the package, `lib/napi-v8/tfjs_binding.node`
 * @property {readonly string[]} dependencies names of the packages it needs
 */

/** The workspace's package that depends on tfjs-node. */
const DEPENDANT = join(import.meta.dirname, '../../../packages/training/package.json');

/**
 * Find the installed package.
 *
 * @param {string} [folder] default: the one that `packages/training` resolves
 * @returns {TfjsNode}
 */
export function findTfjsNode(folder) {
  const root = folder === undefined ? resolveFromDependant() : resolve(folder);
  if (root === undefined || !existsSync(join(root, 'package.json'))) {
    throw new SetupError(
      'not-installed',
      root === undefined
        ? '@tensorflow/tfjs-node is not installed.'
        : `${root} does not hold @tensorflow/tfjs-node.`,
      'Run pnpm install first (without --no-optional), or name the package folder with --target FOLDER.',
    );
  }
  /** @type {{ name?: string, version?: string, dependencies?: object, binary?: { napi_versions?: number[] } }} */
  const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  if (manifest.name !== '@tensorflow/tfjs-node') {
    throw new SetupError(
      'not-installed',
      `${root} is ${manifest.name ?? 'no package'}, not @tensorflow/tfjs-node.`,
      'Name the folder of the installed package with --target FOLDER.',
    );
  }
  // The choice that node-pre-gyp makes when tfjs-node is loaded.
  const supported = Number(process.versions['napi']);
  const napiVersion = Math.max(
    ...(manifest.binary?.napi_versions ?? [8]).filter((version) => version <= supported),
  );
  return {
    folder: realpathSync(root),
    version: manifest.version ?? 'unknown',
    napiVersion,
    addon: `lib/napi-v${napiVersion}/tfjs_binding.node`,
    dependencies: Object.keys(manifest.dependencies ?? {}),
  };
}

function resolveFromDependant() {
  try {
    return dirname(createRequire(DEPENDANT).resolve('@tensorflow/tfjs-node/package.json'));
  } catch {
    return undefined;
  }
}
