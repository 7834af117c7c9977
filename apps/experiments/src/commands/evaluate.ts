import { Command, Option } from 'commander';
import { DATASET_NAMES, loadDataset, type DatasetName } from '@opi-snn/datasets';
import type { Precision } from '@opi-snn/neuron-kernels';
import type { SwitchRounding } from '@opi-snn/theory';
import type { RunnerOptions } from '@opi-snn/simulation';
import { MOTIONS, type Motion } from '../frames.js';
import { datasetOf, isSpiking, loadCheckpoint, normalizationOf } from '../checkpoint.js';
import { UsageError } from '../failure.js';
import { evaluateAnalog } from './evaluate-analog.js';
import { evaluateFrames } from './evaluate-frames.js';
import { evaluateSpiking } from './evaluate-spiking.js';
import { evaluateTemporalSwitch, isTemporalSwitch } from './evaluate-temporal-switch.js';
import type { EvaluationSubject } from './evaluation-subject.js';
import {
  backendOption,
  dataOption,
  jsonOption,
  kernelsOption,
  memoryOption,
  precisionOption,
  shareList,
  threadsOption,
  timeStepList,
  wholeNumber,
} from '../options.js';

interface EvaluateCommandOptions {
  readonly dataSet?: DatasetName;
  readonly data?: string;
  readonly images?: number;
  readonly timeSteps: number[];
  readonly seed: number;
  readonly backend: 'auto' | 'tensorflow' | 'wasm';
  readonly kernels: 'auto' | 'native' | 'wasm' | 'reference';
  readonly precision: Precision;
  readonly threads?: number;
  readonly memory?: number;
  readonly profile?: true;
  readonly frames?: number;
  readonly motion: Motion;
  readonly alpha?: number[];
  readonly rounding: SwitchRounding;
  readonly json?: true;
}

/** `opi evaluate CHECKPOINT`: accuracy of an ANN, or of an SNN after each number of time-steps, on test images. */
export function evaluateCommand(): Command {
  return new Command('evaluate')
    .description(
      'Accuracy of a network on test images: of an ANN, or of an SNN after each number of time-steps.',
    )
    .argument('<checkpoint>', 'a .safetensors file, or the name of a committed one')
    .addOption(
      new Option('--data-set <name>', 'test images (default: those of the set it was trained on)').choices([
        ...DATASET_NAMES,
      ]),
    )
    .addOption(dataOption())
    .addOption(new Option('--images <n>', 'only the first n test images').argParser(wholeNumber(1)))
    .addOption(
      new Option('--time-steps <list>', 'T of an SNN, separated by commas')
        .argParser(timeStepList)
        .default([1, 2, 4, 8, 16, 32], '1,2,4,8,16,32'),
    )
    .addOption(
      new Option('--seed <n>', 'seed of random initial potentials').argParser(wholeNumber(0)).default(1),
    )
    .addOption(backendOption())
    .addOption(kernelsOption())
    .addOption(precisionOption())
    .addOption(threadsOption())
    .addOption(memoryOption())
    .addOption(new Option('--profile', 'of an SNN: time, density and additions of each layer'))
    .addOption(
      new Option(
        '--frames <n>',
        'of an SNN: sequences of n frames, neurons carrying a share of their residual from one to the next',
      ).argParser(wholeNumber(1)),
    )
    .addOption(
      new Option(
        '--motion <name>',
        `what the frames show: ${Object.entries(MOTIONS)
          .map(([name, meaning]) => `${name}, ${meaning}`)
          .join('; ')}`,
      )
        .choices(Object.keys(MOTIONS))
        .default('still'),
    )
    .addOption(
      new Option(
        '--alpha <list>',
        'shares to carry, from 0 to 1, separated by commas (default: 0 and that of the method)',
      ).argParser(shareList),
    )
    .addOption(
      new Option('--rounding <how>', 'of a temporal-switch SNN: how sums become steps')
        .choices(['down', 'nearest'])
        .default('down'),
    )
    .addOption(jsonOption())
    .action(evaluate);
}

async function evaluate(given: string, options: EvaluateCommandOptions): Promise<void> {
  const { path, network } = await loadCheckpoint(given);
  const dataset = await loadDataset(datasetOf(network, options.dataSet), 'test', { folder: options.data });
  const preprocessing = normalizationOf(network, path);
  const images = Math.min(options.images ?? dataset.length, dataset.length);
  if (options.profile && !isSpiking(network))
    throw new UsageError(
      `--profile needs a spiking network, got ${path}. Convert it first: \`opi convert\`.`,
    );
  const subject = { path, network, dataset, images, preprocessing };
  if (options.frames !== undefined || isTemporalSwitch(network)) await evaluateOtherwise(subject, options);
  else if (isSpiking(network)) {
    const runner = { ...runnerOptions(options), precision: options.precision };
    await evaluateSpiking({
      ...subject,
      timeSteps: options.timeSteps,
      seed: options.seed,
      runner,
      profile: options.profile === true,
      json: options.json === true,
    });
  } else await evaluateAnalog({ ...subject, backend: options.backend, json: options.json === true });
}

/** Runs that are not one image for T steps. */
async function evaluateOtherwise(subject: EvaluationSubject, options: EvaluateCommandOptions): Promise<void> {
  const { network, path } = subject;
  const { frames, motion, alpha: alphas, timeSteps, seed, rounding } = options;
  const common = { timeSteps, runner: runnerOptions(options), json: options.json === true };
  if (options.profile || options.precision !== 'float32')
    throw new UsageError(
      '--profile and --precision int16 are for runs of rate-coded networks without --frames.',
    );
  if (frames === undefined) {
    await evaluateTemporalSwitch({ ...subject, ...common, rounding });
    return;
  }
  if (!isSpiking(network) || isTemporalSwitch(network))
    throw new UsageError(
      `--frames needs a rate-coded spiking network, got ${path}. Convert one: \`opi convert\`.`,
    );
  await evaluateFrames({ ...subject, ...common, sequences: subject.images, frames, motion, alphas, seed });
}

function runnerOptions({
  kernels,
  threads,
  memory,
}: EvaluateCommandOptions): Omit<RunnerOptions, 'precision'> {
  return {
    backend: kernels,
    ...(threads === undefined ? {} : { threads }),
    ...(memory === undefined ? {} : { memoryBytes: memory }),
  };
}
