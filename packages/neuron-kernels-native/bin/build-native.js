#!/usr/bin/env node
// @ts-check
/**
 * Builds the native kernels for this platform into prebuilds/, where they are found at run time and published from.
 * Needs gcc or clang; the headers of Node-API come with `node-api-headers`, so nothing is downloaded.
 * `--remove` takes the binary of this platform away again.
 */
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, renameSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

const folder = fileURLToPath(new URL('..', import.meta.url));
const sources = join(folder, 'native');

/** Flags of each instruction set that kernels.c is compiled for. */
const INSTRUCTION_SETS = {
  x64: {
    sse42: ['-msse4.2', '-mpopcnt'],
    avx2: ['-mavx2', '-mpopcnt', '-mbmi', '-mbmi2'],
    avx512: ['-mavx512f', '-mavx512bw', '-mavx512dq', '-mavx512vl', '-mpopcnt', '-mbmi', '-mbmi2'],
  },
  arm64: { neon: [] },
};

/** One addition, one rounding: contraction to fused multiply-add would change the bits. */
const FLAGS = ['-std=gnu11', '-O3', '-fPIC', '-Wall', '-Wextra', '-ffp-contract=off', '-fno-fast-math'];
const LINK_FLAGS = process.platform === 'darwin' ? ['-bundle', '-undefined', 'dynamic_lookup'] : ['-shared'];

/** What the user must change for the build to succeed. */
class BuildError extends Error {}

function findCompiler() {
  const chosen = process.env['CC'];
  const candidates = chosen ? [chosen] : ['cc', 'gcc', 'clang'];
  const found = candidates.find((name) => spawnSync(name, ['--version']).status === 0);
  if (found !== undefined) return found;
  throw new BuildError(
    `no C compiler was found (tried ${candidates.join(', ')}${chosen ? ', from CC' : ''}). ` +
      'Install one: apt-get install gcc (Debian, Ubuntu), xcode-select --install (macOS); or name one with CC=PATH.',
  );
}

function instructionSets() {
  const found = Object.entries(INSTRUCTION_SETS).find(([arch]) => arch === process.arch);
  if (found !== undefined && ['linux', 'darwin'].includes(process.platform)) return Object.entries(found[1]);
  throw new BuildError(
    `platform must be linux or darwin on x64 or arm64, got ${process.platform} on ${process.arch}. ` +
      'Nothing needs the native kernels: WebAssembly gives the same results.',
  );
}

/** node-gyp-build tells the C libraries of Linux apart by a tag in the name. */
function libraryTag() {
  if (process.platform !== 'linux') return '';
  const { header } = /** @type {{ header: { glibcVersionRuntime?: string } }} */ (process.report.getReport());
  return header.glibcVersionRuntime === undefined ? '.musl' : '.glibc';
}

/**
 * @param {string} compiler
 * @param {string[]} args
 */
function compile(compiler, args) {
  const { status, stderr } = spawnSync(compiler, args, { encoding: 'utf8' });
  if (status !== 0) throw new BuildError(`${compiler} ${args.join(' ')} failed:\n${stderr}`);
}

/** @param {string} scratch folder for objects; the addon appears in its parent, whole or not at all */
function build(scratch) {
  const compiler = findCompiler();
  const objects = instructionSets().map(([name, flags]) => {
    const object = join(scratch, `${name}.o`);
    const source = join(sources, 'kernels.c');
    compile(compiler, [...FLAGS, ...flags, `-DINSTRUCTION_SET=${name}`, '-c', source, '-o', object]);
    return object;
  });
  const require = createRequire(import.meta.url);
  const headers = join(dirname(require.resolve('node-api-headers/package.json')), 'include');
  const addon = join(scratch, 'addon.node');
  const own = ['-DNAPI_VERSION=8', '-I', headers, join(sources, 'addon.c')];
  compile(compiler, [...FLAGS, ...LINK_FLAGS, ...own, ...objects, '-o', addon]);
  const proof = spawnSync(
    process.execPath,
    ['-p', 'require(process.argv[1]).instructionSets.join()', addon],
    {
      encoding: 'utf8',
    },
  );
  if (proof.status !== 0) throw new BuildError(`the addon was built but cannot be loaded:\n${proof.stderr}`);
  const built = join(dirname(scratch), `@opi-snn+neuron-kernels-native${libraryTag()}.node`);
  renameSync(addon, built);
  return { built, supported: proof.stdout.trim() };
}

const target = join(folder, 'prebuilds', `${process.platform}-${process.arch}`);

function run() {
  mkdirSync(target, { recursive: true });
  const scratch = mkdtempSync(join(target, 'building-'));
  try {
    const { built, supported } = build(scratch);
    process.stdout.write(`built ${built}; this processor runs ${supported}\n`);
  } catch (error) {
    if (!(error instanceof BuildError)) throw error;
    process.stderr.write(`build-native: ${error.message}\n`);
    process.exitCode = 1;
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

if (parseArgs({ options: { remove: { type: 'boolean' } } }).values.remove === true) {
  rmSync(target, { recursive: true, force: true });
  process.stdout.write(`removed ${target}\n`);
} else run();
