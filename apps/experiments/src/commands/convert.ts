import { dirname, resolve } from 'node:path';
import { Command, Option } from 'commander';
import {
  describeNeuronRule,
  HALF,
  INITIAL_POTENTIALS,
  METHODS,
  POOL_REPLACEMENTS,
  POTENTIAL_STRATEGIES,
  RESET_BY_SUBTRACTION,
  RESET_TO_ZERO,
  type Conversion,
  type MethodName,
  type MethodOptions,
  type PoolReplacement,
  type PotentialCalibration,
  type PotentialStrategy,
} from '@opi-snn/conversion';
import { DATASET_NAMES, loadDataset, type DatasetName } from '@opi-snn/datasets';
import { makeFolder } from '@opi-snn/harness';
import { foldRateNorm, saveNetwork, type Network } from '@opi-snn/network';
import { describeInitialPotential, type InitialPotential } from '@opi-snn/theory';
import { CALIBRATION_IMAGES, calibrateOnTrainingImages } from '../calibrate-potentials.js';
import { chooseCalibrationImages, type CalibrationImages } from '../calibration-images.js';
import { datasetOf, isSpiking, loadCheckpoint } from '../checkpoint.js';
import { CALIBRATED_IMAGES, convertByMethod, MEASURED_IMAGES } from '../convert-by-method.js';
import { UsageError } from '../failure.js';
import { interruption } from '../interruption.js';
import {
  backendOption,
  dataOption,
  jsonOption,
  MAXIMUM_TIME_STEPS,
  realNumber,
  threadsOption,
  wholeNumber,
} from '../options.js';
import { print, printJson } from '../output.js';

interface ConvertOptions {
  readonly method: MethodName;
  readonly potential?: keyof typeof INITIAL_POTENTIALS | PotentialStrategy;
  readonly calibrateFor: number;
  readonly calibrationImages: number;
  readonly seed: number;
  readonly threads?: number;
  readonly fraction?: number;
  readonly percentile?: number;
  readonly reset?: 'subtraction' | 'zero';
  readonly maxPool?: PoolReplacement;
  readonly dataSet?: DatasetName;
  readonly data?: string;
  readonly images?: number;
  readonly timeSteps?: number;
  readonly backend: 'auto' | 'tensorflow' | 'wasm';
  readonly out?: string;
  readonly json?: true;
}

/** `opi convert CHECKPOINT`: an ANN becomes a spiking network, written as one file. */
export function convertCommand(): Command {
  return new Command('convert')
    .description('Convert an ANN into a spiking network; the source file is never altered.')
    .argument('<checkpoint>', 'a .safetensors file, or the name of a committed one')
    .addOption(
      new Option('--method <name>', 'published combination of rules')
        .choices(Object.keys(METHODS))
        .default('opi'),
    )
    .addOption(
      new Option(
        '--potential <name>',
        "initial potential instead of the method's; zero-mean, calibrated and joint measure it on training images",
      ).choices([...Object.keys(INITIAL_POTENTIALS), ...Object.keys(POTENTIAL_STRATEGIES)]),
    )
    .addOption(
      new Option('--calibrate-for <T>', 'time-steps that potentials are calibrated for')
        .argParser(wholeNumber(1, MAXIMUM_TIME_STEPS))
        .default(8),
    )
    .addOption(
      new Option('--calibration-images <n>', 'training images that potentials are calibrated on')
        .argParser(wholeNumber(1))
        .default(CALIBRATION_IMAGES),
    )
    .addOption(
      new Option('--seed <n>', 'seed that chooses the calibration images')
        .argParser(wholeNumber(0))
        .default(1),
    )
    .addOption(
      new Option('--fraction <value>', 'initial potential as a fraction of the threshold')
        .argParser(realNumber(-10, 10))
        .conflicts('potential'),
    )
    .addOption(
      new Option('--percentile <percent>', 'rank of the percentile threshold').argParser(
        realNumber(0.001, 100),
      ),
    )
    .addOption(
      new Option('--reset <rule>', 'what a spike does to the potential').choices(['subtraction', 'zero']),
    )
    .addOption(
      new Option(
        '--max-pool <replacement>',
        'what becomes of max pooling: rate-gated passes on the largest rate, average replaces it',
      ).choices(POOL_REPLACEMENTS),
    )
    .addOption(
      new Option('--data-set <name>', 'training images for thresholds that are measured').choices([
        ...DATASET_NAMES,
      ]),
    )
    .addOption(dataOption())
    .addOption(
      new Option(
        '--images <n>',
        `training images to measure on (default: ${MEASURED_IMAGES}; ${CALIBRATED_IMAGES} for methods that run the network)`,
      ).argParser(wholeNumber(1)),
    )
    .addOption(
      new Option('--time-steps <n>', 'T that the network is meant for (rts, snnc-lp, snnc-ap)').argParser(
        wholeNumber(1, MAXIMUM_TIME_STEPS),
      ),
    )
    .addOption(backendOption())
    .addOption(threadsOption())
    .addOption(
      new Option('--out <file>', 'where to write the SNN (default: CHECKPOINT with .snn.safetensors)'),
    )
    .addOption(jsonOption())
    .action(convert);
}

async function convert(checkpoint: string, options: ConvertOptions): Promise<void> {
  const { path, network: given } = await loadCheckpoint(checkpoint);
  // A method for Rate-Norm networks wants to see one; it folds what it has seen.
  const network = METHODS[options.method].trainedWith === 'rate-norm' ? given : foldRateNorm(given);
  if (isSpiking(network)) throw new UsageError(`${path} is a spiking network already; convert needs an ANN.`);
  const out = options.out ?? path.replace(/(\.safetensors)?$/, '.snn.safetensors');
  if (resolve(out) === resolve(path))
    throw new UsageError(
      `--out must differ from the checkpoint, got ${out}; the source is never overwritten.`,
    );
  await makeFolder(dirname(out));
  const conversion = await convertByMethod(network, {
    method: options.method,
    rules: rulesOf(options),
    trainingSet: () => loadDataset(datasetOf(network, options.dataSet), 'train', { folder: options.data }),
    images: options.images,
    seed: options.seed,
    backend: options.backend,
    runner: options.threads === undefined ? {} : { threads: options.threads },
    signal: interruption(),
    quiet: options.json === true,
  });
  const calibration = isStrategy(options.potential)
    ? await calibrate(network, conversion.network, options.potential, options)
    : undefined;
  await saveNetwork(out, calibration?.network ?? conversion.network);
  show(conversion, { out, json: options.json === true, calibration });
}

function isStrategy(name: ConvertOptions['potential']): name is PotentialStrategy {
  return name !== undefined && Object.hasOwn(POTENTIAL_STRATEGIES, name);
}

async function calibrate(
  ann: Network,
  snn: Network,
  strategy: PotentialStrategy,
  options: ConvertOptions,
): Promise<PotentialCalibration> {
  if (options.reset === 'zero') {
    throw new UsageError(`--potential ${strategy} is for reset by subtraction, got --reset zero.`);
  }
  return calibrateOnTrainingImages(ann, snn, {
    strategy,
    timeSteps: options.calibrateFor,
    on: await trainingImages(ann, options.calibrationImages, options),
    runner: options.threads === undefined ? {} : { threads: options.threads },
    signal: interruption(),
    quiet: options.json === true,
  });
}

async function trainingImages(
  network: Network,
  images: number,
  { dataSet, data, seed }: ConvertOptions,
): Promise<CalibrationImages> {
  const dataset = await loadDataset(datasetOf(network, dataSet), 'train', { folder: data });
  return chooseCalibrationImages(network, dataset, { images, seed });
}

function rulesOf(options: ConvertOptions): MethodOptions {
  const { percentile, reset, maxPool, timeSteps } = options;
  const initialPotential = chosenPotential(options);
  return {
    ...(initialPotential === undefined ? {} : { initialPotential }),
    ...(percentile === undefined ? {} : { threshold: { kind: 'percentile' as const, percentile } }),
    ...(reset === undefined ? {} : { neuron: reset === 'zero' ? RESET_TO_ZERO : RESET_BY_SUBTRACTION }),
    ...(maxPool === undefined ? {} : { maxPool }),
    ...(timeSteps === undefined ? {} : { timeSteps }),
  };
}

function chosenPotential({ potential, fraction }: ConvertOptions): InitialPotential | undefined {
  if (fraction !== undefined) return { kind: 'fraction', fraction };
  // What is calibrated starts from θ/2.
  if (isStrategy(potential)) return HALF;
  return potential === undefined ? undefined : INITIAL_POTENTIALS[potential];
}

interface Shown {
  readonly out: string;
  readonly json: boolean;
  readonly calibration: PotentialCalibration | undefined;
}

function show({ report }: Conversion, { out, json, calibration }: Shown): void {
  if (json) {
    const layers = calibration?.layers;
    printJson({ network: out, report, ...(layers === undefined ? {} : { calibration: layers }) });
    return;
  }
  print(
    `${out}: ${report.layers.length} spiking layers, thresholds by ${report.threshold}, ${describeNeuronRule(report)}`,
  );
  const calibrated = new Map(calibration?.layers.map((layer) => [layer.node, layer]));
  for (const { node, theta, initialPotential } of report.layers) {
    const layer = calibrated.get(node);
    const potential: InitialPotential =
      layer === undefined ? initialPotential : { kind: 'fractions', fractions: layer.fractions };
    const gain =
      layer === undefined
        ? ''
        : `   mean error ${layer.before.bias.toFixed(2)} → ${layer.after.bias.toFixed(2)} θ/T`;
    print(
      `  ${node.padEnd(28)} θ = ${rangeOf(layer?.theta ?? theta).padEnd(20)} v0 ${describeInitialPotential(potential)}${gain}`,
    );
  }
  for (const note of report.notes) print(`note: ${note}`);
  print(`Next: pnpm opi evaluate ${out}`);
}

function rangeOf(theta: readonly number[]): string {
  const least = theta.reduce((a, b) => Math.min(a, b), Infinity);
  const most = theta.reduce((a, b) => Math.max(a, b), -Infinity);
  return least === most ? least.toPrecision(5) : `${least.toPrecision(4)} … ${most.toPrecision(4)}`;
}
