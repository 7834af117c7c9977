import { mkdir, mkdtemp, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { checkTypes } from '../src/types.js';

/** @type {string} */
let project;

beforeAll(async () => {
  project = await realpath(await mkdtemp(join(tmpdir(), 'opi-types-')));
});
afterAll(() => rm(project, { recursive: true }));

/**
 * @param {string} readme
 * @param {string} declarations
 */
async function installed(readme, declarations) {
  const folder = join(project, 'node_modules/@scope/part');
  await mkdir(folder, { recursive: true });
  const exports = { '.': { types: './index.d.ts', default: './index.js' } };
  await writeFile(
    join(folder, 'package.json'),
    JSON.stringify({ name: '@scope/part', type: 'module', exports }),
  );
  await writeFile(join(folder, 'index.d.ts'), declarations);
  await writeFile(join(folder, 'README.md'), `# part\n\n\`\`\`ts\n${readme}\n\`\`\`\n`);
  return [{ name: '@scope/part', folder }];
}

describe('checkTypes', () => {
  test('finds nothing where the examples fit the declarations', async () => {
    const packages = await installed(
      "import { twice } from '@scope/part';\nconst n: number = twice(2);",
      'export declare function twice(n: number): number;',
    );
    expect(await checkTypes(project, packages)).toEqual([]);
  });

  test('names file, line and error in each resolution', async () => {
    const packages = await installed(
      "import { twice } from '@scope/part';\n\ntwice('2');",
      'export declare function twice(n: number): number;',
    );
    const problem =
      "types/part-line-4.ts:3: Argument of type 'string' is not assignable to parameter of type 'number'.";
    expect(await checkTypes(project, packages)).toEqual([`NodeNext: ${problem}`, `bundler: ${problem}`]);
  });
});
