import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { reportApis } from '../src/api-report.js';

/** @type {string} */
let root;

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'opi-api-'));
  const folder = join(root, 'packages/part');
  await mkdir(join(folder, 'dist'), { recursive: true });
  const exports = {
    '.': { types: './dist/index.d.ts', default: './dist/index.js' },
    './package.json': './package.json',
  };
  await writeFile(join(folder, 'package.json'), JSON.stringify({ name: 'part', type: 'module', exports }));
  vi.spyOn(process.stdout, 'write').mockReturnValue(true);
});
afterAll(async () => {
  vi.restoreAllMocks();
  await rm(root, { recursive: true });
});

/** @param {string} text */
const declare = (text) => writeFile(join(root, 'packages/part/dist/index.d.ts'), text);

describe('reportApis', () => {
  test('tells a changed surface from an unchanged one, whatever the doc comments say', async () => {
    await declare('/** Twice. */\nexport declare function twice(n: number): number;\n');
    expect(await reportApis(true, root)).toBe(0);
    expect(await readFile(join(root, 'packages/part/api/index.api.md'), 'utf8')).toContain(
      'twice(n: number): number',
    );
    await declare('/** Two times. */\nexport declare function twice(n: number): number;\n');
    expect(await reportApis(false, root)).toBe(0);
    await declare('/** Twice. */\nexport declare function twice(n: number, m?: number): number;\n');
    expect(await reportApis(false, root)).toBe(1);
    expect(process.stdout.write).toHaveBeenCalledWith('✗ packages/part/api/index.api.md\n');
    expect(await reportApis(true, root)).toBe(0);
    expect(await reportApis(false, root)).toBe(0);
  });
});
