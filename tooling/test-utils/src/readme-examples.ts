import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

/** One fenced ```` ```ts ```` block of a README. */
export interface ReadmeExample {
  /** File the block stands in, as shown in failures, for example `README.md`. */
  readonly file: string;
  /** Line of the block's first line of code, from 1. */
  readonly line: number;
  /** The code between the fences. */
  readonly code: string;
}

/**
 * The runnable examples of a package: every block of its README.md whose fence says exactly `ts`, in order.
 *
 * Blocks with any other word (`sh`, `text`, `typescript`) are prose and left alone.
 *
 * @param packageFolder folder that holds README.md and package.json
 * @throws Error if README.md is missing or a block is not closed
 */
export async function readmeExamples(packageFolder: string): Promise<ReadmeExample[]> {
  return extractExamples(await readFile(join(packageFolder, 'README.md'), 'utf8'), 'README.md');
}

/**
 * The `ts` blocks of a Markdown text. A fence may be indented (inside a list); the same indentation is taken off the code.
 *
 * @param markdown text of the file
 * @param file     its name, kept for messages
 * @throws Error if a fence is not closed
 */
export function extractExamples(markdown: string, file: string): ReadmeExample[] {
  const examples: ReadmeExample[] = [];
  const lines = markdown.split(/\r?\n/);
  let open: { fence: string; indent: number; word: string; line: number } | undefined;
  for (const [index, text] of lines.entries()) {
    const fence = /^(\s*)(`{3,}|~{3,})\s*(.*?)\s*$/.exec(text);
    if (open === undefined) {
      if (fence !== null)
        open = { fence: fence[2]!, indent: fence[1]!.length, word: fence[3]!, line: index + 2 };
    } else if (fence?.[3] === '' && fence[2]!.startsWith(open.fence)) {
      const { indent, line } = open;
      const code = lines
        .slice(line - 1, index)
        .map((row) => row.slice(Math.min(indent, /^\s*/.exec(row)![0].length)));
      if (open.word === 'ts') examples.push({ file, line, code: code.join('\n') });
      open = undefined;
    }
  }
  if (open !== undefined) {
    throw new Error(`${file}:${open.line - 1}: the code block is not closed. Add a line with ${open.fence}.`);
  }
  return examples;
}
