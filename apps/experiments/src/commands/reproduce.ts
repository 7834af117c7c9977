import { join } from 'node:path';
import { Command, Option } from 'commander';
import { makeFolder, openArtifactStore, saveResult, type ExperimentResult } from '@opi-snn/harness';
import { listDatasets } from '@opi-snn/datasets';
import type { Precision } from '@opi-snn/neuron-kernels';
import { comparePins, formatPins, readPins, writePins, type Pin } from '../experiments/pins.js';
import { PROFILES, type ExperimentDefinition, type Profile } from '../experiments/definition.js';
import { EXPERIMENTS } from '../experiments/registry.js';
import { runExperiment } from '../experiments/run-experiment.js';
import { CommandError, UsageError } from '../failure.js';
import { interruption } from '../interruption.js';
import { nearest } from '../nearest.js';
import {
  backendOption,
  dataOption,
  jsonOption,
  kernelsOption,
  memoryOption,
  precisionOption,
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
  readonly calibrationImages?: number;
  readonly out: string;
  readonly kernels: 'auto' | 'native' | 'wasm' | 'reference';
  readonly precision: Precision;
  readonly threads?: number;
  readonly memory?: number;
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
      `which (default: those of the profile; --list shows what each is): ${EXPERIMENTS.map(({ id }) => id).join(', ')}, or on every network: ${[...new Set(EXPERIMENTS.flatMap(({ group }) => group ?? []))].join(', ')}`,
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
    .addOption(
      new Option('--calibration-images <n>', 'training images of experiments that calibrate').argParser(
        wholeNumber(1),
      ),
    )
    .addOption(new Option('--out <dir>', 'folder of runs, results and report').default(DEFAULT_OUTPUT))
    .addOption(kernelsOption())
    .addOption(precisionOption())
    .addOption(threadsOption())
    .addOption(memoryOption())
    .addOption(backendOption())
    .addOption(new Option('--list', 'show the tables and what each needs'))
    .addOption(new Option('--verify', 'fail unless every prediction is the committed one, to the bit'))
    .addOption(new Option('--pin', 'write the prediction hashes as the committed ones').hideHelp())
    .addOption(jsonOption())
    .action(reproduce);
}

async function reproduce(names: string[], options: ReproduceOptions, command: Command): Promise<void> {
  if (options.list) {
    list();
    return;
  }
  const chosen = await chooseExperiments(names, options.profile ?? 'quick', options.data);
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
    const result = await runExperiment(definition, {
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

function list(): void {
  const width = Math.max(...EXPERIMENTS.map(({ id }) => id.length));
  for (const { id, title, subject } of EXPERIMENTS)
    print(`${id.padEnd(width)} ${title} (data: ${subject.dataset}; checkpoint: ${subject.checkpoint})`);
  const groups = new Set(EXPERIMENTS.flatMap(({ group }) => (group === undefined ? [] : [group])));
  print(`Several networks at once: ${[...groups].join(', ')}`);
}

/**
 * The experiments of the profile, or those named. The name of a group means its question on every committed network whose
 * images are there; the others are told on standard error.
 */
async function chooseExperiments(
  names: readonly string[],
  profile: Profile,
  data: string | undefined,
): Promise<readonly ExperimentDefinition[]> {
  const known = EXPERIMENTS.map(({ id }) => id);
  const groups = EXPERIMENTS.flatMap(({ group }) => (group === undefined ? [] : [group]));
  const all = [...new Set([...groups, ...known])];
  const unknown = names.filter((name) => !all.includes(name));
  if (unknown.length > 0) {
    const lines = unknown.map((name) => `unknown table "${name}"${nearest(name, all)}`);
    throw new UsageError(`${lines.join('; ')}. Known: ${all.join(', ')}.`);
  }
  if (names.length === 0) return EXPERIMENTS.filter(({ profiles }) => profiles.includes(profile));
  const grouped = EXPERIMENTS.filter(({ group }) => group !== undefined && names.includes(group));
  const missing = await withoutImages(
    grouped.filter(({ id }) => !names.includes(id)),
    data,
  );
  for (const { id, subject } of missing)
    process.stderr.write(
      `opi: ${id} is left out: the images of ${subject.dataset} are not there (--data DIR, or \`opi data fetch ${subject.dataset}\`).\n`,
    );
  const chosen = [...grouped.filter((one) => !missing.includes(one)).map(({ id }) => id), ...names];
  return EXPERIMENTS.filter(({ id }) => chosen.includes(id));
}

async function withoutImages(
  experiments: readonly ExperimentDefinition[],
  data: string | undefined,
): Promise<readonly ExperimentDefinition[]> {
  if (experiments.length === 0) return [];
  const absent = (await listDatasets(data)).filter(({ state }) => state === 'absent');
  return experiments.filter(({ subject }) => absent.some(({ name }) => name === subject.dataset));
}

function pinOf({ measurement, hashes }: ExperimentResult): Pin {
  return {
    experiment: measurement.experiment.id,
    images: measurement.dataset.images,
    timeSteps: measurement.timeSteps.at(-1)!,
    seeds: measurement.series[1]!.runs.map(({ seed }) => seed),
    correct: Object.fromEntries(measurement.series.map(({ id, accuracy }) => [id, accuracy.at(-1)!.correct])),
    predictions: hashes.predictions,
    ...(measurement.precision && { precision: measurement.precision }),
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
    ...(options.calibrationImages === undefined ? [] : [`--calibration-images ${options.calibrationImages}`]),
    ...(options.precision === 'float32' ? [] : [`--precision ${options.precision}`]),
  ];
  return ['pnpm opi reproduce', ...parts].join(' ');
}
