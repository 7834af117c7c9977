// @ts-check
import { mkdir, readFile, readdir } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { lastLines, runCommand } from './run-command.js';
import { diskFull, SetupError } from './setup-error.js';

/** Sources of tfjs-node's addon, relative to its package folder, as its binding.gyp lists them. */
export const ADDON_SOURCES = Object.freeze(['binding/tfjs_backend.cc', 'binding/tfjs_binding.cc']);

/**
 * A C++ compiler that runs: `$CXX`, else g++, c++, clang++.
 *
 * @param {AbortSignal} [signal]
 * @returns {Promise<string>}
 */
export async function findCompiler(signal) {
  const chosen = process.env['CXX'];
  const candidates = chosen === undefined || chosen === '' ? ['g++', 'c++', 'clang++'] : [chosen];
  for (const candidate of candidates) {
    if ((await runCommand(candidate, ['--version'], { signal })).code === 0) return candidate;
  }
  throw new SetupError(
    'no-compiler',
    `No C++ compiler was found (tried ${candidates.join(', ')}${chosen ? ', from CXX' : ''}).`,
    'Install one: apt-get install g++ (Debian, Ubuntu), dnf install gcc-c++ (Fedora); or name one with CXX=PATH.',
  );
}

/**
 * Compile tfjs-node's addon against a library folder.
 *
 * The addon speaks Node-API only, so two sources and four headers suffice (they come from the package
 * `node-api-headers`): no node-gyp, no Python, no headers of this Node, and one addon serves every Node version.
 *
 * @param {object} options
 * @param {string} options.compiler
 * @param {string} options.packageFolder tfjs-node's sources
 * @param {string} options.deps          folder with include/ and lib/
 * @param {string} options.output        the addon; found through its run path, deps must lie at ../../deps from it
 * @param {number} options.napiVersion   Node-API version, for example 8
 * @param {AbortSignal} [options.signal]
 */
export async function buildAddon({ compiler, packageFolder, deps, output, napiVersion, signal }) {
  await mkdir(dirname(output), { recursive: true });
  const nodeApi = join(
    dirname(createRequire(import.meta.url).resolve('node-api-headers/package.json')),
    'include',
  );
  const args = ['-shared', '-fPIC', '-O2', '-std=c++17'];
  args.push(
    `-DNAPI_VERSION=${napiVersion}`,
    '-DNODE_GYP_MODULE_NAME=tfjs_binding',
    '-DBUILDING_NODE_EXTENSION',
  );
  args.push('-I', packageFolder, '-I', nodeApi, '-I', join(deps, 'include'));
  args.push(...ADDON_SOURCES.map((source) => join(packageFolder, source)), '-o', output);
  args.push(
    '-Wl,-rpath,$ORIGIN/../../deps/lib',
    '-L',
    join(deps, 'lib'),
    '-ltensorflow',
    '-ltensorflow_framework',
  );
  const { code, output: words } = await runCommand(compiler, args, { signal });
  if (code === 0) return;
  if (words.includes('No space left on device')) throw diskFull(output);
  throw new SetupError(
    'build-failed',
    `${compiler} could not build the addon (exit code ${String(code)}):\n${lastLines(words)}`,
    'If a standard header is missing, install the compiler with its library: apt-get install g++. Otherwise try another with CXX=PATH.',
  );
}

/**
 * Texts of the addon's own sources and headers, from which the needed TensorFlow headers are found.
 *
 * @param {string} packageFolder
 */
export async function addonTexts(packageFolder) {
  const folder = join(packageFolder, 'binding');
  const names = (await readdir(folder)).filter((name) => /\.(cc|h)$/.test(name));
  return Promise.all(names.map((name) => readFile(join(folder, name), 'utf8')));
}
