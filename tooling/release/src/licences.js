// @ts-check
import { createHash } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { run } from './run.js';

/** Licences that may be used beside Apache-2.0 without duties beyond naming them. */
const ALLOWED = new Set([
  '0BSD',
  'Apache-2.0',
  'BSD-2-Clause',
  'BSD-3-Clause',
  'BlueOak-1.0.0',
  'ISC',
  'MIT',
  'Unlicense',
]);

/**
 * Licences that have no name of SPDX and were read: SHA-256 of the file. Another text has to be read again.
 * h5wasm: NIST's notice (use, change and copy, keep the notice) and HDF5's, which is BSD-3-Clause in other words.
 */
const READ = new Map([
  [
    'h5wasm',
    { file: 'LICENSE.txt', hash: 'f3ba6b8afe2a0d6f482f29a46672f88668ae02b16dfc4a2e878fd50a4f34fa6a' },
  ],
]);

/**
 * The part of a CycloneDX document that is read here.
 *
 * @typedef {object} Component
 * @property {string} name
 * @property {string} version
 * @property {readonly { readonly license?: { readonly id?: string, readonly name?: string }, readonly expression?: string }[]} [licenses]
 */

/**
 * Writes `sbom.json`, a CycloneDX bill of materials of a project.
 *
 * @param {string} project
 * @param {string} out
 * @returns {Promise<{ readonly components: readonly Component[] }>}
 */
export async function writeSbom(project, out) {
  const text = await run('npm', ['sbom', '--sbom-format', 'cyclonedx', '--omit', 'dev'], project);
  await writeFile(join(out, 'sbom.json'), text);
  return JSON.parse(text);
}

/**
 * @param {{ readonly components: readonly Component[] }} sbom
 * @param {string} project where the components are installed
 * @returns {Promise<string[]>} one problem per component whose licence is neither allowed nor one that was read
 */
export async function checkLicences({ components }, project) {
  const refused = components
    .map((component) => ({ ...component, stated: (component.licenses ?? []).map(licenceOf).join(' AND ') }))
    .filter(({ stated }) => !isAllowed(stated));
  const wasRead = await Promise.all(refused.map(({ name }) => isAsRead(name, project)));
  return refused
    .filter((_, index) => !wasRead[index])
    .map(
      ({ name, version, stated }) =>
        `${name}@${version} has the licence ${stated === '' ? '(none stated)' : stated}, which is not among ${[...ALLOWED].join(', ')}`,
    );
}

/**
 * @param {string} name
 * @param {string} project
 */
async function isAsRead(name, project) {
  const known = READ.get(name);
  if (known === undefined) return false;
  const text = await readFile(join(project, 'node_modules', name, known.file));
  return createHash('sha256').update(text).digest('hex') === known.hash;
}

/** @param {NonNullable<Component['licenses']>[number]} entry */
function licenceOf({ license, expression }) {
  return expression ?? license?.id ?? license?.name ?? '';
}

/** Every side of an AND, one side of an OR. @param {string} expression */
function isAllowed(expression) {
  const plain = expression.replaceAll(/[()]/g, '');
  return plain
    .split(' AND ')
    .every((side) => side.split(' OR ').some((licence) => ALLOWED.has(licence.trim())));
}
