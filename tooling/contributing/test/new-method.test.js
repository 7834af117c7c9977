import { execFileSync } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createMethod } from '../src/new-method.js';

const REGISTRY = 'packages/conversion/src/methods/registry.ts';
const ROOT = new URL('../../..', import.meta.url);

/** @type {string} */
let root;

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'opi-method-'));
  await mkdir(join(root, 'packages/conversion/src/methods'), { recursive: true });
  await writeFile(join(root, REGISTRY), await readFile(new URL(REGISTRY, ROOT)));
});
afterEach(() => rm(root, { recursive: true }));

describe('createMethod', () => {
  test('writes file, test and page, and registers import, name and entry', async () => {
    expect(await createMethod('signed-memory', root)).toEqual([
      'packages/conversion/src/methods/signed-memory.ts',
      'packages/conversion/test/methods/signed-memory.test.ts',
      'docs/methods/signed-memory.md',
      REGISTRY,
    ]);
    const registry = await readFile(join(root, REGISTRY), 'utf8');
    expect(registry).toContain("import { SIGNED_MEMORY } from './signed-memory.js';\n");
    expect(registry).toContain("\n  | 'signed-memory';");
    expect(registry).toContain("\n  'signed-memory': SIGNED_MEMORY,\n};");
  });

  test('writes what `pnpm check` accepts as formatted', async () => {
    const paths = await createMethod('signed-memory', root);
    const inRoot = (/** @type {string} */ path) => fileURLToPath(new URL(path, ROOT));
    const prettier = inRoot('node_modules/prettier/bin/prettier.cjs');
    const options = ['--config', inRoot('.prettierrc.json'), '--list-different'];
    // Prettier's exit code throws where a file would be changed, and the error names the file.
    execFileSync(process.execPath, [prettier, ...options, ...paths], { cwd: root });
  });

  test.each(['Signed', '../opi', 'a--b', '1st', ''])(
    'refuses the name %j and writes nothing',
    async (name) => {
      const before = await readFile(join(root, REGISTRY), 'utf8');
      await expect(createMethod(name, root)).rejects.toThrow(
        `new:method: NAME must be lower-case words joined by hyphens, got ${JSON.stringify(name)}.`,
      );
      expect(await readFile(join(root, REGISTRY), 'utf8')).toBe(before);
    },
  );

  test('overwrites nothing, and names every file that is there', async () => {
    await createMethod('signed-memory', root);
    const before = await readFile(join(root, REGISTRY), 'utf8');
    await expect(createMethod('signed-memory', root)).rejects.toThrow(
      /methods\/signed-memory\.ts must not exist yet; .*signed-memory\.test\.ts must not .*signed-memory\.md must not /u,
    );
    expect(await readFile(join(root, REGISTRY), 'utf8')).toBe(before);
  });

  test('leaves a registry of another form alone', async () => {
    await writeFile(join(root, REGISTRY), 'export const METHODS = new Map();\n');
    await expect(createMethod('signed-memory', root)).rejects.toThrow('register signed-memory there by hand');
    expect(await readFile(join(root, REGISTRY), 'utf8')).toBe('export const METHODS = new Map();\n');
  });
});
