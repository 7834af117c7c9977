import { spawn } from 'node:child_process';
import { mkdtemp, readdir, realpath, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { instrumentExample, type Promised } from './example-instrumentation.js';
import type { ReadmeExample } from './readme-examples.js';

const DEFAULT_TIMEOUT_MS = 50_000;

/** Defines `__readme`, which the instrumented example calls: it prints like console.log and reports over pipe 3. */
const REPORTER = `import { writeSync } from 'node:fs';
import { formatWithOptions } from 'node:util';
globalThis.__readme = (line, ...values) => {
  const text = formatWithOptions({ colors: false }, ...values);
  console.log(text);
  writeSync(3, JSON.stringify([line, text]) + '\\n');
};`;

/** How an example is run. */
export interface RunExampleOptions {
  /** Executable of Node; default the one that runs. */
  readonly node?: string;
  /** Time limit of the process [ms]; default 50,000. */
  readonly timeoutMs?: number;
}

/**
 * Run one README example in its own Node process, as a user of the built package would, and compare what it prints.
 *
 * The example may import the package by its own name and whatever the package depends on. The working folder is the
 * package's. Values are compared as `console.log` shows them, runs of white space counted as one space; a promise that
 * ends in `…` is compared up to there.
 *
 * @param packageFolder folder with package.json, node_modules and the built dist
 * @param example       from {@link readmeExamples}
 * @throws Error listing every promise that was not kept, each with its line in the README; or the example's own error
 */
export async function runExample(
  packageFolder: string,
  example: ReadmeExample,
  options: RunExampleOptions = {},
): Promise<void> {
  const { javascript, promised, problems } = instrumentExample(example);
  const folder = await mirror(await realpath(resolve(packageFolder)));
  try {
    await writeFile(join(folder, 'readme-reporter.mjs'), REPORTER);
    await writeFile(join(folder, 'readme-example.mjs'), javascript);
    const { reported, failure } = await runNode(folder, packageFolder, options);
    if (failure !== undefined) {
      throw new Error(`${example.file}:${failingLine(failure, example)}: the example fails\n${failure}`);
    }
    const wrong = [...problems, ...compare(example.file, promised, reported)];
    if (wrong.length > 0) throw new Error(wrong.join('\n'));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/**
 * A temporary folder that stands for the package: links to everything in it. Node resolves the package's own name and
 * its dependencies from there, and nothing is written into the package.
 */
async function mirror(packageFolder: string): Promise<string> {
  const folder = await realpath(await mkdtemp(join(tmpdir(), 'opi-readme-')));
  for (const entry of await readdir(packageFolder)) {
    await symlink(join(packageFolder, entry), join(folder, entry));
  }
  return folder;
}

interface NodeOutcome {
  /** Lines and texts in the order of execution. */
  readonly reported: readonly (readonly [line: number, text: string])[];
  /** What went wrong: the error's text, or the time limit. */
  readonly failure: string | undefined;
}

function runNode(
  folder: string,
  workingFolder: string,
  { node = process.execPath, timeoutMs = DEFAULT_TIMEOUT_MS }: RunExampleOptions,
): Promise<NodeOutcome> {
  const reporter = join(folder, 'readme-reporter.mjs');
  const args = ['--enable-source-maps', '--import', reporter, join(folder, 'readme-example.mjs')];
  const child = spawn(node, args, {
    cwd: workingFolder,
    stdio: ['ignore', 'ignore', 'pipe', 'pipe'],
    timeout: timeoutMs,
    killSignal: 'SIGKILL',
    env: { ...process.env, NODE_OPTIONS: '', NO_COLOR: '1', FORCE_COLOR: '0' },
  });
  const [errors, reports] = [collect(child.stdio[2]), collect(child.stdio[3])];
  return new Promise((done, fail) => {
    child.on('error', fail);
    child.on('close', (code, signal) => {
      const reported = reports()
        .split('\n')
        .filter(Boolean)
        .map((row) => JSON.parse(row) as [number, string]);
      const failure =
        signal === null ? errors() : `ended by ${signal} (time limit ${timeoutMs} ms)\n${errors()}`;
      done({ reported, failure: code === 0 ? undefined : failure.trim() || `exit code ${String(code)}` });
    });
  });
}

function collect(stream: unknown): () => string {
  let text = '';
  (stream as NodeJS.ReadableStream).setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
  return () => text;
}

/** The README line that an error's text points at, otherwise the block's first. */
function failingLine(failure: string, { file, line }: ReadmeExample): number {
  const at = new RegExp(`${file.replaceAll('.', '\\.')}:(\\d+)`).exec(failure);
  return at === null ? line : Number(at[1]);
}

function compare(file: string, promised: readonly Promised[], reported: NodeOutcome['reported']): string[] {
  const wrong: string[] = [];
  for (const { line, text } of promised) {
    const values = reported.filter(([at]) => at === line).map(([, value]) => value);
    const actual = values.join('\n');
    if (values.length === 0)
      wrong.push(`${file}:${line}: expected "${text}", but this line was never reached`);
    else if (!keeps(actual, text)) wrong.push(`${file}:${line}: expected "${text}", got "${actual}"`);
  }
  return wrong;
}

function keeps(actual: string, promise: string): boolean {
  const plain = (text: string): string => text.replaceAll(/\s+/g, ' ').trim();
  const wanted = plain(promise);
  return wanted.endsWith('…')
    ? plain(actual).startsWith(wanted.slice(0, -1).trimEnd())
    : plain(actual) === wanted;
}
