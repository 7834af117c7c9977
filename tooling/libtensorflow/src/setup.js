// @ts-check
import { mkdir, rm, symlink } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { addonTexts, buildAddon, findCompiler } from './addon.js';
import { cacheEntries, makeEntry, sweepCache } from './cache.js';
import { megabytes, requireSpace } from './disk-space.js';
import { downloadWheel } from './download.js';
import { findHeaders } from './headers.js';
import { installedEntry, installLinks, recoverAside, removeLinks } from './installation.js';
import { openLibrarySource } from './library-source.js';
import { lockCache } from './lock.js';
import { installByPackage } from './package-route.js';
import { requirePlatform } from './platform.js';
import { prove, requireProof } from './proof.js';
import { SetupError } from './setup-error.js';
import { findTfjsNode } from './tfjs-node.js';
import { entryUsers, forgetUser, recordUser } from './users.js';

/**
 * @typedef {object} SetupOptions
 * @property {string | undefined} [target] package folder of tfjs-node; default: the workspace's
 * @property {string} cache          where the library is kept
 * @property {string | undefined} [from] wheel or folder to take the library from
 * @property {boolean} skipDownload  leave out the package's own route
 * @property {number} downloadTimeoutMs  time limit of the package's own route [ms]
 * @property {boolean} show          copy the progress of a download to stderr
 * @property {(text: string) => void} log  one line per step
 * @property {AbortSignal} [signal]
 */

/**
 * @typedef {object} SetupState
 * @property {'working' | 'broken' | 'absent'} state
 * @property {boolean} changed      this call changed something
 * @property {string} target        package folder of tfjs-node
 * @property {string} [tensorflow]  version of the library at work
 * @property {string} [source]      what the library came from; absent if this command did not install it
 * @property {string} [library]     where it is kept
 * @property {string} [reason]      why it does not work
 */

/**
 * Make tfjs-node work: keep what works, else link a library of the cache, else the package's own route, else a wheel.
 *
 * @param {SetupOptions} options
 * @returns {Promise<SetupState>}
 */
export async function setup(options) {
  const { target, cache, log, signal } = options;
  const tfjs = findTfjsNode(target);
  const unlock = await lockCache(cache);
  try {
    await sweepCache(cache);
    await recoverAside(tfjs.folder);
    const before = await status(options);
    if (before.state === 'working' && options.from === undefined) {
      if (before.source !== undefined && before.library !== undefined)
        await recordUser(before.library, tfjs.folder);
      return before;
    }
    const arch = requirePlatform();
    for (const entry of options.from === undefined ? await fittingEntries(cache, tfjs, arch) : []) {
      log(`using the library in the cache: ${entry.manifest.source}`);
      const after = await install(tfjs, entry, signal).catch(onlyFailedProof);
      if (after !== undefined) return after;
      log('it does not work any more; making it anew');
      await rm(entry.folder, { recursive: true, force: true });
    }
    const entry = await build(options, tfjs, arch);
    if (before.state === 'working' && before.library === entry.folder) return before;
    log('proving it with a convolution and its gradients');
    const after = await install(tfjs, entry, signal).catch(async (/** @type {unknown} */ error) => {
      // Kept, it would be found again by a run with another compiler; the wheel stays for that run.
      if (error instanceof SetupError) await rm(entry.folder, { recursive: true, force: true });
      throw error;
    });
    await rm(join(cache, 'wheels'), { recursive: true, force: true });
    return after;
  } finally {
    await unlock();
  }
}

/**
 * What is installed now; changes nothing.
 *
 * @param {Pick<SetupOptions, 'target' | 'signal'>} options
 * @returns {Promise<SetupState>}
 */
export async function status({ target, signal }) {
  const tfjs = findTfjsNode(target);
  const installed = await installedEntry(tfjs.folder);
  const proof = await prove(tfjs, signal);
  const { tensorflow, reason } = proof;
  return {
    state: proof.works ? 'working' : reason?.startsWith('there is no') ? 'absent' : 'broken',
    changed: false,
    target: tfjs.folder,
    ...(tensorflow === undefined ? {} : { tensorflow }),
    ...(reason === undefined ? {} : { reason }),
    ...(installed === undefined ? {} : { library: installed.folder }),
    ...(installed?.entry === undefined ? {} : { source: installed.entry.manifest.source }),
  };
}

/**
 * Undo {@link setup}: remove the links, wheels that a stopped run left, and the library they lead to unless other
 * checkouts use it.
 *
 * @param {Pick<SetupOptions, 'target' | 'cache' | 'log'>} options
 * @returns {Promise<{ removed: string[], target: string, usedBy: string[] }>} usedBy: package folders for which the
 *   library was kept
 */
export async function remove({ target, cache, log }) {
  const tfjs = findTfjsNode(target);
  const unlock = await lockCache(cache);
  try {
    await sweepCache(cache);
    const library = await removeLinks(tfjs.folder);
    const removed = library === undefined ? [] : ['deps', 'lib'].map((place) => join(tfjs.folder, place));
    const usedBy = library === undefined ? [] : await releaseEntry(library, tfjs.folder);
    if (library !== undefined && usedBy.length === 0) removed.push(library);
    await rm(join(cache, 'wheels'), { recursive: true, force: true });
    log(removed.length === 0 ? 'nothing was installed' : `removed\n  ${removed.join('\n  ')}`);
    if (usedBy.length > 0) log(`kept ${library ?? ''}, which is used by\n  ${usedBy.join('\n  ')}`);
    return { removed, target: tfjs.folder, usedBy };
  } finally {
    await unlock();
  }
}

/**
 * Delete an entry that nobody uses any more.
 *
 * @param {string} library
 * @param {string} packageFolder that does not use it from now on
 * @returns {Promise<string[]>} who still uses it
 */
async function releaseEntry(library, packageFolder) {
  // Links of an older run may lead to another cache; only a folder that is an entry is deleted.
  if (basename(join(library, '..')) !== 'entries') return [];
  await forgetUser(library, packageFolder);
  const users = await entryUsers(library);
  if (users.length === 0) await rm(library, { recursive: true, force: true });
  return users;
}

/** @typedef {import('./cache.js').CacheEntry} CacheEntry */
/** @typedef {import('./tfjs-node.js').TfjsNode} TfjsNode */
/** @typedef {import('./platform.js').Arch} Arch */

/**
 * Link an entry into the package folder, proven or not at all.
 *
 * @param {TfjsNode} tfjs
 * @param {CacheEntry} entry
 * @param {AbortSignal} [signal]
 * @returns {Promise<SetupState>}
 */
async function install(tfjs, entry, signal) {
  const { tensorflow } = await installLinks(tfjs.folder, entry.folder, () => requireProof(tfjs, signal));
  await recordUser(entry.folder, tfjs.folder);
  const version = tensorflow === undefined ? {} : { tensorflow };
  const source = { library: entry.folder, source: entry.manifest.source };
  return { state: 'working', changed: true, target: tfjs.folder, ...version, ...source };
}

/** @param {unknown} error */
function onlyFailedProof(error) {
  if (error instanceof SetupError && error.code === 'proof-failed') return undefined;
  throw error;
}

/**
 * Entries of the cache for this package and machine, from an earlier run or another checkout.
 *
 * @param {string} cache
 * @param {TfjsNode} tfjs
 * @param {Arch} arch
 */
async function fittingEntries(cache, tfjs, arch) {
  return (await cacheEntries(cache)).filter(
    ({ manifest }) =>
      manifest.tfjsNode === tfjs.version && manifest.arch === arch && manifest.addon === tfjs.addon,
  );
}

/**
 * @param {SetupOptions} options
 * @param {TfjsNode} tfjs
 * @param {Arch} arch
 * @returns {Promise<CacheEntry>}
 */
async function build(options, tfjs, arch) {
  const { cache, from, skipDownload, log } = options;
  if (from === undefined && !skipDownload) {
    const entry = await packageEntry(options, tfjs, arch);
    if (entry !== undefined) return entry;
  }
  if (from !== undefined) return libraryEntry(options, tfjs, arch, from);
  // Asked before the large download, not after it.
  await findCompiler(options.signal);
  const folder = join(cache, 'wheels');
  const wheel = await downloadWheel({ arch, folder, log, show: options.show, signal: options.signal });
  return libraryEntry(options, tfjs, arch, wheel);
}

/**
 * @param {SetupOptions} options
 * @param {TfjsNode} tfjs
 * @param {Arch} arch
 * @returns {Promise<CacheEntry | undefined>}
 */
async function packageEntry({ cache, downloadTimeoutMs, log, signal }, tfjs, arch) {
  log(
    `trying the package's own download (at most ${downloadTimeoutMs / 1000} s; --skip-download leaves it out)`,
  );
  let reason;
  const entry = await makeEntry(cache, `package-${tfjs.version}-${arch}`, async (folder) => {
    reason = await installByPackage({ tfjs, folder, timeoutMs: downloadTimeoutMs, signal });
    if (reason !== undefined) throw new RouteFailed(reason);
    const source = `the package's own download (tfjs-node ${tfjs.version})`;
    return { ...facts(tfjs, arch), route: 'package', source, sourceId: 'package' };
  }).catch((/** @type {unknown} */ error) => {
    if (error instanceof RouteFailed) return undefined;
    throw error;
  });
  if (entry === undefined) log(`it failed: ${reason}`);
  return entry;
}

/** The package's own route did not succeed; another one follows. */
class RouteFailed extends Error {}

/**
 * @param {SetupOptions} options
 * @param {TfjsNode} tfjs
 * @param {Arch} arch
 * @param {string} path wheel or folder
 * @returns {Promise<CacheEntry>}
 */
async function libraryEntry({ cache, from, log, signal }, tfjs, arch, path) {
  const source = await openLibrarySource(path, arch, signal);
  try {
    log(`taking ${source.label}`);
    const name = `${source.id}-tfjs-node-${tfjs.version}`;
    const made = (await fittingEntries(cache, tfjs, arch)).find(({ folder }) => basename(folder) === name);
    if (made !== undefined) return made;
    const compiler = await findCompiler(signal);
    return await makeEntry(cache, name, async (folder) => {
      await requireSpace(folder, source.bytes + 20e6, 'The unpacked library');
      log(`unpacking ${megabytes(source.bytes)}`);
      const deps = join(folder, 'deps');
      await placeLibrary(source, deps);
      const headers = await findHeaders(await addonTexts(tfjs.folder), source.readHeader);
      for (const header of headers) await source.saveHeader(header, join(deps, 'include', header));
      log(`building the addon with ${compiler}`);
      const output = join(folder, tfjs.addon);
      await buildAddon({
        compiler,
        packageFolder: tfjs.folder,
        deps,
        output,
        napiVersion: tfjs.napiVersion,
        signal,
      });
      const route = from === undefined ? 'wheel' : 'from';
      return { ...facts(tfjs, arch), route, source: source.label, sourceId: source.id };
    });
  } finally {
    source.close();
  }
}

/**
 * The lib folder that the addon is linked with: the two libraries under their own names, and names for the linker.
 *
 * @param {import('./library-source.js').LibrarySource} source
 * @param {string} deps
 */
async function placeLibrary(source, deps) {
  const lib = join(deps, 'lib');
  await mkdir(lib, { recursive: true });
  const names = /** @type {const} */ ([
    [source.core, 'libtensorflow.so'],
    [source.framework, 'libtensorflow_framework.so'],
  ]);
  for (const [library, linkerName] of names) {
    await source.saveLibrary(library, join(lib, basename(library)));
    await symlink(basename(library), join(lib, linkerName));
  }
}

/**
 * @param {TfjsNode} tfjs
 * @param {Arch} arch
 */
const facts = (tfjs, arch) => ({ tfjsNode: tfjs.version, arch, addon: tfjs.addon });
