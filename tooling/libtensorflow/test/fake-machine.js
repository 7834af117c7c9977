// @ts-check
import { spawn } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryFolder } from '@opi-snn/test-utils';

const PROGRAM = join(import.meta.dirname, '../bin/setup-tensorflow.js');

/** A compiler that writes FAKE_ADDON (default: a working one) or fails. It leaves a line per build in $CALLS. */
const COMPILER = `#!/bin/sh
[ "$1" = --version ] && exit 0
echo compile >> "$CALLS"
[ -n "$FAKE_COMPILER_WORDS" ] && { echo "$FAKE_COMPILER_WORDS" >&2; exit 1; }
while [ $# -gt 0 ]; do
  [ "$1" = -o ] && printf '%s' "\${FAKE_ADDON-addon}" > "$2"
  shift
done
`;

/** A Python whose pip "downloads" FAKE_WHEEL, fails with FAKE_PIP_WORDS, or hangs. It leaves a line per download. */
const PYTHON = `#!/bin/sh
[ "$3" = --version ] && { [ -z "$FAKE_NO_PIP" ]; exit; }
echo "$*" >> "$CALLS"
[ -n "$FAKE_PIP_HANGS" ] && exec /bin/sleep 100
[ -n "$FAKE_PIP_WORDS" ] && { echo "$FAKE_PIP_WORDS" >&2; exit 1; }
while [ $# -gt 0 ]; do
  [ "$1" = --dest ] && /bin/cp "$FAKE_WHEEL" "$2"
  shift
done
`;

/** What setup needs of tfjs-node, with the numbers that the proof expects. */
const PACKAGE_MAIN = `const { readFileSync } = require('node:fs');
const addon = readFileSync(__dirname + '/lib/napi-v8/tfjs_binding.node', 'utf8');
if (addon === 'crash') process.kill(process.pid, 'SIGSEGV');
if (addon.startsWith('throw')) throw new Error('libtensorflow.so: cannot open shared object file');
const y = [addon === 'wrong' ? 36 : 37, 47, 67, 77];
const tensor = (values) => ({ dataSync: () => Float32Array.from(values) });
module.exports = {
  tensor4d: tensor,
  conv2d: () => tensor(y),
  grads: () => () => [tensor([1, 4, 4, 6, 20, 16, 9, 24, 16]), tensor(y)],
  getBackend: () => (addon === 'cpu' ? 'cpu' : 'tensorflow'),
  backend: () => ({ binding: { TF_Version: '2.15.1' } }),
};
`;

/** The package's install script: refused unless FAKE_INSTALL says otherwise; it spoils package.json as the real one does. */
const PACKAGE_INSTALL = `const { mkdirSync, writeFileSync } = require('node:fs');
require('helper');
writeFileSync('package.json', '{}');
if (process.env.FAKE_INSTALL === 'hangs') setInterval(() => {}, 1000);
else if (process.env.FAKE_INSTALL === 'works') {
  mkdirSync('deps/lib', { recursive: true });
  mkdirSync('lib/napi-v8', { recursive: true });
  writeFileSync('deps/lib/libtensorflow.so.2.9.1', 'library');
  writeFileSync('lib/napi-v8/tfjs_binding.node', 'addon');
} else throw new Error('403 Forbidden');
`;

/**
 * A machine in a folder: tfjs-node installed without its library, a compiler, a Python with pip, an empty cache.
 *
 * @typedef {object} FakeMachine
 * @property {string} root
 * @property {string} target  package folder of tfjs-node
 * @property {string} cache
 * @property {string} bin     the only folder on PATH
 * @property {(args?: string[], env?: NodeJS.ProcessEnv) => Promise<Outcome>} setup runs the command
 * @property {(args?: string[], env?: NodeJS.ProcessEnv) => Running} start  starts it
 * @property {() => string[]} calls  what the compiler and pip were asked for
 * @property {() => unknown} manifest package.json of tfjs-node, read now
 *
 * @typedef {{ code: number | null, stdout: string, stderr: string }} Outcome
 * @typedef {{ child: import('node:child_process').ChildProcess, outcome: Promise<Outcome> }} Running
 */

/** @returns {FakeMachine} */
export function fakeMachine() {
  const root = temporaryFolder();
  const bin = join(root, 'bin');
  const target = join(root, 'node_modules/@tensorflow/tfjs-node');
  const cache = join(root, 'cache');
  mkdirSync(bin);
  program(join(bin, 'g++'), COMPILER);
  program(join(bin, 'python3'), PYTHON);
  writePackage(root, target);
  const calls = join(root, 'calls');
  /** @type {FakeMachine['start']} */
  const start = (args = [], env = {}) =>
    startProgram(['--target', target, '--cache', cache, ...args], {
      PATH: bin,
      HOME: root,
      CALLS: calls,
      ...env,
    });
  return {
    root,
    target,
    cache,
    bin,
    start,
    setup: (args, env) => start(args, env).outcome,
    calls: () => (existsSync(calls) ? readFileSync(calls, 'utf8').trim().split('\n') : []),
    manifest: () => JSON.parse(readFileSync(join(target, 'package.json'), 'utf8')),
  };
}

/**
 * @param {string} root
 * @param {string} target
 */
function writePackage(root, target) {
  const manifest = {
    name: '@tensorflow/tfjs-node',
    version: '4.22.0',
    main: 'index.js',
    dependencies: { helper: '1.0.0' },
    binary: { napi_versions: [3, 4, 5, 6, 7, 8] },
  };
  const files = {
    [join(target, 'package.json')]: JSON.stringify(manifest),
    [join(target, 'index.js')]: PACKAGE_MAIN,
    [join(target, 'scripts/install.js')]: PACKAGE_INSTALL,
    [join(target, 'binding/tfjs_backend.cc')]: '#include "tensorflow/c/c_api.h"\n#include <set>\n',
    [join(target, 'binding/tfjs_binding.cc')]: '#include <node_api.h>\n',
    [join(root, 'node_modules/helper/index.js')]: '',
    [join(root, 'node_modules/helper/package.json')]: '{ "name": "helper", "version": "1.0.0" }',
  };
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(join(path, '..'), { recursive: true });
    writeFileSync(path, text);
  }
}

/**
 * @param {string} path
 * @param {string} text
 */
function program(path, text) {
  writeFileSync(path, text);
  chmodSync(path, 0o755);
}

/**
 * @param {string[]} args
 * @param {NodeJS.ProcessEnv} env
 * @returns {Running}
 */
export function startProgram(args, env) {
  const child = spawn(process.execPath, [PROGRAM, ...args], { env, stdio: ['ignore', 'pipe', 'pipe'] });
  const text = { stdout: '', stderr: '' };
  child.stdout.setEncoding('utf8').on('data', (chunk) => (text.stdout += chunk));
  child.stderr.setEncoding('utf8').on('data', (chunk) => (text.stderr += chunk));
  const outcome = new Promise((resolve) => child.on('close', (code) => resolve({ code, ...text })));
  return { child, outcome };
}

/**
 * Names in a folder, empty if there is none.
 *
 * @param {string} folder
 */
export function names(folder) {
  return existsSync(folder) ? readdirSync(folder).sort() : [];
}
