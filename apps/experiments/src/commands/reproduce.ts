import { join } from 'node:path';
import { Command, Option } from 'commander';
import { makeFolder, openArtifactStore, saveResult, type ExperimentResult } from '@opi-snn/harness';
import { comparePins, formatPins, readPins, writePins, type Pin } from '../experiments/pins.js';
import { PROFILES, type InitialPotentialsDefinition, type Profile } from '../experiments/definition.js';
import { runInitialPotentials } from '../experiments/initial-potentials.js';
import { EXPERIMENTS } from '../experiments/registry.js';
import { CommandError, UsageError } from '../failure.js';
import { interruption } from '../interruption.js';
import { nearest } from '../nearest.js';
import {
  backendOption,
  dataOption,
  jsonOption,
  kernelsOption,
  threadsOption,
  timeStepList,
  wholeNumber,
} from '../options.js';
import { outputWidth, print, printJson, wantsColor } from '../output.js';
import { DEFAULT_OUTPUT } from '../workspace.js';

interface ReproduceOptions {
  readonly profile?: Profile;
  readonly data?: string;
  readonly images?: number;
  readonly timeSteps?: number[];
  readonly seed?: number;
  readonly out: string;
  readonly kernels: 'auto' | 'native' | 'wasm' | 'reference';
  readonly threads?: number;
  readonly backend: 'auto' | 'tensorflow' | 'wasm';
  readonly list?: true;
  readonly verify?: true;
  readonly pin?: true;
  readonly json?: true;
}

/** `opi reproduce [TABLE…]`: the paper's tables on this machine, with a verdict for each cell and finding. */
export function reproduceCommand(): Command {
  return new Command('reproduce')
    .description("Run the paper's comparisons and judge them; finished work is kept and never done twice.")
    .argument(
      '[tables...]',
      `which (default: those of the profile): ${EXPERIMENTS.map(({ id }) => id).join(', ')}`,
    )
    .addOption(
      new Option('--profile <name>', 'how much: quick needs no data and under a minute').choices([
        ...PROFILES,
      ]),
    )
    .addOption(dataOption())
    .addOption(new Option('--images <n>', 'only the first n test images').argParser(wholeNumber(1)))
    .addOption(new Option('--time-steps <list>', 'T to report, such as 1,2,4,8').argParser(timeStepList))
    .addOption(new Option('--seed <n>', 'the one seed of random potentials').argParser(wholeNumber(0)))
    .addOption(new Option('--out <dir>', 'folder of runs, results and report').default(DEFAULT_OUTPUT))
    .addOption(kernelsOption())
    .addOption(threadsOption())
    .addOption(backendOption())
    .addOption(new Option('--list', 'show the tables and what each needs'))
    .addOption(new Option('--verify', 'fail unless every prediction is the committed one, to the bit'))
    .addOption(new Option('--pin', 'write the prediction hashes as the committed ones').hideHelp())
    .addOption(jsonOption())
    .action(reproduce);
}

async function reproduce(names: string[], options: ReproduceOptions, command: Command): Promise<void> {
  const chosen = chooseExperiments(names, options.profile ?? 'quick');
  if (options.list) {
    for (const { id, title, dataset, checkpoint } of EXPERIMENTS)
      print(`${id.padEnd(20)} ${title} (data: ${dataset}; checkpoint: ${checkpoint})`);
    return;
  }
  const store = await openArtifactStore(join(options.out, 'store'), {
    onDamage: ({ folder, problems }) =>
      process.stderr.write(`opi: ${folder} is damaged and will be made again: ${problems.join('; ')}\n`),
  });
  // Before hours of work, not after them.
  await makeFolder(join(options.out, 'results'));
  // Plots need a third of a second to load: not before there is something to show.
  const { renderTerminal, saveReport } = await import('@opi-snn/report');
  const results: ExperimentResult[] = [];
  for (const definition of chosen) {
    const result = await runInitialPotentials(definition, {
      ...options,
      // A table asked for by name is meant whole; without a name the quick profile answers in seconds.
      profile: options.profile ?? (names.length > 0 ? 'standard' : 'quick'),
      seeds: options.seed === undefined ? undefined : [options.seed],
      store,
      signal: interruption(),
      command: typedCommand(command),
    });
    const path = join(options.out, 'results', `${definition.id}.json`);
    await saveResult(path, result);
    results.push(result);
    if (!options.json) print(renderTerminal(result, { width: outputWidth(), color: wantsColor() }));
  }
  const report = join(options.out, 'report.html');
  await saveReport(report, results);
  if (options.json) printJson(results);
  else print(`\nReport: ${report}`);
  if (options.pin) await writePins(results.map(pinOf));
  if (options.verify) await verify(results.map(pinOf), options.json === true);
}

function chooseExperiments(names: readonly string[], profile: Profile): InitialPotentialsDefinition[] {
  const known = EXPERIMENTS.map(({ id }) => id);
  const unknown = names.filter((name) => !known.includes(name));
  if (unknown.length > 0) {
    const lines = unknown.map((name) => `unknown table "${name}"${nearest(name, known)}`);
    throw new UsageError(`${lines.join('; ')}. Known: ${known.join(', ')}.`);
  }
  return EXPERIMENTS.filter(({ id, profiles }) =>
    names.length > 0 ? names.includes(id) : profiles.includes(profile),
  );
}

function pinOf({ measurement, hashes }: ExperimentResult): Pin {
  return {
    experiment: measurement.experiment.id,
    images: measurement.dataset.images,
    timeSteps: measurement.timeSteps.at(-1)!,
    seeds: measurement.series[1]!.runs.map(({ seed }) => seed),
    correct: Object.fromEntries(measurement.series.map(({ id, accuracy }) => [id, accuracy.at(-1)!.correct])),
    predictions: hashes.predictions,
  };
}

async function verify(pins: readonly Pin[], json: boolean): Promise<void> {
  const problems = comparePins(pins, await readPins());
  if (problems.length > 0)
    throw new CommandError(`the predictions differ from the committed ones:\n${problems.join('\n')}`);
  if (!json) print(formatPins(pins));
}

// Only what changes numbers; folders of this machine stay out of reports.
function typedCommand(command: Command): string {
  const options = command.opts<ReproduceOptions>();
  const parts = [
    ...command.args,
    ...(options.profile === undefined ? [] : [`--profile ${options.profile}`]),
    ...(options.data === undefined ? [] : ['--data DIR']),
    ...(options.images === undefined ? [] : [`--images ${options.images}`]),
    ...(options.timeSteps === undefined ? [] : [`--time-steps ${options.timeSteps.join(',')}`]),
    ...(options.seed === undefined ? [] : [`--seed ${options.seed}`]),
  ];
  return ['pnpm opi reproduce', ...parts].join(' ');
}
