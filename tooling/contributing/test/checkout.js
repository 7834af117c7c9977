import { cp, mkdir, mkdtemp, readFile, readdir, realpath, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, dirname, join, resolve } from 'node:path';

const ROOT = resolve(import.meta.dirname, '../../..');
const SHARED = ['tsconfig.base.json', 'tooling', 'checkpoints'];

/**
 * A checkout as far as a walk reaches: some folders copied to be changed, the rest and all dependencies those of this one.
 *
 * @param {{ packages: readonly string[], folders?: readonly string[] }} reach both relative to the root
 * @returns {Promise<string>} its root, in the temporary folder
 */
export async function createCheckout({ packages, folders = [] }) {
  const checkout = await realpath(await mkdtemp(join(tmpdir(), 'opi-guide-')));
  for (const folder of folders) await cp(join(ROOT, folder), join(checkout, folder), { recursive: true });
  for (const folder of packages) {
    await cp(join(ROOT, folder), join(checkout, folder), {
      recursive: true,
      filter: (path) => !['node_modules', '.turbo'].includes(basename(path)),
    });
    await linkDependencies(folder, checkout, packages);
  }
  for (const part of SHARED) await symlink(join(ROOT, part), join(checkout, part));
  return checkout;
}

/**
 * The dependencies of a package as installed here, except those that the checkout has a copy of.
 *
 * @param {string} folder of the package
 * @param {string} checkout
 * @param {readonly string[]} packages that are copied
 */
async function linkDependencies(folder, checkout, packages) {
  const installed = join(ROOT, folder, 'node_modules');
  for (const entry of await readdir(installed)) {
    if (entry.startsWith('.')) continue;
    const names = entry.startsWith('@')
      ? (await readdir(join(installed, entry))).map((name) => join(entry, name))
      : [entry];
    for (const name of names) {
      const target = await realpath(join(installed, name));
      const copied = packages.find((one) => target === join(ROOT, one));
      const link = join(checkout, folder, 'node_modules', name);
      await mkdir(dirname(link), { recursive: true });
      await symlink(copied === undefined ? target : join(checkout, copied), link);
    }
  }
}

/**
 * @typedef {object} GuideBlock
 * @property {string} language `ts`, `js`: a whole file; `diff`: a change of one that is there
 * @property {string} path from the root
 * @property {string} text
 */

/**
 * The code blocks of a section of CONTRIBUTING.md whose fence names a path.
 *
 * @param {string} title
 * @returns {Promise<GuideBlock[]>}
 */
export async function guideBlocks(title) {
  const guide = await readFile(join(ROOT, 'CONTRIBUTING.md'), 'utf8');
  const section = guide.split(/^## /mu).find((part) => part.startsWith(`${title}\n`)) ?? '';
  return [...section.matchAll(/^```(\w+) (\S+)\n([\s\S]*?)^```$/gmu)].map(
    ([, language = '', path = '', text = '']) => ({ language, path, text }),
  );
}

/**
 * Does what a reader of the guide does with its blocks.
 *
 * @param {readonly GuideBlock[]} blocks
 * @param {string} checkout
 */
export async function follow(blocks, checkout) {
  for (const { language, path, text } of blocks) {
    const file = join(checkout, path);
    if (language !== 'diff') {
      await mkdir(dirname(file), { recursive: true });
      await writeFile(file, text);
      continue;
    }
    await writeFile(file, applyDiff(await readFile(file, 'utf8'), text, path));
  }
}

/**
 * Replaces what stands in the file (lines with ` ` and `-`) by what shall stand there (lines with ` ` and `+`); a line `@@`
 * sets parts off.
 *
 * @param {string} before
 * @param {string} diff
 * @param {string} path for the message
 */
function applyDiff(before, diff, path) {
  return diff.split(/^@@.*\n/mu).reduce((text, part) => {
    const lines = part.trimEnd().split('\n');
    /** @param {string} sign of the lines to leave out */
    const without = (sign) =>
      lines
        .filter((line) => !line.startsWith(sign))
        .map((line) => `${line.slice(1)}\n`)
        .join('');
    const pieces = text.split(without('+'));
    if (pieces.length === 2) return pieces.join(without('-'));
    throw new Error(`CONTRIBUTING.md: these lines must stand once in ${path}:\n${without('+')}`);
  }, before);
}
