// @ts-check
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { run } from './run.js';

/** @import { Tarball } from './pack.js' */

/**
 * An empty project that depends on the tarballs, installed by npm, which every Node has.
 *
 * @param {string} out the project goes to its folder `project`
 * @param {readonly Tarball[]} tarballs
 * @returns {Promise<string>} the project's folder
 */
export async function createConsumer(out, tarballs) {
  const project = join(out, 'project');
  await rm(project, { recursive: true, force: true });
  await mkdir(project, { recursive: true });
  const dependencies = Object.fromEntries(tarballs.map(({ name, path }) => [name, `file:${path}`]));
  const manifest = { name: 'consumer', version: '1.0.0', private: true, type: 'module', dependencies };
  await writeFile(join(project, 'package.json'), JSON.stringify(manifest, null, 2));
  // Scripts would download or compile what is optional: the native kernels and TensorFlow.
  await run('npm', ['install', '--ignore-scripts', '--no-audit', '--no-fund', '--prefer-offline'], project);
  return project;
}
