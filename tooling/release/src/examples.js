// @ts-check
import { join } from 'node:path';
import { readmeExamples, runExample } from '@opi-snn/test-utils';
import { run } from './run.js';

/** @import { ReadmeExample } from '@opi-snn/test-utils' */
/** @import { PublishablePackage } from './packages.js' */

/**
 * The examples in the README that a tarball carries.
 *
 * @param {string} project with the tarballs installed
 * @param {string} name of the package
 * @returns {Promise<ReadmeExample[]>}
 */
export function packageExamples(project, name) {
  return readmeExamples(join(project, 'node_modules', name));
}

/**
 * Runs every example in the project and compares what it prints with what it promises.
 *
 * @param {string} project with the tarballs installed
 * @param {readonly PublishablePackage[]} packages
 * @param {string} nodeVersion fetched by npx where it is not the one that runs
 * @returns {Promise<string[]>} problems
 */
export async function runExamples(project, packages, nodeVersion) {
  const node = await nodeExecutable(nodeVersion, project);
  const problems = [];
  for (const { name } of packages) {
    const examples = await packageExamples(project, name);
    if (examples.length === 0) problems.push(`${name}: README.md must have an example that runs`);
    for (const example of examples) {
      await runExample(project, example, { node }).catch((/** @type {Error} */ error) => {
        problems.push(`${name}: ${error.message}`);
      });
    }
  }
  return problems;
}

/**
 * @param {string} version
 * @param {string} cwd
 */
async function nodeExecutable(version, cwd) {
  if (process.versions.node.startsWith(`${version}.`) || process.versions.node === version)
    return process.execPath;
  const path = await run('npx', ['--yes', '-p', `node@${version}`, '-c', 'node -p process.execPath'], cwd);
  return path.trim();
}
