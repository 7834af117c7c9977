import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { Command, Option } from 'commander';
import { loadResult } from '@opi-snn/harness';
import { renderTerminal, saveReport } from '@opi-snn/report';
import { CommandError } from '../failure.js';
import { jsonOption } from '../options.js';
import { outputWidth, print, printJson, wantsColor } from '../output.js';
import { DEFAULT_OUTPUT } from '../workspace.js';

interface ReportOptions {
  readonly html?: string;
  readonly json?: true;
}

/** `opi report [RESULT…]`: results that were computed before, as tables, JSON or one HTML page. */
export function reportCommand(): Command {
  return new Command('report')
    .description('Show results that were computed before, as tables, JSON or one HTML page.')
    .argument('[results...]', `result files (default: all in ${DEFAULT_OUTPUT}/results)`)
    .addOption(new Option('--html <file>', 'write the page here'))
    .addOption(jsonOption())
    .action(report);
}

async function report(files: string[], options: ReportOptions): Promise<void> {
  const paths = files.length > 0 ? files : await defaultResults();
  const results = await Promise.all(paths.map((path) => loadResult(path)));
  if (options.json) printJson(results);
  else
    for (const result of results)
      print(renderTerminal(result, { width: outputWidth(), color: wantsColor() }));
  if (options.html !== undefined) {
    await saveReport(options.html, results);
    if (!options.json) print(`Report: ${options.html}`);
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
