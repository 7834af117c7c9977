import { Command, Option } from 'commander';
import {
  DATASET_NAMES,
  loadDataset,
  type Dataset,
  type DatasetName,
  type Normalization,
} from '@opi-snn/datasets';
import { wilsonInterval, type Interval } from '@opi-snn/harness';
import { countMultiplyAccumulates, type Network } from '@opi-snn/network';
import type { Precision } from '@opi-snn/neuron-kernels';
import { describePreparation, type Preparation, type SwitchRounding } from '@opi-snn/theory';
import {
  accuracyAt,
  countSpikingOperations,
  createRunner,
  estimateEnergy,
  HOROWITZ_45_NM,
  type EnergyEstimate,
  type RunnerOptions,
  type Simulation,
} from '@opi-snn/simulation';
import { evaluateNetwork } from '@opi-snn/training';
import { accuracyText, intervalText } from '../accuracy-text.js';
import { MOTIONS, type Motion } from '../frames.js';
import { datasetOf, isSpiking, loadCheckpoint, normalizationOf } from '../checkpoint.js';
import { UsageError } from '../failure.js';
import { interruption } from '../interruption.js';
import { evaluateFrames } from './evaluate-frames.js';
import { evaluateTemporalSwitch, isTemporalSwitch } from './evaluate-temporal-switch.js';
import { formatLayerCosts, layerCosts } from '../layer-costs.js';
import { formatMemory, memoryUse } from '../memory-use.js';
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
import { print, printJson } from '../output.js';
import { startProgress } from '../progress.js';
import { roundingRemark } from '../experiments/rounding-remark.js';
import { imageSource } from '../experiments/subject.js';

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
  if (options.frames !== undefined || isTemporalSwitch(network))
    await evaluateOtherwise({ path, network, dataset, images, preprocessing }, options);
  else if (isSpiking(network))
    await evaluateSpiking({ path, network, dataset, images, preprocessing }, options);
  else await evaluateAnalog({ path, network, dataset, images, preprocessing }, options);
}

interface Subject {
  readonly path: string;
  readonly network: Network;
  readonly dataset: Dataset;
  readonly images: number;
  readonly preprocessing: Normalization;
}

/** Runs that are not one image for T steps. */
async function evaluateOtherwise(subject: Subject, options: EvaluateCommandOptions): Promise<void> {
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

async function evaluateAnalog(
  { path, network, dataset, images, preprocessing }: Subject,
  options: EvaluateCommandOptions,
): Promise<void> {
  const progress = startProgress('evaluate', images, options.json === true);
  const { correct, backend } = await evaluateNetwork(network, dataset, {
    normalization: preprocessing,
    images,
    backend: options.backend,
    signal: interruption(),
    onProgress: (done) => {
      progress.update(done);
    },
  }).finally(() => {
    progress.stop();
  });
  const interval = wilsonInterval(correct, images);
  if (options.json)
    printJson({
      checkpoint: path,
      dataset: dataset.name,
      images,
      correct,
      accuracy: correct / images,
      interval,
      backend,
    });
  else
    print(
      `ANN ${network.description.name} on ${images} ${dataset.name} test images: ${accuracyText(correct / images)} ${intervalText(interval)} (${backend} backend)`,
    );
}

async function evaluateSpiking(
  { path, network, dataset, images, preprocessing }: Subject,
  options: EvaluateCommandOptions,
): Promise<void> {
  const runner = await createRunner(network, {
    ...runnerOptions(options),
    precision: options.precision,
  });
  if (options.profile && runner.backend === 'reference')
    throw new UsageError('--profile needs --kernels wasm or native: the reference is not made to be fast.');
  const source = imageSource(dataset, preprocessing);
  const progress = startProgress('simulate', images, options.json === true);
  const preparation = preparationOf(network);
  const running = runner.run(source, {
    ...(preparation && { preparation }),
    timeSteps: options.timeSteps.at(-1)!,
    indices: Array.from({ length: images }, (_, i) => i),
    seed: options.seed,
    signal: interruption(),
    onProgress: ({ done }) => {
      progress.update(done);
    },
    ...(options.profile && { record: { layerTimes: true } }),
  });
  const run = await running.finally(async () => {
    progress.stop();
    await runner.close();
  });
  const memory = memoryUse(run, runner.memoryBytes);
  const costs = options.profile ? layerCosts(run) : undefined;
  const measured = rowsOf(run, { network, dataset, images }, options.timeSteps);
  if (options.json) {
    printJson({
      checkpoint: path,
      dataset: dataset.name,
      images,
      ...measured,
      energyTable: HOROWITZ_45_NM,
      predictionHash: run.predictionHash,
      precision: run.precision,
      ...(run.preparation && { preparation: run.preparation }),
      ...(run.grid && { grid: run.grid }),
      backend: run.backend,
      threads: run.threads,
      memory,
      ...(costs && { profile: costs }),
    });
    return;
  }
  print(
    `SNN ${network.description.name} on ${images} ${dataset.name} test images (${run.precision}, ${run.backend}, ${run.threads} threads, seed ${options.seed}):`,
  );
  if (preparation) print(`  before each run, not counted below: ${describePreparation(preparation)}`);
  printRows(measured);
  print(`  predictions ${run.predictionHash}`);
  if (run.grid) print(`  ${roundingRemark(run.grid, run.timeSteps)}`);
  print(`  ${formatMemory(memory)}`);
  if (costs) for (const line of ['', ...formatLayerCosts(costs)]) print(line);
}

/** What the method of the conversion does before each run; `run` checks it. */
function preparationOf({ description }: Network): Preparation | undefined {
  const conversion = description.provenance?.['conversion'] as { preparation?: Preparation } | undefined;
  return conversion?.preparation;
}

/** Accuracy and cost of one T. */
interface Row {
  readonly timeSteps: number;
  readonly accuracy: number;
  readonly interval: Interval;
  /** Of one image on average, up to and including step T. */
  readonly spikes: number;
  readonly additions: number;
  readonly neuronUpdates: number;
  readonly energy: EnergyEstimate;
}

interface Rows {
  readonly rows: readonly Row[];
  /** Of one image: of the SNN for the image's constant current, and of the ANN. */
  readonly multiplyAccumulates: { readonly snn: number; readonly ann: number };
}

function rowsOf(
  run: Simulation,
  { network, dataset, images }: Pick<Subject, 'network' | 'dataset' | 'images'>,
  timeSteps: readonly number[],
): Rows {
  const accuracy = accuracyAt(run, dataset.labels);
  const operations = countSpikingOperations(run, network);
  // The weights are those of the ANN, so that the SNN's own description says what the ANN takes.
  const ann = countMultiplyAccumulates(network.description).total;
  const rows = timeSteps.map((t) => {
    const share = accuracy[t - 1]!;
    return {
      timeSteps: t,
      accuracy: share,
      interval: wilsonInterval(Math.round(share * images), images),
      spikes: operations.spikes[t - 1]!,
      additions: operations.additions[t - 1]!,
      neuronUpdates: operations.neuronUpdates[t - 1]!,
      energy: estimateEnergy(operations, ann, { timeSteps: t, table: HOROWITZ_45_NM }),
    };
  });
  return { rows, multiplyAccumulates: { snn: operations.multiplyAccumulates, ann } };
}

function printRows({ rows, multiplyAccumulates: { snn, ann } }: Rows): void {
  for (const { timeSteps, accuracy, interval, additions, energy } of rows) {
    const { int8, activationBits: bits } = energy;
    print(
      `  T = ${String(timeSteps).padStart(4)}   ${accuracyText(accuracy)} ${intervalText(interval)}   ` +
        `${millions(additions)} additions, ${microjoules(int8.snn.total)}; ANN with ${bits}-bit activations ${microjoules(int8.ann)}`,
    );
  }
  print(
    `  ${millions(ann)} multiply-accumulates of the ANN, ${millions(snn)} of the SNN for the image's constant current`,
  );
  print(
    `  energy of one image: weights of 8 bits, sums of 32; arithmetic and neuron updates, without memory (${HOROWITZ_45_NM.source}; 45 nm, 0.9 V)`,
  );
}

function millions(count: number): string {
  return `${(count / 1e6).toFixed(2)} M`;
}

function microjoules(picojoules: number): string {
  return `${(picojoules / 1e6).toPrecision(3)} µJ`;
}
