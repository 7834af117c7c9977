import { findNetworkProblems, type JsonValue, type Network, type Preprocessing } from '@opi-snn/network';
import { type Activation, NO_PADDING } from './activation.js';
import type { Constant } from './constant.js';
import { decodeOnnx } from './decode-onnx.js';
import { findGraphProblems } from './find-graph-problems.js';
import { appendInput, isChannelsLast } from './graph-input.js';
import { materialize } from './materialize.js';
import type { OnnxModel } from './onnx-model.js';
import type { GraphValues } from './operator-call.js';
import { countUses, neededNodes, translateNodes } from './translate-nodes.js';
import { ImportError, type ImportProblem, Refusal } from '../import-error.js';
import { NetworkWriter } from '../network-writer.js';

/** Options of {@link importOnnx}. */
export interface ImportOnnxOptions {
  /** The file's name for error messages. */
  readonly source?: string;
  /** What the network is called; default: the source without folder and extension. */
  readonly name?: string;
  /** Name of the value that is the logits; default: the graph's only output. */
  readonly output?: string;
  /** `[height, width, channels]` of an image, when the file leaves them open; refused if it contradicts the file. */
  readonly inputShape?: readonly [height: number, width: number, channels: number];
  /** How raw images become the network's input; ONNX does not say. */
  readonly preprocessing?: Preprocessing;
  /** Names of the classes in the order of the logits. */
  readonly classes?: readonly string[];
}

/** A network that was imported, and what a user should know about it. */
export interface ImportedNetwork {
  readonly network: Network;
  /** Layout of one input image in the source, for feeding both the same numbers. */
  readonly inputLayout: 'NCHW' | 'NHWC';
  readonly notes: readonly string[];
}

/**
 * Imports an ONNX graph with its weights, exactly or not at all.
 *
 * Channels-first becomes channels-last, also in the dense layer behind a flattened image. Elementwise operations with
 * constants are composed and recognised as ReLU, clip or QCFS; concatenation becomes one layer per part and a sum;
 * zero-padded shortcuts become kernels of zeros and ones. Batch norms stay nodes (`foldBatchNorm` merges them).
 * Logits agree with the source to float32 rounding, except where a value meets a step of QCFS within rounding.
 *
 * @param bytes an `.onnx` file with its weights inside
 * @throws ImportError listing every node that cannot be imported, with reason and remedy
 * @example
 * const { network } = importOnnx(await readFile('resnet20.onnx'), { source: 'resnet20.onnx' });
 */
export function importOnnx(bytes: Uint8Array, options: ImportOnnxOptions = {}): ImportedNetwork {
  const model = decodeOnnx(bytes, options.source ?? 'bytes');
  return importModel(model, options, { caller: 'importOnnx', format: 'onnx', fileBytes: bytes.length });
}

/** Where a model of ONNX nodes comes from. */
export interface ModelOrigin {
  /** First word of error messages. */
  readonly caller: string;
  readonly format: 'onnx' | 'tfjs' | 'keras';
  readonly fileBytes: number;
}

/**
 * Imports a model of ONNX nodes, wherever they come from; other formats are rewritten as such.
 *
 * @internal
 */
export function importModel(
  model: OnnxModel,
  options: ImportOnnxOptions,
  { caller, format, fileBytes }: ModelOrigin,
): ImportedNetwork {
  const { source = 'bytes' } = options;
  const refuse = (problems: readonly ImportProblem[], cause?: unknown): never => {
    throw new ImportError(caller, source, problems, cause);
  };
  const general = findGraphProblems(model, options.output);
  if (general.length > 0) refuse(general);
  const output = options.output ?? model.outputs[0]!.name;
  const nodes = neededNodes(model, output);
  const writer = new NetworkWriter(fileBytes);
  const { name: inputName, ...input } = model.inputs.find(({ name }) => !model.initializers.has(name))!;
  const graph: GraphValues = {
    values: new Map(),
    uses: countUses(nodes, output),
    writer,
    opset: model.opsets.get('')!,
    batch: typeof input.dims?.[0] === 'number' ? input.dims[0] : undefined,
    notes: new Set(),
  };
  const problems: ImportProblem[] = [];
  const guarded = (node: string | null, action: () => void): void => {
    try {
      action();
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      problems.push({ node, message: error.message, remedy: error.remedy });
    }
  };
  const layout = isChannelsLast(nodes, inputName) ? 'HWC' : 'CHW';
  guarded(inputName, () => {
    graph.values.set(inputName, appendInput({ name: inputName, ...input }, layout, options, writer));
  });
  if (problems.length > 0) refuse(problems);
  translateNodes(model, nodes, graph, problems);
  const result = graph.values.get(output);
  if (problems.length > 0) refuse(problems);
  let last = '';
  guarded(output, () => {
    last = logitsNode(result, output, writer);
  });
  if (problems.length > 0) refuse(problems);
  const network = writer.build({ ...factsOf(model, options, format), output: last });
  const invalid = findNetworkProblems(network).map(({ node, message }): ImportProblem => {
    return { node, message, remedy: 'The weights or the graph are damaged; export the network again' };
  });
  if (invalid.length > 0) refuse(invalid);
  return { network, inputLayout: layout === 'HWC' ? 'NHWC' : 'NCHW', notes: [...graph.notes] };
}

function logitsNode(value: Activation | Constant | undefined, output: string, writer: NetworkWriter): string {
  if (value?.kind !== 'activation') {
    throw new Refusal('the output does not depend on the image', 'Export the network with its input');
  }
  if (value.layout !== 'vector' && !value.isVector) {
    throw new Refusal(
      `the output has extents [N, ${value.dims.join(', ')}]`,
      'Logits must be [N, classes]; name them (--output), or average over the image at the end',
    );
  }
  if (value.flattenedFrom !== undefined) {
    throw new Refusal(
      'the output is a flattened image',
      'Logits must come from a dense layer or a global average',
    );
  }
  return materialize({ ...value, padding: NO_PADDING }, writer, output).parts[0]!.node!;
}

function factsOf(
  { producer, opsets }: OnnxModel,
  { source = 'bytes', name, preprocessing, classes }: ImportOnnxOptions,
  format: ModelOrigin['format'],
): Pick<Network['description'], 'name' | 'preprocessing' | 'classes' | 'provenance'> {
  const file = source.replace(/^.*[/\\]/, '');
  const importedFrom: JsonValue = {
    format,
    file,
    producer: producer.slice(0, 100),
    opset: opsets.get('')!,
  };
  return {
    name: name ?? (file.replace(/\.(onnx|json)$/, '') || 'network'),
    ...(preprocessing === undefined ? {} : { preprocessing }),
    ...(classes === undefined ? {} : { classes }),
    provenance: { importedFrom },
  };
}
