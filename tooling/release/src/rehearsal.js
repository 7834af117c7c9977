// @ts-check
import { buildForBrowsers } from './browser-build.js';
import { createConsumer } from './consumer.js';
import { runExamples } from './examples.js';
import { checkLicences, writeSbom } from './licences.js';
import { packPackages } from './pack.js';
import { publishablePackages } from './packages.js';
import { checkBrowserSizes, checkTarballSizes } from './size-budgets.js';
import { checkTypes } from './types.js';

/**
 * @typedef {object} RehearsalOptions
 * @property {string} out folder for tarballs, SBOM and the consuming project
 * @property {readonly string[]} nodeVersions
 */

/**
 * Goes through all steps; a step that finds problems does not keep the next from running, a step that fails does.
 *
 * @param {RehearsalOptions} options
 * @returns {Promise<number>} exit code
 */
export async function rehearse({ out, nodeVersions }) {
  /** @type {string[]} */
  const problems = [];
  /**
   * @template Result
   * @param {string} title
   * @param {() => Promise<Result>} work
   */
  const step = async (title, work) => {
    const begun = performance.now();
    const result = await work();
    process.stdout.write(`${title} (${((performance.now() - begun) / 1000).toFixed(1)} s)\n`);
    return result;
  };
  /**
   * @param {string} title
   * @param {() => Promise<readonly string[]>} work
   */
  const check = async (title, work) => {
    const found = await step(title, work);
    for (const problem of found) process.stdout.write(`  ✗ ${problem}\n`);
    problems.push(...found);
  };

  const packages = await publishablePackages();
  const tarballs = await step(`packed ${packages.length} packages`, () => packPackages(packages, out));
  await check('sizes of the tarballs', () => checkTarballSizes(tarballs));
  const project = await step('installed the tarballs in an empty project', () =>
    createConsumer(out, tarballs),
  );
  const sbom = await step('wrote the bill of materials, sbom.json', () => writeSbom(project, out));
  await check('licences of all dependencies', () => checkLicences(sbom, project));
  await check('types, NodeNext and bundler resolution', () => checkTypes(project, packages));
  for (const version of nodeVersions) {
    await check(`README examples on Node ${version}`, () => runExamples(project, packages, version));
  }
  const bundles = await step('built for browsers with Vite', () => buildForBrowsers(project, packages));
  await check('sizes of the browser bundles', async () => checkBrowserSizes(bundles));

  process.stdout.write(
    problems.length === 0 ? 'The tarballs work alone.\n' : `${problems.length} problems; see ✗ above.\n`,
  );
  return problems.length === 0 ? 0 : 1;
}
