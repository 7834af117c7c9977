import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createMethod } from '../src/new-method.js';

const ROOT = resolve(import.meta.dirname, '../../..');
const CONVERSION = 'packages/conversion';
const run = promisify(execFile);

/** The files of the guide: blocks whose fence names a path. @returns {Promise<[path: string, text: string][]>} */
async function guideFiles() {
  const guide = await readFile(join(ROOT, 'CONTRIBUTING.md'), 'utf8');
  return [...guide.matchAll(/^```ts (\S+)\n([\s\S]*?)^```$/gmu)].map(([, path, text]) => [
    path ?? '',
    text ?? '',
  ]);
}

/** @type {string} */
let checkout;

// A checkout as far as the walk reaches: the conversion package, with the installed dependencies of this one.
beforeAll(async () => {
  checkout = await mkdtemp(join(tmpdir(), 'opi-guide-'));
  for (const part of [`${CONVERSION}/src`, `${CONVERSION}/test`, 'docs/methods']) {
    await cp(join(ROOT, part), join(checkout, part), { recursive: true });
  }
  for (const file of [
    'package.json',
    'tsconfig.json',
    'tsconfig.build.json',
    'vitest.config.ts',
    'README.md',
  ]) {
    await cp(join(ROOT, CONVERSION, file), join(checkout, CONVERSION, file)).catch(() => undefined);
  }
  for (const part of ['tsconfig.base.json', 'tooling', `${CONVERSION}/node_modules`]) {
    await symlink(join(ROOT, part), join(checkout, part));
  }
});
afterAll(() => rm(checkout, { recursive: true, force: true }));

/** @param {readonly string[]} args */
const inPackage = (...args) => run(process.execPath, args, { cwd: join(checkout, CONVERSION) });

describe('CONTRIBUTING.md, a new conversion method', () => {
  test('starts from files that already type-check and pass, and ends, as written, with a method that does', async () => {
    await createMethod('percentile-99', checkout);
    await inPackage('node_modules/typescript/bin/tsc', '-p', 'tsconfig.json', '--noEmit');
    await inPackage('node_modules/vitest/vitest.mjs', 'run', 'test/methods', 'test/methods.test.ts');

    const files = await guideFiles();
    expect(files.map(([path]) => path)).toEqual([
      `${CONVERSION}/src/methods/percentile-99.ts`,
      `${CONVERSION}/test/methods/percentile-99.test.ts`,
    ]);
    for (const [path, text] of files) {
      await mkdir(dirname(join(checkout, path)), { recursive: true });
      await writeFile(join(checkout, path), text);
    }
    await inPackage('node_modules/typescript/bin/tsc', '-p', 'tsconfig.json', '--noEmit');
    const { stdout } = await inPackage(
      'node_modules/vitest/vitest.mjs',
      'run',
      'test/methods',
      'test/methods.test.ts',
    );
    expect(stdout).toContain('test/methods/percentile-99.test.ts');
  });
});
