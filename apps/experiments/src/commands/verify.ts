import { readdir } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { Command, Option } from 'commander';
import { loadResult, type ExperimentResult } from '@opi-snn/harness';
import { availableExperiments } from '../experiments/choose-experiments.js';
import { EXPERIMENTS } from '../experiments/registry.js';
import { repeatShards, type RepeatedShard } from '../experiments/repeat-shards.js';
import { addMachineOptions, type MachineOptions } from '../experiment-options.js';
import { CommandError, UsageError } from '../failure.js';
import { interruption } from '../interruption.js';
import { jsonOption, wholeNumber } from '../options.js';
import { print, printJson } from '../output.js';
import { COMMITTED_RESULTS } from '../workspace.js';

interface VerifyOptions extends MachineOptions {
  readonly sample: number;
  readonly seed: number;
  readonly json?: true;
}

/** `opi verify [RESULT…]`: a sample of committed cells computed again, whatever the store says. */
export function verifyCommand(): Command {
  return addMachineOptions(
    new Command('verify')
      .description(
        'Compute a sample of committed cells again and compare the hashes of their predictions (exit code 1 if one differs).',
      )
      .argument('[results...]', 'result files (default: the committed ones)'),
  )
    .addOption(
      new Option('--sample <n>', 'shards to repeat of each result').argParser(wholeNumber(1)).default(2),
    )
    .addOption(
      new Option('--seed <n>', 'which ones: the same number, the same sample')
        .argParser(wholeNumber(0))
        .default(1),
    )
    .addOption(jsonOption())
    .action(verify);
}

async function verify(files: string[], options: VerifyOptions): Promise<void> {
  const paths = files.length > 0 ? files : await committedResults();
  const repeated: (RepeatedShard & { readonly result: string })[] = [];
  for (const path of paths) {
    const result = await loadResult(path);
    const name = basename(path);
    const left = await reasonToLeaveOut(result, options.data);
    if (left !== undefined) {
      if (files.length > 0) throw new CommandError(`${path} cannot be repeated here: ${left}`);
      process.stderr.write(`opi: ${name} is left out: ${left}\n`);
      continue;
    }
    for (const shard of await repeatShards(result, { ...options, signal: interruption() })) {
      repeated.push({ ...shard, result: name });
      if (!options.json) show(name, shard);
    }
  }
  if (options.json) printJson(repeated);
  const differing = repeated.filter(({ got, committed }) => got !== committed);
  if (differing.length > 0) {
    throw new CommandError(
      `${differing.length} of ${repeated.length} repeated shards have other predictions than committed.`,
    );
  }
  if (repeated.length === 0)
    throw new CommandError('nothing could be repeated here; see above for what is missing.');
  if (!options.json) print(`Verified: ${repeated.length} shards have the committed predictions, to the bit.`);
}

function show(name: string, { series, seed, images, got, committed }: RepeatedShard): void {
  const verdict = got === committed ? `same ${got.slice(0, 16)}…` : `DIFFERS: ${got} instead of ${committed}`;
  print(`${name}: ${series}, seed ${seed}, images ${images.from} to ${images.to - 1}: ${verdict}`);
}

async function committedResults(): Promise<string[]> {
  const names = (await readdir(COMMITTED_RESULTS)).filter((name) => name.endsWith('.json')).sort();
  return names.filter((name) => name !== 'pins.json').map((name) => join(COMMITTED_RESULTS, name));
}

async function reasonToLeaveOut(
  { measurement }: ExperimentResult,
  data: string | undefined,
): Promise<string | undefined> {
  const { id } = measurement.experiment;
  const definition = EXPERIMENTS.find((one) => one.id === id);
  if (definition === undefined)
    throw new UsageError(`this program knows no experiment ${JSON.stringify(id)}.`);
  const [available] = await availableExperiments([definition], data);
  const { missing } = available!;
  if (missing.length === 0) return undefined;
  return `${missing.map(({ what, remedy }) => `${what} (${remedy})`).join('; ')}.`;
}
