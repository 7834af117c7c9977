// @ts-check
import { readFileSync } from 'node:fs';

/** @import { Tarball } from './pack.js' */
/** @import { Bundle } from './browser-build.js' */

/**
 * Largest sizes [bytes] of a package.
 *
 * @typedef {object} Budget
 * @property {number} tarball without prebuilt binaries
 * @property {number} [prebuilt] what each prebuilt binary adds to the tarball
 * @property {number} [browser] for packages that run in browsers: the gzipped bundle with everything it depends on
 */

/** @type {Readonly<Record<string, Budget | undefined>>} */
export const BUDGETS = JSON.parse(readFileSync(new URL('../size-budgets.json', import.meta.url), 'utf8'));

const REMEDY = 'make it smaller, or raise tooling/release/size-budgets.json and say why in the commit';

/**
 * @param {readonly Tarball[]} tarballs
 * @returns {Promise<string[]>} problems
 */
export async function checkTarballSizes(tarballs) {
  return exceeded(
    tarballs.map(({ name, bytes, prebuilt }) => ({
      name,
      bytes,
      limit: tarballLimit(BUDGETS[name], prebuilt),
      what: 'tarball',
    })),
  );
}

/**
 * @param {Budget | undefined} budget
 * @param {number} prebuilt binaries in the tarball
 * @returns {number | undefined}
 */
export function tarballLimit(budget, prebuilt) {
  return budget && budget.tarball + prebuilt * (budget.prebuilt ?? 0);
}

/**
 * @param {readonly Bundle[]} bundles
 * @returns {string[]} problems
 */
export function checkBrowserSizes(bundles) {
  return exceeded(
    bundles.map(({ name, gzipBytes }) => ({
      name,
      bytes: gzipBytes,
      limit: BUDGETS[name]?.browser,
      what: 'gzipped browser bundle',
    })),
  );
}

/**
 * @param {readonly { readonly name: string, readonly bytes: number, readonly limit: number | undefined, readonly what: string }[]} sizes
 * @returns {string[]}
 */
export function exceeded(sizes) {
  return sizes
    .filter(({ bytes, limit }) => limit === undefined || bytes > limit)
    .map(({ name, bytes, limit, what }) =>
      limit === undefined
        ? `${name} has no budget for its ${what} (${bytes} bytes): add one to tooling/release/size-budgets.json`
        : `${name}: its ${what} must have at most ${limit} bytes, got ${bytes}: ${REMEDY}`,
    );
}
