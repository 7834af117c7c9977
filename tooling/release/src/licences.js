// @ts-check
import { writeFile } from 'node:fs/promises';
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
 * @returns {string[]} one problem per component whose licence is not allowed, or not stated
 */
export function checkLicences({ components }) {
  return components
    .map((component) => ({ ...component, stated: (component.licenses ?? []).map(licenceOf).join(' AND ') }))
    .filter(({ stated }) => !isAllowed(stated))
    .map(
      ({ name, version, stated }) =>
        `${name}@${version} has the licence ${stated === '' ? '(none stated)' : stated}, which is not among ${[...ALLOWED].join(', ')}`,
    );
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
