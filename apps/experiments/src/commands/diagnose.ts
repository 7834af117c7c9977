import { dirname, resolve } from 'node:path';
import { METHODS, type MethodName } from '@opi-snn/conversion';
import { DATASET_NAMES, loadDataset, type DatasetName } from '@opi-snn/datasets';
import { makeFolder } from '@opi-snn/harness';
import { renderDiagnosis, saveDiagnosisPage } from '@opi-snn/report';
import { Command, Option } from 'commander';
import { datasetOf, loadCheckpoint, normalizationOf } from '../checkpoint.js';
import { diagnose } from '../diagnosis/diagnose.js';
import { diagnosisPair } from '../diagnosis/subject.js';
import { interruption } from '../interruption.js';
import {
  backendOption,
  dataOption,
  jsonOption,
  kernelsOption,
  MAXIMUM_TIME_STEPS,
  threadsOption,
  wholeNumber,
} from '../options.js';
import { outputWidth, print, printJson, wantsColor } from '../output.js';
import { startProgress } from '../progress.js';

interface DiagnoseCommandOptions {
  readonly ann?: string;
  readonly method?: MethodName;
  readonly dataSet?: DatasetName;
  readonly data?: string;
  readonly images: number;
  readonly timeSteps: number;
  readonly seed: number;
  readonly try?: true;
  readonly backend: 'auto' | 'tensorflow' | 'wasm';
  readonly kernels: 'auto' | 'native' | 'wasm' | 'reference';
  readonly threads?: number;
  readonly out?: string;
  readonly json?: true;
}

/** `opi diagnose CHECKPOINT`: where a conversion loses accuracy, layer by layer, and what would help. */
export function diagnoseCommand(): Command {
  return new Command('diagnose')
    .description(
      'Why a spiking network loses accuracy: every layer beside the ANN on training images, the first layer where something is wrong and its cause, one suggestion, and a page with a plot of every layer.',
    )
    .argument(
      '<checkpoint>',
      'an ANN, which is converted first, or a spiking network; a file or a committed name',
    )
    .addOption(new Option('--ann <file>', 'the ANN that a spiking network was converted from'))
    .addOption(
      new Option(
        '--method <name>',
        'how an ANN is converted (default: opi, or robust-norm from θ/2 where activations have no bound)',
      ).choices(Object.keys(METHODS)),
    )
    .addOption(
      new Option(
        '--data-set <name>',
        'training images (default: those of the set it was trained on)',
      ).choices([...DATASET_NAMES]),
    )
    .addOption(dataOption())
    .addOption(
      new Option('--images <n>', 'training images to measure on').argParser(wholeNumber(1)).default(128),
    )
    .addOption(
      new Option('--time-steps <n>', 'T to diagnose; every smaller T is in the accuracy')
        .argParser(wholeNumber(1, MAXIMUM_TIME_STEPS))
        .default(64),
    )
    .addOption(
      new Option('--seed <n>', 'seed of random initial potentials').argParser(wholeNumber(0)).default(1),
    )
    .addOption(
      new Option('--try', 'carry the suggestion out and measure its effect on further training images'),
    )
    .addOption(backendOption())
    .addOption(kernelsOption())
    .addOption(threadsOption())
    .addOption(new Option('--out <file>', 'where to write the page (default: diagnosis.html)'))
    .addOption(jsonOption())
    .action(run);
}

async function run(given: string, options: DiagnoseCommandOptions): Promise<void> {
  const checkpoint = await loadCheckpoint(given);
  const { path, network } = checkpoint;
  const normalization = normalizationOf(network, path);
  const dataset = await loadDataset(datasetOf(network, options.dataSet), 'train', { folder: options.data });
  const images = Math.min(options.images, dataset.length);
  const page = resolve(options.out ?? 'diagnosis.html');
  await makeFolder(dirname(page));
  const { backend, timeSteps, seed } = options;
  const signal = interruption();
  const runner = {
    backend: options.kernels,
    ...(options.threads === undefined ? {} : { threads: options.threads }),
  };
  const shared = { dataset, images, timeSteps, seed, backend, runner, signal };
  const quiet = options.json === true;
  const pair = await diagnosisPair(checkpoint, options.ann, { ...shared, method: options.method, quiet });
  const progress = startProgress('diagnose', images, quiet);
  const diagnosis = await diagnose(pair, {
    ...shared,
    normalization,
    title: network.description.name,
    command: commandLine(given, options),
    isTried: options.try === true,
    onProgress: (done) => {
      progress.update(done);
    },
  }).finally(() => {
    progress.stop();
  });
  await saveDiagnosisPage(page, diagnosis);
  if (options.json) printJson({ ...diagnosis, page });
  else
    print(
      `${renderDiagnosis(diagnosis, { width: outputWidth(), color: wantsColor() })}\n\nplots of every layer: ${page}`,
    );
}

/** The command again, without what does not decide the result. */
function commandLine(given: string, options: DiagnoseCommandOptions): string {
  const words = ['pnpm opi diagnose', given];
  if (options.ann !== undefined) words.push('--ann', options.ann);
  if (options.method !== undefined) words.push('--method', options.method);
  if (options.dataSet !== undefined) words.push('--data-set', options.dataSet);
  words.push('--images', String(options.images), '--time-steps', String(options.timeSteps));
  if (options.try) words.push('--try');
  return words.join(' ');
}
