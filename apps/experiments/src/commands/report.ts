import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { Command, Option } from 'commander';
import { loadResult, writeFileAtomically, type ExperimentResult } from '@opi-snn/harness';
import { renderHtml, renderJson, renderMarkdown, renderTerminal } from '@opi-snn/report';
import { CommandError } from '../failure.js';
import { jsonOption } from '../options.js';
import { outputWidth, print, wantsColor } from '../output.js';
import { DEFAULT_OUTPUT } from '../workspace.js';

const FORMATS = ['terminal', 'markdown', 'json', 'html'] as const;
type Format = (typeof FORMATS)[number];

interface ReportOptions {
  readonly format: Format;
  readonly out?: string;
  readonly json?: true;
}

/** `opi report [RESULT…]`: results that were computed before, in any form. */
export function reportCommand(): Command {
  return new Command('report')
    .description('Show results that were computed before: tables, Markdown, JSON or one HTML page.')
    .argument('[results...]', `result files (default: all in ${DEFAULT_OUTPUT}/results)`)
    .addOption(new Option('--format <name>', 'what to make').choices(FORMATS).default('terminal'))
    .addOption(new Option('--out <file>', 'write it to this file instead of standard output'))
    .addOption(jsonOption().conflicts('format'))
    .action(report);
}

async function report(files: string[], { format, out, json }: ReportOptions): Promise<void> {
  const paths = files.length > 0 ? files : await defaultResults();
  const results = await Promise.all(paths.map((path) => loadResult(path)));
  const text = await render(results, json ? 'json' : format, out === undefined);
  if (out === undefined) print(text.trimEnd());
  else {
    await writeFileAtomically(out, text);
    process.stderr.write(`Report: ${out}\n`);
  }
}

async function render(results: readonly ExperimentResult[], format: Format, shown: boolean): Promise<string> {
  switch (format) {
    case 'html':
      return renderHtml(results);
    case 'json':
      return renderJson(results);
    case 'markdown':
      return results.map(renderMarkdown).join('\n');
    case 'terminal': {
      const options = shown ? { width: outputWidth(), color: wantsColor() } : {};
      return `${results.map((result) => renderTerminal(result, options)).join('\n\n')}\n`;
    }
  }
}

async function defaultResults(): Promise<string[]> {
  const folder = join(DEFAULT_OUTPUT, 'results');
  const names = await readdir(folder).catch(() => []);
  const found = names.filter((name) => name.endsWith('.json')).sort();
  if (found.length === 0)
    throw new CommandError(
      `no results in ${folder}. Make some with \`opi reproduce\`, or name result files.`,
    );
  return found.map((name) => join(folder, name));
}
