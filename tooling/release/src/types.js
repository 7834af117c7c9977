// @ts-check
import { mkdir, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import ts from 'typescript';
import { packageExamples } from './examples.js';

/** @import { PublishablePackage } from './packages.js' */

/** How the two kinds of projects that use packages resolve them. */
const RESOLUTIONS = {
  NodeNext: { module: ts.ModuleKind.NodeNext, moduleResolution: ts.ModuleResolutionKind.NodeNext },
  bundler: { module: ts.ModuleKind.ESNext, moduleResolution: ts.ModuleResolutionKind.Bundler },
};

/**
 * Checks all README examples, and an import of everything, against the types that the tarballs carry.
 *
 * @param {string} project with the tarballs installed
 * @param {readonly PublishablePackage[]} packages
 * @returns {Promise<string[]>} problems
 */
export async function checkTypes(project, packages) {
  const folder = join(project, 'types');
  await mkdir(folder, { recursive: true });
  const everything = packages.map(({ name }, i) => `export * as package${i} from '${name}';`);
  const files = [join(folder, 'everything.ts')];
  await writeFile(files[0] ?? '', everything.join('\n'));
  for (const { name } of packages) {
    for (const { line, code } of await packageExamples(project, name)) {
      const file = join(folder, `${name.split('/')[1]}-line-${line}.ts`);
      await writeFile(file, `${code}\nexport {};\n`);
      files.push(file);
    }
  }
  return Object.entries(RESOLUTIONS).flatMap(([title, resolution]) =>
    compile(files, project, resolution).map((problem) => `${title}: ${problem}`),
  );
}

/**
 * @param {readonly string[]} files
 * @param {string} project
 * @param {ts.CompilerOptions} resolution
 */
function compile(files, project, resolution) {
  const types = createRequire(import.meta.url).resolve('@types/node/package.json');
  const program = ts.createProgram(files, {
    ...resolution,
    noEmit: true,
    strict: true,
    // The examples show errors by their fields.
    useUnknownInCatchVariables: false,
    target: ts.ScriptTarget.ES2023,
    lib: ['lib.es2023.d.ts', 'lib.dom.d.ts', 'lib.dom.iterable.d.ts'],
    typeRoots: [join(types, '../..')],
    types: ['node'],
    // Declarations of third parties are theirs; ours are checked where the examples use them.
    skipLibCheck: true,
  });
  return ts.getPreEmitDiagnostics(program).map((diagnostic) => {
    const text = ts.flattenDiagnosticMessageText(diagnostic.messageText, ' ');
    if (diagnostic.file === undefined || diagnostic.start === undefined) return text;
    const { line } = diagnostic.file.getLineAndCharacterOfPosition(diagnostic.start);
    return `${diagnostic.file.fileName.slice(project.length + 1)}:${line + 1}: ${text}`;
  });
}
