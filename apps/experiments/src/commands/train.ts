import { join } from 'node:path';
import { Command, Option } from 'commander';
import { makeFolder } from '@opi-snn/harness';
import {
  DATASET_NAMES,
  loadDataset,
  NORMALIZATIONS,
  type Dataset,
  type DatasetName,
} from '@opi-snn/datasets';
import {
  ARCHITECTURES,
  buildArchitecture,
  saveNetwork,
  type ActivationChoice,
  type JsonValue,
  type Network,
  type NetworkDescription,
} from '@opi-snn/network';
import {
  paperRecipe,
  shortRecipe,
  trainNetwork,
  type Recipe,
  type Schedule,
  type Training,
} from '@opi-snn/training';
import { loadCheckpoint } from '../checkpoint.js';
import { UsageError } from '../failure.js';
import { interruption } from '../interruption.js';
import { nearest } from '../nearest.js';
import { backendOption, dataOption, jsonOption, realNumber, wholeNumber } from '../options.js';
import { print, printJson } from '../output.js';
import { watchTraining } from '../training-view.js';

interface TrainCommandOptions {
  readonly dataSet: DatasetName;
  readonly data?: string;
  readonly recipe: 'short' | 'paper';
  readonly epochs?: number;
  readonly batchSize?: number;
  readonly learningRate?: number;
  readonly weightDecay?: number;
  readonly boundDecay?: number;
  readonly labelSmoothing?: number;
  readonly schedule?: Schedule['kind'];
  readonly warmUp?: number;
  readonly activation: 'clip' | 'qcfs' | 'rate-norm' | 'relu';
  readonly levels: number;
  readonly pool?: 'average' | 'max';
  readonly initialBound?: number;
  readonly from?: string;
  readonly seed: number;
  readonly backend: 'auto' | 'tensorflow' | 'wasm';
  readonly out?: string;
  readonly resume?: true;
  readonly json?: true;
}

/** `opi train NETWORK`: train an ANN whose activations are bounded, ready for conversion. */
export function trainCommand(): Command {
  return new Command('train')
    .description('Train an image network for conversion; checkpoints allow --resume after any interruption.')
    .argument('<network>', `architecture: ${[...ARCHITECTURES.keys()].join(', ')}`)
    .addOption(
      new Option('--data-set <name>', 'what to train on').choices([...DATASET_NAMES]).makeOptionMandatory(),
    )
    .addOption(dataOption())
    .addOption(
      new Option('--recipe <name>', 'paper: 300 epochs as published; short: tens of epochs')
        .choices(['paper', 'short'])
        .default('paper'),
    )
    .addOption(
      new Option('--epochs <n>', 'passes over the training images').argParser(wholeNumber(1, 100_000)),
    )
    .addOption(
      new Option('--batch-size <n>', 'images a step (default: 128)').argParser(wholeNumber(1, 65_536)),
    )
    .addOption(
      new Option('--learning-rate <rate>', 'highest learning rate (default: 0.1)').argParser(
        realNumber(1e-6, 100),
      ),
    )
    .addOption(
      new Option('--weight-decay <factor>', 'L2 on the weights (default: 5e-4)').argParser(realNumber(0, 1)),
    )
    .addOption(
      new Option('--bound-decay <factor>', 'L2 on the activation bounds (default: 5e-4)').argParser(
        realNumber(0, 1),
      ),
    )
    .addOption(
      new Option('--label-smoothing <share>', 'share of the target spread over all classes').argParser(
        realNumber(0, 0.99),
      ),
    )
    .addOption(
      new Option(
        '--schedule <kind>',
        "how the learning rate moves instead of the recipe's: one-cycle climbs over 30 %, then falls, step by step",
      ).choices(['cosine', 'one-cycle', 'constant']),
    )
    .addOption(
      new Option('--warm-up <epochs>', 'climb to the learning rate over so many epochs').argParser(
        realNumber(0, 1000),
      ),
    )
    .addOption(
      new Option('--activation <name>', 'clip: trainable bound (OPI); qcfs: quantised; rate-norm: RNL; relu')
        .choices(['clip', 'qcfs', 'rate-norm', 'relu'])
        .default('clip'),
    )
    .addOption(
      new Option('--levels <n>', 'L of the qcfs activation').argParser(wholeNumber(1, 4096)).default(4),
    )
    .addOption(
      new Option(
        '--pool <kind>',
        'how the blocks of a VGG are pooled (default: as in the architecture)',
      ).choices(['average', 'max']),
    )
    .addOption(
      new Option('--initial-bound <value>', 'where bounds start (default: 4 for clip, 8 for qcfs)').argParser(
        realNumber(1e-3, 1e6),
      ),
    )
    .addOption(
      new Option(
        '--from <checkpoint>',
        'start from the values of a trained network: a second cycle of the schedule, or other activations',
      ),
    )
    .addOption(
      new Option('--seed <n>', 'weights, order and augmentation follow from it')
        .argParser(wholeNumber(0))
        .default(42),
    )
    .addOption(backendOption())
    .addOption(
      new Option(
        '--out <dir>',
        'folder of checkpoint, log and result (default: .opi/training/NETWORK-DATASET-seedSEED)',
      ),
    )
    .addOption(new Option('--resume', 'go on from the checkpoint in the folder'))
    .addOption(jsonOption())
    .action(train);
}

async function train(architecture: string, options: TrainCommandOptions): Promise<void> {
  const folder =
    options.out ?? join('.opi', 'training', `${architecture}-${options.dataSet}-seed${options.seed}`);
  const [trainSet, testSet] = await Promise.all(
    (['train', 'test'] as const).map((split) =>
      loadDataset(options.dataSet, split, { folder: options.data }),
    ),
  );
  const description = describe(architecture, options, trainSet!);
  const recipe = chooseRecipe(options);
  const from = options.from === undefined ? undefined : (await loadCheckpoint(options.from)).network;
  await makeFolder(folder);
  const watch = watchTraining({
    folder,
    title: `${architecture} on ${options.dataSet}`,
    epochs: recipe.epochs,
    quiet: options.json === true,
  });
  const training = await trainNetwork({
    description,
    recipe,
    train: trainSet!,
    test: testSet!,
    folder,
    resume: options.resume ?? false,
    from,
    backend: options.backend,
    signal: interruption(),
    onProgress: watch.update,
    ...(options.initialBound === undefined ? {} : { initialBound: options.initialBound }),
  }).finally(watch.stop);
  const path = join(folder, 'network.safetensors');
  const network = withProvenance(training, { options, recipe, trainSet: trainSet!, from });
  await saveNetwork(path, network);
  summarise(training, path, options.json === true);
}

function describe(architecture: string, options: TrainCommandOptions, data: Dataset): NetworkDescription {
  const names = [...ARCHITECTURES.keys()];
  if (!names.includes(architecture)) {
    throw new UsageError(
      `unknown network "${architecture}"${nearest(architecture, names)}. Known: ${names.join(', ')}.`,
    );
  }
  const activation: ActivationChoice =
    options.activation === 'qcfs' ? { op: 'qcfs', levels: options.levels } : { op: options.activation };
  const { pool } = options;
  if (pool !== undefined && !architecture.includes('vgg')) {
    throw new UsageError(`--pool is for VGGs, whose blocks are pooled, got ${architecture}. Leave it out.`);
  }
  const plain = buildArchitecture(architecture, {
    classes: data.classes.length,
    inputShape: data.imageShape,
    activation,
    ...(pool !== undefined && { pool }),
  });
  return { ...plain, preprocessing: NORMALIZATIONS[options.dataSet], classes: data.classes };
}

function chooseRecipe(options: TrainCommandOptions): Recipe {
  const { dataSet, seed } = options;
  const base =
    options.recipe === 'paper' ? paperRecipe(dataSet, seed) : shortRecipe(NORMALIZATIONS[dataSet], seed);
  const { epochs, batchSize, learningRate, weightDecay, boundDecay, labelSmoothing } = options;
  const chosen = { epochs, batchSize, learningRate, weightDecay, boundDecay, labelSmoothing };
  return {
    ...base,
    schedule: chooseSchedule(base.schedule, options),
    ...Object.fromEntries(Object.entries(chosen).filter(([, value]) => value !== undefined)),
  };
}

// One cycle is defined step by step; its climb is its warm-up.
function chooseSchedule(base: Schedule, { schedule: kind, warmUp }: TrainCommandOptions): Schedule {
  const warmUpEpochs = warmUp ?? (kind === 'one-cycle' ? 0 : base.warmUpEpochs);
  const per = kind === 'one-cycle' ? 'step' : base.per;
  return { kind: kind ?? base.kind, per, warmUpEpochs };
}

function withProvenance(
  { network, log, backend }: Training,
  {
    options,
    recipe,
    trainSet,
    from,
  }: { options: TrainCommandOptions; recipe: Recipe; trainSet: Dataset; from: Network | undefined },
): Network {
  const last = log.at(-1);
  return {
    ...network,
    description: {
      ...network.description,
      provenance: {
        dataSet: trainSet.name,
        dataHash: trainSet.hash,
        recipe: JSON.parse(JSON.stringify({ name: options.recipe, ...recipe })) as JsonValue,
        initialBound: options.initialBound ?? null,
        ...(from === undefined ? {} : { from: from.description.provenance ?? null }),
        backend,
        trainingLoss: last?.loss ?? null,
        trainingAccuracy: last?.accuracy ?? null,
      },
    },
  };
}

function summarise({ log, backend }: Training, path: string, json: boolean): void {
  const last = log.at(-1)!;
  if (json) {
    printJson({ network: path, backend, epochs: log.length, last });
    return;
  }
  const test =
    last.testAccuracy === undefined ? '' : `, test accuracy ${(100 * last.testAccuracy).toFixed(2)} %`;
  print(
    `${path}: ${log.length} epochs on the ${backend} backend, training accuracy ${(100 * last.accuracy).toFixed(2)} %${test}`,
  );
  print(`Next: pnpm opi evaluate ${path}, or pnpm opi convert ${path}`);
}
