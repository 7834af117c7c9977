import { join } from 'node:path';
import { Command, Option } from 'commander';
import { makeFolder, saveResult, type ExperimentResult } from '@opi-snn/harness';
import type { QueueConnection } from '@opi-snn/harness/job-queue';
import { chooseExperiments } from '../experiments/choose-experiments.js';
import type { ExperimentSettings } from '../experiments/context.js';
import type { ExperimentDefinition } from '../experiments/definition.js';
import { comparePins, formatPins, readPins, writePins, type Pin } from '../experiments/pins.js';
import { planExperiments } from '../experiments/plan-jobs.js';
import { runExperiment } from '../experiments/run-experiment.js';
import { addExperimentOptions, experimentSettings, type ExperimentOptions } from '../experiment-options.js';
import { CommandError, EXIT_REGRESSED } from '../failure.js';
import { jsonOption } from '../options.js';
import { outputWidth, print, printJson, wantsColor } from '../output.js';
import { startProgress } from '../progress.js';
import { queueConnection, queueNameOption, queueOption, type QueueOptions } from '../queue-options.js';
import { openRunStore } from '../run-store.js';
import { COMMITTED_RESULTS } from '../workspace.js';
import { compareCommitted } from './compare-committed.js';
import { listExperiments } from './list-experiments.js';

interface ReproduceOptions extends ExperimentOptions, QueueOptions {
  readonly results: string;
  readonly list?: true;
  readonly verify?: true;
  readonly pin?: true;
  readonly json?: true;
}

/** `opi reproduce [TABLE…]`: the paper's tables, with a verdict for each cell and finding. */
export function reproduceCommand(): Command {
  return addExperimentOptions(
    new Command('reproduce').description(
      "Run the paper's comparisons and judge them; finished work is kept and never done twice. Exit code 3: something is worse than in the committed results.",
    ),
  )
    .addOption(queueOption())
    .addOption(queueNameOption())
    .addOption(
      new Option('--results <dir>', 'folder of results to compare with').default(
        COMMITTED_RESULTS,
        'the committed ones',
      ),
    )
    .addOption(new Option('--list', 'show the tables, what each needs, what is there, and how long it takes'))
    .addOption(new Option('--verify', 'fail unless every prediction is the committed one, to the bit'))
    .addOption(new Option('--pin', 'write the prediction hashes as the committed ones').hideHelp())
    .addOption(jsonOption())
    .action(reproduce);
}

async function reproduce(names: string[], options: ReproduceOptions): Promise<void> {
  const settings = experimentSettings(names, options);
  if (options.list) {
    const profile = options.profile ?? 'standard';
    await listExperiments({ ...settings, profile }, options.json === true);
    return;
  }
  const connection = options.queue === undefined ? undefined : await queueConnection(options.queue);
  const chosen = await chooseExperiments(names, settings.profile, options.data);
  const store = await openRunStore(options);
  // Before hours of work, not after them.
  await makeFolder(join(options.out, 'results'));
  if (connection !== undefined)
    await distribute(chosen, { ...settings, store }, { connection, queue: options.queueName });
  const results = await runAll(chosen, { ...settings, store }, options);
  if (options.json) printJson(results);
  if (options.pin) await writePins(results.map(pinOf));
  if (options.verify) await verify(results.map(pinOf), options.json === true);
  const isWorse = await compareCommitted(results, options.results, options.json === true);
  if (isWorse) process.exitCode = EXIT_REGRESSED;
}

async function runAll(
  chosen: readonly ExperimentDefinition[],
  settings: ExperimentSettings,
  options: ReproduceOptions,
): Promise<ExperimentResult[]> {
  // Plots need a third of a second to load: not before there is something to show.
  const { renderTerminal, saveReport } = await import('@opi-snn/report');
  const results: ExperimentResult[] = [];
  for (const definition of chosen) {
    const result = await runExperiment(definition, settings);
    await saveResult(join(options.out, 'results', `${definition.id}.json`), result);
    results.push(result);
    if (!options.json) print(renderTerminal(result, { width: outputWidth(), color: wantsColor() }));
  }
  const report = join(options.out, 'report.html');
  await saveReport(report, results);
  if (!options.json) print(`\nReport: ${report}`);
  return results;
}

/** Has everything computed by the workers of a queue; afterwards the store has it, and the run only puts it together. */
async function distribute(
  chosen: readonly ExperimentDefinition[],
  settings: ExperimentSettings,
  { connection, queue }: { readonly connection: QueueConnection; readonly queue: string },
): Promise<void> {
  const { distributeJobs } = await import('@opi-snn/harness/job-queue');
  const jobs = await planExperiments(chosen, settings);
  const progress = startProgress('Queue', jobs.length);
  await distributeJobs(
    jobs.map(({ id, request }) => ({ id, payload: { ...request } })),
    {
      connection,
      queue,
      store: settings.store,
      signal: settings.signal,
      onProgress: ({ finished, active, workers, setAside }) => {
        progress.update(finished, `${workers} workers, ${active} active, ${setAside.length} set aside`);
      },
    },
  ).finally(() => {
    progress.stop();
  });
}

function pinOf({ measurement, hashes }: ExperimentResult): Pin {
  return {
    experiment: measurement.experiment.id,
    images: measurement.dataset.images,
    timeSteps: measurement.timeSteps.at(-1)!,
    seeds: (measurement.series[1] ?? measurement.series[0]!).runs.map(({ seed }) => seed),
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
