import { Command, Option } from 'commander';
import {
  convertWithMethod,
  INITIAL_POTENTIALS,
  METHODS,
  RESET_BY_SUBTRACTION,
  RESET_TO_ZERO,
  type Conversion,
  type LayerStatistics,
  type MethodName,
  type MethodOptions,
} from '@opi-snn/conversion';
import { DATASET_NAMES, loadDataset, type DatasetName } from '@opi-snn/datasets';
import { foldRateNorm, saveNetwork, type Network } from '@opi-snn/network';
import { describeInitialPotential, type InitialPotential } from '@opi-snn/theory';
import { measureActivations } from '@opi-snn/training';
import { datasetOf, isSpiking, loadCheckpoint } from '../checkpoint.js';
import { UsageError } from '../failure.js';
import { interruption } from '../interruption.js';
import { backendOption, dataOption, jsonOption, realNumber, wholeNumber } from '../options.js';
import { print, printJson } from '../output.js';
import { startProgress } from '../progress.js';

interface ConvertOptions {
  readonly method: MethodName;
  readonly potential?: keyof typeof INITIAL_POTENTIALS;
  readonly fraction?: number;
  readonly percentile?: number;
  readonly reset?: 'subtraction' | 'zero';
  readonly maxPool?: 'average';
  readonly dataSet?: DatasetName;
  readonly data?: string;
  readonly images: number;
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
      new Option('--potential <name>', "initial potential instead of the method's").choices(
        Object.keys(INITIAL_POTENTIALS),
      ),
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
    .addOption(new Option('--max-pool <replacement>', 'what becomes of max pooling').choices(['average']))
    .addOption(
      new Option('--data-set <name>', 'training images for thresholds that are measured').choices([
        ...DATASET_NAMES,
      ]),
    )
    .addOption(dataOption())
    .addOption(
      new Option('--images <n>', 'training images to measure on').argParser(wholeNumber(1)).default(1000),
    )
    .addOption(backendOption())
    .addOption(
      new Option('--out <file>', 'where to write the SNN (default: CHECKPOINT with .snn.safetensors)'),
    )
    .addOption(jsonOption())
    .action(convert);
}

async function convert(checkpoint: string, options: ConvertOptions): Promise<void> {
  const { path, network: given } = await loadCheckpoint(checkpoint);
  const network = foldRateNorm(given);
  if (isSpiking(network)) throw new UsageError(`${path} is a spiking network already; convert needs an ANN.`);
  const out = options.out ?? path.replace(/(\.safetensors)?$/, '.snn.safetensors');
  if (out === path)
    throw new UsageError(
      `--out must differ from the checkpoint, got ${out}; the source is never overwritten.`,
    );
  const statistics = needsStatistics(options) ? await measure(network, options) : undefined;
  const conversion = convertWithMethod(network, options.method, methodOptions(options, statistics));
  await saveNetwork(out, conversion.network);
  show(conversion, out, options.json === true);
}

function needsStatistics({ method, percentile }: ConvertOptions): boolean {
  return percentile !== undefined || METHODS[method].threshold.kind !== 'trained-bound';
}

async function measure(network: Network, options: ConvertOptions): Promise<readonly LayerStatistics[]> {
  const { preprocessing } = network.description;
  if (preprocessing === undefined)
    throw new UsageError(
      'the checkpoint does not say how images are normalised, so no threshold can be measured.',
    );
  const dataset = await loadDataset(datasetOf(network, options.dataSet), 'train', { folder: options.data });
  const images = Math.min(options.images, dataset.length);
  const progress = startProgress('measure activations', images, options.json === true);
  try {
    const { layers } = await measureActivations(network, dataset, {
      normalization: preprocessing,
      images,
      percentiles: [options.percentile ?? 99.9],
      backend: options.backend,
      signal: interruption(),
    });
    return layers;
  } finally {
    progress.stop();
  }
}

function methodOptions(
  options: ConvertOptions,
  statistics: readonly LayerStatistics[] | undefined,
): MethodOptions {
  const { percentile, reset, maxPool } = options;
  const initialPotential = chosenPotential(options);
  return {
    ...(initialPotential === undefined ? {} : { initialPotential }),
    ...(percentile === undefined ? {} : { threshold: { kind: 'percentile' as const, percentile } }),
    ...(reset === undefined ? {} : { neuron: reset === 'zero' ? RESET_TO_ZERO : RESET_BY_SUBTRACTION }),
    ...(maxPool === undefined ? {} : { maxPool }),
    ...(statistics === undefined ? {} : { statistics }),
  };
}

function chosenPotential({ potential, fraction }: ConvertOptions): InitialPotential | undefined {
  if (fraction !== undefined) return { kind: 'fraction', fraction };
  return potential === undefined ? undefined : INITIAL_POTENTIALS[potential];
}

function show({ report }: Conversion, out: string, json: boolean): void {
  if (json) {
    printJson({ network: out, report });
    return;
  }
  print(
    `${out}: ${report.layers.length} spiking layers, thresholds by ${report.threshold}, reset by ${report.reset}`,
  );
  for (const { node, theta, initialPotential } of report.layers) {
    const values =
      theta.length === 1
        ? theta[0]!.toPrecision(5)
        : `${Math.min(...theta).toPrecision(4)} … ${Math.max(...theta).toPrecision(4)}`;
    print(`  ${node.padEnd(28)} θ = ${values.padEnd(20)} v0 ${describeInitialPotential(initialPotential)}`);
  }
  for (const note of report.notes) print(`note: ${note}`);
  print(`Next: pnpm opi evaluate ${out}`);
}
