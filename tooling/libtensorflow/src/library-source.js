// @ts-check
import { constants } from 'node:fs';
import { copyFile, mkdir, readFile, readdir, stat } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { requireElf, requireElfFile } from './platform.js';
import { SetupError } from './setup-error.js';
import { checkWheelSum, memberHead, memberText, openWheel, saveMember } from './wheel.js';

/**
 * Where libtensorflow comes from, whatever its form: paths inside it, and how to read and copy them.
 *
 * @typedef {object} LibrarySource
 * @property {string} label      what it is, for people
 * @property {string} version    TensorFlow's version, or `unknown`
 * @property {string} id         names it in the cache: letters, digits, `.`, `_`, `-`
 * @property {string} core       path of the library with the C interface
 * @property {string} framework  path of the framework library
 * @property {number} bytes      size of both libraries
 * @property {(header: string) => Promise<string | undefined>} readHeader by path under the include folder
 * @property {(header: string, target: string) => Promise<void>} saveHeader
 * @property {(library: string, target: string) => Promise<void>} saveLibrary
 * @property {() => void} close
 */

/** @typedef {import('./platform.js').Arch} Arch */

/** Names under which the library with the C interface is published: in wheels, and in libtensorflow's own archive. */
const CORE_NAMES = ['libtensorflow_cc.so.2', 'libtensorflow.so.2'];
const FRAMEWORK_NAME = 'libtensorflow_framework.so.2';

/**
 * Open what `--from` names: a wheel, a folder with one wheel in it, an unpacked wheel (also an installed `tensorflow`
 * folder), or an unpacked libtensorflow archive (`lib/`, `include/`).
 *
 * @param {string} path
 * @param {Arch} arch
 * @param {AbortSignal} [signal]
 * @returns {Promise<LibrarySource>}
 */
export async function openLibrarySource(path, arch, signal) {
  const full = resolve(path);
  const kind = await stat(full).catch(() => undefined);
  if (kind === undefined) throw notALibrary(full, 'it does not exist');
  if (!kind.isDirectory()) return openWheelSource(full, arch, signal);
  const wheels = (await readdir(full)).filter((name) => name.endsWith('.whl'));
  if (wheels.length > 1) throw notALibrary(full, `it holds several wheels (${wheels.join(', ')}); name one`);
  if (wheels[0] !== undefined) return openWheelSource(join(full, wheels[0]), arch, signal);
  return openFolderSource(full, arch);
}

/**
 * @param {string} file
 * @param {Arch} arch
 * @param {AbortSignal} [signal]
 * @returns {Promise<LibrarySource>}
 */
async function openWheelSource(file, arch, signal) {
  const wheel = await openWheel(file);
  try {
    const { sha256, pinned } = await checkWheelSum(file, signal);
    const core = CORE_NAMES.map((name) => `tensorflow/${name}`).find((name) => wheel.members.has(name));
    const framework = `tensorflow/${FRAMEWORK_NAME}`;
    if (core === undefined || !wheel.members.has(framework)) {
      throw notALibrary(file, `it has no tensorflow/${CORE_NAMES[0]} with tensorflow/${FRAMEWORK_NAME}`);
    }
    for (const name of [core, framework]) requireElf(await memberHead(wheel, name, 20), name, arch);
    const sum = pinned
      ? 'SHA-256 as published'
      : 'not one of the known files; each member checked against its own RECORD';
    return {
      label: `${wheel.name} ${wheel.version} from ${basename(file)} (${sum})`,
      version: wheel.version,
      id: `${wheel.name}-${wheel.version}-${sha256.slice(0, 12)}`.replaceAll(/[^\w.-]/g, '_'),
      core,
      framework,
      bytes: [core, framework].reduce(
        (sum, name) => sum + (wheel.members.get(name)?.uncompressedSize ?? 0),
        0,
      ),
      readHeader: (header) => memberText(wheel, `tensorflow/include/${header}`),
      saveHeader: (header, target) => saveMember(wheel, `tensorflow/include/${header}`, target, signal),
      saveLibrary: (library, target) => saveMember(wheel, library, target, signal),
      close: () => {
        wheel.zip.close();
      },
    };
  } catch (error) {
    wheel.zip.close();
    throw error;
  }
}

/**
 * @param {string} folder
 * @param {Arch} arch
 * @returns {Promise<LibrarySource>}
 */
async function openFolderSource(folder, arch) {
  const layouts = [
    { libraries: join(folder, 'lib'), include: join(folder, 'include') },
    { libraries: folder, include: join(folder, 'include') },
    { libraries: join(folder, 'tensorflow'), include: join(folder, 'tensorflow/include') },
  ];
  for (const { libraries, include } of layouts) {
    const names = await readdir(libraries).catch(() => /** @type {string[]} */ ([]));
    const coreName = CORE_NAMES.find((name) => names.includes(name));
    if (coreName === undefined || !names.includes(FRAMEWORK_NAME)) continue;
    const core = join(libraries, coreName);
    const framework = join(libraries, FRAMEWORK_NAME);
    for (const file of [core, framework]) await requireElfFile(file, arch);
    const sizes = await Promise.all([core, framework].map(async (file) => (await stat(file)).size));
    return {
      label: `libtensorflow from ${folder} (not checked against a sum)`,
      version: 'unknown',
      id: `folder-${sizes.join('-')}`,
      core,
      framework,
      bytes: sizes.reduce((sum, size) => sum + size, 0),
      readHeader: (header) => readFile(join(include, header), 'utf8').catch(() => undefined),
      saveHeader: (header, target) => copy(join(include, header), target),
      saveLibrary: copy,
      close: () => undefined,
    };
  }
  throw notALibrary(folder, `it holds neither a wheel nor ${CORE_NAMES[0]} with ${FRAMEWORK_NAME}`);
}

/**
 * @param {string} from
 * @param {string} to
 */
async function copy(from, to) {
  await mkdir(dirname(to), { recursive: true });
  await copyFile(from, to, constants.COPYFILE_FICLONE);
}

/**
 * @param {string} path
 * @param {string} reason
 */
function notALibrary(path, reason) {
  return new SetupError(
    'broken-wheel',
    `${path} cannot be used: ${reason}.`,
    'Give --from a TensorFlow wheel (.whl), a folder with one, an unpacked wheel, or an unpacked libtensorflow archive.',
  );
}
