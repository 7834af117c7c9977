import { readFile } from 'node:fs/promises';
import { dirname, extname, join, resolve } from 'node:path';
import { Command, InvalidArgumentError, Option } from 'commander';
import { DATASET_NAMES, NORMALIZATIONS, type DatasetName } from '@opi-snn/datasets';
import { makeFolder } from '@opi-snn/harness';
import {
  importKeras,
  importOnnx,
  importStateDict,
  importTfjs,
  readNpz,
  verifyLogits,
  type ImportedNetwork,
  type ImportedStateDict,
  type LogitComparison,
} from '@opi-snn/interop';
import { ARCHITECTURES, saveNetwork, type Network, type Preprocessing } from '@opi-snn/network';
import { CommandError, UsageError } from '../failure.js';
import { jsonOption, realNumber, wholeNumber } from '../options.js';
import { print, printJson } from '../output.js';

interface ImportCommandOptions {
  readonly architecture?: string;
  readonly activation?: 'relu' | 'clip' | 'qcfs';
  readonly levels: number;
  readonly entry?: string;
  readonly output?: string;
  readonly inputShape?: [height: number, width: number, channels: number];
  readonly dataSet?: DatasetName;
  readonly mean?: number[];
  readonly std?: number[];
  readonly name?: string;
  readonly verify?: string;
  readonly tolerance: number;
  readonly out?: string;
  readonly json?: true;
}

/** `opi import FILE`: a network of another framework becomes a checkpoint. */
export function importCommand(): Command {
  return new Command('import')
    .description(
      'Bring a network in: an ONNX graph, a Keras model (.keras, .h5), a TensorFlow.js LayersModel, or a PyTorch state dict (.pth, .safetensors) onto a named architecture. Exact, or refused with every reason.',
    )
    .argument(
      '<file>',
      'an .onnx, .keras, .h5, .pth, .pt or .safetensors file, or a model.json beside its weights; nothing in it is executed',
    )
    .addOption(
      new Option('--architecture <name>', 'what a state dict fills; ONNX needs none').choices([
        ...ARCHITECTURES.keys(),
      ]),
    )
    .addOption(
      new Option(
        '--activation <name>',
        'activation that a state dict was trained with (default: relu)',
      ).choices(['relu', 'clip', 'qcfs']),
    )
    .addOption(
      new Option('--levels <n>', 'L of the qcfs activation').argParser(wholeNumber(1, 4096)).default(4),
    )
    .addOption(new Option('--entry <key>', 'key of the state dict inside a larger checkpoint'))
    .addOption(
      new Option('--output <name>', 'value of an ONNX graph that is the logits (default: its output)'),
    )
    .addOption(
      new Option('--input-shape <h,w,c>', 'size of an image, when the file leaves it open').argParser(shape),
    )
    .addOption(
      new Option(
        '--data-set <name>',
        'what it was trained on: its normalisation, unless --mean and --std say otherwise',
      ).choices([...DATASET_NAMES]),
    )
    .addOption(new Option('--mean <list>', 'mean of each channel, of pixels in [0, 1]').argParser(numberList))
    .addOption(new Option('--std <list>', 'standard deviation of each channel').argParser(numberList))
    .addOption(
      new Option('--name <name>', 'what the network is called (default: after the file or architecture)'),
    )
    .addOption(
      new Option(
        '--verify <npz>',
        'sample outputs of the source, numpy.savez(file, input=…, logits=…): refuse unless the logits agree',
      ),
    )
    .addOption(
      new Option('--tolerance <value>', 'largest difference of logits that --verify accepts')
        .argParser(realNumber(0, 1e6))
        .default(1e-4),
    )
    .addOption(new Option('--out <file>', 'where to write it (default: FILE with .opi.safetensors)'))
    .addOption(jsonOption())
    .action(importFile);
}

async function importFile(file: string, options: ImportCommandOptions): Promise<void> {
  const out =
    options.out ??
    `${file.replace(/\.(onnx|keras|h5|hdf5|pth|pt|bin|json|safetensors)$/, '')}.opi.safetensors`;
  if (resolve(out) === resolve(file))
    throw new UsageError(`--out must differ from the file, got ${out}; the source is never overwritten.`);
  const bytes = await readFile(file);
  const imported = await importBytes(bytes, file, options);
  const { network } = imported;
  await makeFolder(dirname(out));
  const verification = await verify(imported, options);
  await saveNetwork(out, network);
  if (options.json) {
    const matching = 'matching' in imported ? imported.matching : undefined;
    printJson({ network: out, ...summaryOf(network), notes: imported.notes, matching, verification });
  } else show(imported, out, verification);
}

async function importBytes(
  bytes: Uint8Array,
  file: string,
  options: ImportCommandOptions,
): Promise<ImportedNetwork | ImportedStateDict> {
  const { name, inputShape, entry, output, architecture } = options;
  const preprocessing = preprocessingOf(options);
  const shared = {
    source: file,
    ...(name === undefined ? {} : { name }),
    ...(preprocessing === undefined ? {} : { preprocessing }),
  };
  const kind = kindOf(bytes, file);
  if (kind === 'tfjs') {
    refuseStateDictOptions(options);
    const folder = dirname(file);
    const imported = await importTfjs(bytes, (path) => readFile(join(folder, path)), {
      ...shared,
      ...(inputShape === undefined ? {} : { inputShape }),
    });
    return { ...imported, network: withDataSet(imported.network, options) };
  }
  if (kind === 'keras') {
    refuseStateDictOptions(options);
    if (output !== undefined) throw new UsageError('--output is for ONNX files.');
    const imported = await importKeras(bytes, {
      ...shared,
      ...(inputShape === undefined ? {} : { inputShape }),
    });
    return { ...imported, network: withDataSet(imported.network, options) };
  }
  if (kind === 'onnx') {
    refuseStateDictOptions(options);
    const imported = importOnnx(bytes, {
      ...shared,
      ...(output === undefined ? {} : { output }),
      ...(inputShape === undefined ? {} : { inputShape }),
    });
    return { ...imported, network: withDataSet(imported.network, options) };
  }
  if (output !== undefined) throw new UsageError('--output is for ONNX files.');
  if (architecture === undefined) {
    throw new UsageError(
      `${file} is a state dict, which does not say how its layers are connected; name the architecture with --architecture (${[...ARCHITECTURES.keys()].join(', ')}), or export the network to ONNX.`,
    );
  }
  const imported = await importStateDict(bytes, {
    ...shared,
    architecture,
    ...(entry === undefined ? {} : { entry }),
    ...(options.activation === undefined
      ? {}
      : { activation: activationOf(options.activation, options.levels) }),
    ...(inputShape === undefined ? {} : { imageSize: [inputShape[0], inputShape[1]] as const }),
  });
  return { ...imported, network: withDataSet(imported.network, options) };
}

type FileKind = 'onnx' | 'tfjs' | 'keras' | 'state-dict';

const KIND_OF_ENDING: Readonly<Record<string, FileKind>> = {
  '.json': 'tfjs',
  '.keras': 'keras',
  '.h5': 'keras',
  '.hdf5': 'keras',
  '.pth': 'state-dict',
  '.pt': 'state-dict',
  '.bin': 'state-dict',
  '.safetensors': 'state-dict',
};

/**
 * What a file is by its first bytes: models of TensorFlow.js begin with a brace, HDF5 files with their signature, state dicts
 * with a zip, a pickle or the length of a header, ONNX files with a protobuf field. Where they say nothing the file is damaged, and the
 * reader that its name asks for says how.
 */
function kindOf(bytes: Uint8Array, file: string): FileKind {
  if (bytes[0] === 0x7b) return 'tfjs';
  if (isKeras(bytes)) return 'keras';
  if (isStateDict(bytes)) return 'state-dict';
  return bytes[0] === 0x08 ? 'onnx' : (KIND_OF_ENDING[extname(file).toLowerCase()] ?? 'onnx');
}

function refuseStateDictOptions({ architecture, activation, entry }: ImportCommandOptions): void {
  if (architecture === undefined && activation === undefined && entry === undefined) return;
  throw new UsageError(
    '--architecture, --activation and --entry are for state dicts; a file that describes the network says all that itself.',
  );
}

/** HDF5 files have a signature; archives of Keras are zips that hold one. */
function isKeras(bytes: Uint8Array): boolean {
  const content = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const isHdf5 = content.subarray(1, 4).equals(Buffer.from('HDF'));
  return isHdf5 || (content.subarray(0, 2).equals(Buffer.from('PK')) && content.includes('model.weights.h5'));
}

function isStateDict(bytes: Uint8Array): boolean {
  const isZip = bytes[0] === 0x50 && bytes[1] === 0x4b;
  const isPickle = bytes[0] === 0x80;
  const isSafetensors = bytes[8] === 0x7b && bytes[7] === 0;
  return isZip || isPickle || isSafetensors;
}

function activationOf(
  op: 'relu' | 'clip' | 'qcfs',
  levels: number,
): { op: 'relu' } | { op: 'clip' } | { op: 'qcfs'; levels: number } {
  return op === 'qcfs' ? { op, levels } : { op };
}

function preprocessingOf({ mean, std, dataSet }: ImportCommandOptions): Preprocessing | undefined {
  if ((mean === undefined) !== (std === undefined)) throw new UsageError('--mean and --std belong together.');
  if (mean !== undefined && std !== undefined) return { mean, standardDeviation: std };
  return dataSet === undefined ? undefined : NORMALIZATIONS[dataSet];
}

function withDataSet(network: Network, { dataSet }: ImportCommandOptions): Network {
  if (dataSet === undefined) return network;
  const { description } = network;
  return { ...network, description: { ...description, provenance: { ...description.provenance, dataSet } } };
}

async function verify(
  { network, inputLayout }: ImportedNetwork | ImportedStateDict,
  { verify: file, tolerance }: ImportCommandOptions,
): Promise<(LogitComparison & { readonly tolerance: number }) | undefined> {
  if (file === undefined) return undefined;
  const samples = await readNpz(await readFile(file), file);
  const comparison = verifyLogits(network, samples, inputLayout, file);
  if (comparison.largestDifference <= tolerance) return { ...comparison, tolerance };
  throw new CommandError(
    `the logits differ from those in ${file} by up to ${comparison.largestDifference.toPrecision(3)} (limit ${tolerance}, largest logit ${comparison.largestLogit.toPrecision(3)}); ` +
      `${comparison.sameArgMax} of ${comparison.samples} predictions agree. Nothing was written. ` +
      'Check that the samples are normalised as the network was fed, in evaluation mode; for a QCFS network single values may fall on the other side of a step: raise --tolerance if all predictions agree.',
  );
}

function summaryOf({ description, tensors }: Network): {
  readonly name: string;
  readonly parameters: number;
  readonly operations: Readonly<Record<string, number>>;
} {
  const operations: Record<string, number> = {};
  for (const { op } of description.nodes) operations[op] = (operations[op] ?? 0) + 1;
  const parameters = [...tensors.values()].reduce((sum, { data }) => sum + data.length, 0);
  return { name: description.name, parameters, operations };
}

function show(
  imported: ImportedNetwork | ImportedStateDict,
  out: string,
  verification: LogitComparison | undefined,
): void {
  const { network, notes } = imported;
  const { name, parameters, operations } = summaryOf(network);
  const kinds = Object.entries(operations).map(([op, count]) => `${count} ${op}`);
  print(
    `${out}: ${name}, ${parameters} values in ${network.description.nodes.length} nodes (${kinds.join(', ')})`,
  );
  if ('matching' in imported) {
    print(`keys matched by ${imported.matching.by}:`);
    for (const { parameter, key } of imported.matching.matches)
      print(`  ${(key ?? '(zeros)').padEnd(48)} → ${parameter}`);
  }
  for (const note of notes) print(`note: ${note}`);
  if (verification !== undefined) {
    const { samples, largestDifference, sameArgMax } = verification;
    print(
      `verified: logits of ${samples} samples differ by at most ${largestDifference.toExponential(1)}, ${sameArgMax} predictions agree`,
    );
  } else print('not verified: give sample outputs of the source with --verify');
  if (network.description.preprocessing === undefined) {
    print('note: how images are normalised is unknown; give --data-set, or --mean and --std, to evaluate it');
  }
  if ((operations['max-pool'] ?? 0) > 0)
    print('note: opi convert --max-pool states what becomes of max pooling');
  print(`Next: pnpm opi evaluate ${out}`);
}

/** `HEIGHT,WIDTH,CHANNELS`, for the command line. */
function shape(text: string): [number, number, number] {
  const parse = wholeNumber(1, 65_536);
  const parts = text.split(',');
  if (parts.length === 3) return parts.map((part) => parse(part.trim())) as [number, number, number];
  throw new InvalidArgumentError(`It must be height,width,channels such as 32,32,3, got "${text}".`);
}

/** Numbers separated by commas. */
function numberList(text: string): number[] {
  const parse = realNumber(-1e6, 1e6);
  return text.split(',').map((part) => parse(part.trim()));
}
