import { execFile } from 'node:child_process';
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, describe, expect, test } from 'vitest';
import { createMethod } from '../src/new-method.js';
import { createCheckout, follow, guideBlocks } from './checkout.js';

const CONVERSION = 'packages/conversion';
const DATASETS = 'packages/datasets';
const EXPERIMENTS = 'apps/experiments';
const execute = promisify(execFile);

/** @type {string} */
let checkout = '';
afterEach(() => rm(checkout, { recursive: true, force: true }));

/**
 * What a program prints, run in a folder of the checkout.
 *
 * @param {string} folder
 * @param {readonly string[]} args of Node
 */
async function node(folder, ...args) {
  const environment = { ...process.env, NO_COLOR: '1', OPI_DATA_DIR: '' };
  try {
    return (await execute(process.execPath, args, { cwd: join(checkout, folder), env: environment })).stdout;
  } catch (error) {
    const { stdout = '', stderr = '' } = /** @type {{ stdout?: string, stderr?: string }} */ (error);
    throw new Error(`${args.join(' ')}\n${stdout}${stderr}`, { cause: error });
  }
}

/**
 * Checks a file, and what it imports, as its package would.
 *
 * @param {string} folder of the package
 * @param {string} file in it
 */
async function typeCheck(folder, file) {
  const settings = { extends: './tsconfig.json', include: [file] };
  await writeFile(join(checkout, folder, 'tsconfig.guide.json'), JSON.stringify(settings));
  await node(folder, 'node_modules/typescript/bin/tsc', '-p', 'tsconfig.guide.json', '--noEmit');
}
/** @param {string} folder */
const build = (folder) => node(folder, 'node_modules/typescript/bin/tsc', '-p', 'tsconfig.build.json');
/**
 * @param {string} folder
 * @param {readonly string[]} files
 */
const runTests = (folder, ...files) => node(folder, 'node_modules/vitest/vitest.mjs', 'run', ...files);
/** @param {readonly string[]} args */
const opi = (...args) => node('.', `${EXPERIMENTS}/bin/opi.js`, ...args);

describe('CONTRIBUTING.md', () => {
  test('a new conversion method: starts from files that type-check and pass, ends, as written, with a method that does', async () => {
    checkout = await createCheckout({ packages: [CONVERSION, EXPERIMENTS], folders: ['docs/methods'] });
    await createMethod('percentile-99', checkout);
    await typeCheck(CONVERSION, 'test/methods/percentile-99.test.ts');
    await runTests(CONVERSION, 'test/methods/percentile-99.test.ts');

    const blocks = await guideBlocks('A new conversion method');
    expect(blocks.map(({ path }) => path)).toEqual([
      `${CONVERSION}/src/methods/percentile-99.ts`,
      `${CONVERSION}/test/methods/percentile-99.test.ts`,
    ]);
    await follow(blocks, checkout);
    await build(CONVERSION);
    await runTests(CONVERSION, 'test/methods/percentile-99.test.ts', 'test/methods.test.ts');
  });

  test('a new table or figure: as written, it is listed, its test passes', async () => {
    checkout = await createCheckout({ packages: [EXPERIMENTS] });
    const blocks = await guideBlocks('A new table or figure');
    expect(blocks.map(({ language }) => language)).toEqual(['ts', 'diff', 'ts']);
    await follow(blocks, checkout);
    await build(EXPERIMENTS);
    await typeCheck(EXPERIMENTS, 'test/quarters.test.ts');
    await runTests(EXPERIMENTS, 'test/quarters.test.ts');
    expect(await opi('reproduce', '--list')).toContain('quarters-embedded-vgg');
  });

  test('a new data set: as written, its test passes and its files are as published', async () => {
    checkout = await createCheckout({ packages: [DATASETS, EXPERIMENTS] });
    const blocks = await guideBlocks('A new data set');
    expect(blocks.map(({ language }) => language)).toEqual(['js', 'ts', 'diff', 'diff', 'diff', 'ts']);
    await writeFile(join(checkout, 'package.json'), '{ "type": "module" }\n');
    await follow(blocks, checkout);
    await build(DATASETS);
    await typeCheck(DATASETS, 'test/bars.test.ts');
    await runTests(DATASETS, 'test/bars.test.ts');
    await node('.', 'make-bars.js', 'data');
    expect(await opi('data', 'verify', 'bars', '--data', 'data')).toContain('every checksum agrees');
  });
});
