import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { extractExamples, readmeExamples, runExample, temporaryFolder } from '../src/index.js';

/** A package on disk whose only export is `triple`, with this README. */
function examplePackage(readme: string): string {
  const folder = temporaryFolder();
  const manifest = { name: '@example/triple', version: '1.0.0', type: 'module', exports: './dist/index.js' };
  writeFileSync(join(folder, 'package.json'), JSON.stringify(manifest));
  mkdirSync(join(folder, 'dist'));
  writeFileSync(join(folder, 'dist/index.js'), 'export const triple = (x) => 3 * x;\n');
  mkdirSync(join(folder, 'node_modules/dependency'), { recursive: true });
  writeFileSync(join(folder, 'node_modules/dependency/index.js'), 'module.exports = { one: 1 };\n');
  writeFileSync(join(folder, 'README.md'), readme);
  return folder;
}

/** Run the only example of a README and give back the failure's text, or 'kept'. */
async function outcome(code: string, timeoutMs?: number): Promise<string> {
  const folder = examplePackage(`# Title\n\n\`\`\`ts\n${code}\n\`\`\`\n`);
  const [example] = await readmeExamples(folder);
  try {
    await runExample(folder, example!, timeoutMs === undefined ? {} : { timeoutMs });
  } catch (error) {
    return (error as Error).message;
  }
  return 'kept';
}

describe('extractExamples', () => {
  it('takes blocks whose word is ts, with the line of their first code line', () => {
    const text = '# A\n```sh\nls\n```\n```ts\nconst a = 1;\n```\n~~~ts\nb();\n\n~~~\n```typescript\nc\n```\n';
    expect(extractExamples(text, 'README.md')).toEqual([
      { file: 'README.md', line: 6, code: 'const a = 1;' },
      { file: 'README.md', line: 9, code: 'b();\n' },
    ]);
  });

  it('takes the indentation of a fence inside a list off the code, and keeps a shorter fence inside', () => {
    const text = '- item\n  ````ts\n  if (a) {\n    b();\n  }\n  ```\n  ````\n';
    expect(extractExamples(text, 'R').map((example) => example.code)).toEqual(['if (a) {\n  b();\n}\n```']);
  });

  it('reports a block that is not closed', () => {
    expect(() => extractExamples('text\n```ts\na\n', 'README.md')).toThrow(
      'README.md:2: the code block is not closed. Add a line with ```.',
    );
  });
});

describe('runExample', () => {
  it('runs an example that imports the package by its name, its dependencies and node modules', async () => {
    const code = [
      "import { readFileSync } from 'node:fs';",
      "import dependency from 'dependency';",
      "import { triple } from '@example/triple';",
      'interface Pair { readonly a: number; readonly b: number }',
      'const pair: Pair = { a: triple(1), b: dependency.one };',
      'console.log(pair); // → { a: 3, b: 1 }',
      "console.log(readFileSync('README.md', 'utf8').slice(0, 7)); // → # Title",
      'triple(2); // → 6',
      'const half: number = await Promise.resolve(0.5); // → 0.5',
      'console.log(1 / 3); // → 0.333…',
      'for (const n of [1, 2]) console.log(n, triple(n));',
      '// → 1 3',
      '// → 2 6',
      'console.log("not checked");',
      'console.log(new Float32Array(8)); // → Float32Array(8) [ 0, 0, 0, 0, 0, 0, 0, 0 ]',
      'console.log(half, [',
      '  1,',
      ']); // → 0.5 [ 1 ]',
    ].join('\n');
    expect(await outcome(code)).toBe('kept');
  });

  it('lists every promise that was not kept, with its line', async () => {
    const code = 'console.log(1); // → 2\n1 + 1; // → 2\nif (Date.now() < 0)\n  console.log(3); // → 3';
    expect(await outcome(code)).toBe(
      'README.md:4: expected "2", got "1"\nREADME.md:7: expected "3", but this line was never reached',
    );
  });

  it('reports a promise that belongs to no value', async () => {
    expect(await outcome('let a; // → undefined\nlet b = 1, c = 2; // → 1\nfunction f() {} // → f')).toBe(
      [
        'README.md:5: no value to compare with "→ 1" on this line',
        'README.md:6: no value to compare with "→ f" on this line',
      ].join('\n'),
    );
  });

  it('reports an error that the example throws at the line of the README', async () => {
    const message = await outcome('const a: number = 1;\n\n\nthrow new RangeError(`no ${a}`);');
    expect(message).toContain('README.md:7: the example fails');
    expect(message).toContain('RangeError: no 1');
  });

  it('reports a package that is not there', async () => {
    expect(await outcome("import 'absent';")).toMatch(/README\.md:4: the example fails[^]*'absent'/);
  });

  it('ends an example that hangs', async () => {
    expect(await outcome('setInterval(() => {}, 1000);', 300)).toContain(
      'ended by SIGKILL (time limit 300 ms)',
    );
  });

  it('writes nothing into the package', async () => {
    const folder = examplePackage('```ts\nconsole.log(1); // → 1\n```\n');
    const before = readdirSync(folder, { recursive: true }).sort();
    await runExample(folder, (await readmeExamples(folder))[0]!);
    expect(readdirSync(folder, { recursive: true }).sort()).toEqual(before);
  });
});
