import { findNetworkProblems, type JsonValue, type Network, type Preprocessing } from '@opi-snn/network';
import { type Activation, activationOf, NO_PADDING } from './activation.js';
import { type Constant, constantOf } from './constant.js';
import { decodeOnnx } from './decode-onnx.js';
import { materialize } from './materialize.js';
import { type OnnxModel, type OnnxNode, type OnnxValueInfo, ONNX_DATA_TYPES } from './onnx-model.js';
import { type GraphValues, OperatorCall } from './operator-call.js';
import { OPERATORS, remedyFor } from './operators/registry.js';
import { ImportError, type ImportProblem, Refusal } from '../import-error.js';
import { NetworkWriter, refuseHugeMaps } from '../network-writer.js';

/** Oldest and newest version of ONNX's operator set whose operators are read here. */
export const OPSETS = { oldest: 11, newest: 28 } as const;

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
  const general = findGeneralProblems(model, options);
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

/** What concerns the file as a whole. */
function findGeneralProblems(model: OnnxModel, { output }: ImportOnnxOptions): ImportProblem[] {
  const problems: ImportProblem[] = [];
  const add = (message: string, remedy: string): void => {
    problems.push({ node: null, message, remedy });
  };
  const opset = model.opsets.get('');
  if (opset === undefined || opset < OPSETS.oldest || opset > OPSETS.newest) {
    add(
      `the file uses operator set ${opset ?? '(none)'} of ONNX`,
      `Export with an opset_version from ${OPSETS.oldest} to ${OPSETS.newest}`,
    );
  }
  const inputs = model.inputs.filter(({ name }) => !model.initializers.has(name));
  if (inputs.length !== 1) {
    const names = inputs.map(({ name }) => JSON.stringify(name)).join(', ') || 'none';
    add(
      `the graph has ${inputs.length} inputs: ${names}`,
      'Export a network that takes one image and nothing else',
    );
  }
  if (output === undefined && model.outputs.length !== 1) {
    const names = model.outputs.map(({ name }) => JSON.stringify(name)).join(', ') || 'none';
    add(
      `the graph has ${model.outputs.length} outputs: ${names}`,
      'Name the one that is the logits (--output)',
    );
  }
  if (output !== undefined && !model.nodes.some(({ outputs }) => outputs.includes(output))) {
    add(`no node computes the output ${JSON.stringify(output)}`, 'Name a value that a node computes');
  }
  if (model.sparseInitializers > 0) {
    add(`${model.sparseInitializers} weights are sparse tensors`, 'Export dense weights');
  }
  return problems;
}

/** The nodes on which the output depends, in the order of the file, which must be topological. */
function neededNodes(model: OnnxModel, output: string): readonly OnnxNode[] {
  const producer = new Map<string, OnnxNode>();
  for (const node of model.nodes) for (const name of node.outputs) producer.set(name, node);
  const needed = new Set<OnnxNode>();
  const pending = [output];
  for (let name = pending.pop(); name !== undefined; name = pending.pop()) {
    const node = producer.get(name);
    if (node === undefined || needed.has(node)) continue;
    needed.add(node);
    pending.push(...node.inputs);
  }
  return model.nodes.filter((node) => needed.has(node));
}

/** How often each value is read by the needed nodes; being the output counts as well. */
function countUses(nodes: readonly OnnxNode[], output: string): ReadonlyMap<string, number> {
  const uses = new Map<string, number>([[output, 1]]);
  for (const { inputs } of nodes) for (const name of inputs) uses.set(name, (uses.get(name) ?? 0) + 1);
  return uses;
}

/** Whether all that happens to the input is that its channels are moved to the front. */
function isChannelsLast(nodes: readonly OnnxNode[], input: string): boolean {
  const readers = nodes.filter(({ inputs }) => inputs.includes(input));
  return (
    readers.length > 0 &&
    readers.every(({ opType, attributes }) => {
      const permutation = attributes.get('perm');
      return opType === 'Transpose' && permutation?.kind === 'ints' && permutation.value.join() === '0,3,1,2';
    })
  );
}

const FLOATING = ['float', 'float16', 'double', 'bfloat16'];

function appendInput(
  { name, dims, elementType }: OnnxValueInfo,
  layout: 'CHW' | 'HWC',
  { inputShape }: ImportOnnxOptions,
  writer: NetworkWriter,
): Activation {
  const type = ONNX_DATA_TYPES[elementType] ?? 'unknown';
  if (!FLOATING.includes(type)) {
    throw new Refusal(`the input has data type ${type}`, 'Export a network that takes floating-point images');
  }
  if (dims !== undefined && dims.length !== 4) {
    throw new Refusal(
      `the input has extents [${dims.slice(0, 8).join(', ')}]`,
      'Export a network that takes images [N, C, H, W]',
    );
  }
  const [, ...declared] = dims ?? ['?', '?', '?', '?'];
  const [height, width, channels] = inputShape ?? [];
  const asked = layout === 'CHW' ? [channels, height, width] : [height, width, channels];
  const extents = declared.map((extent, i) =>
    typeof extent === 'number' && extent > 0 ? extent : (asked[i] ?? 0),
  );
  if (extents.includes(0)) {
    throw new Refusal(
      `the input has extents [${(dims ?? ['unknown']).join(', ')}]`,
      'Give the open ones (--input-shape HEIGHT,WIDTH,CHANNELS)',
    );
  }
  if (inputShape !== undefined && extents.join() !== asked.join()) {
    throw new Refusal(
      `the input has extents [${(dims ?? []).join(', ')}], not ${inputShape.join('x')} (height, width, channels)`,
      'Leave --input-shape away, or give what the file says',
    );
  }
  refuseHugeMaps(extents);
  const shape =
    layout === 'HWC'
      ? ([extents[0]!, extents[1]!, extents[2]!] as const)
      : ([extents[1]!, extents[2]!, extents[0]!] as const);
  const node = writer.append({ op: 'input', name: writer.uniqueName(name), inputs: [], shape });
  return activationOf(node, extents, layout);
}

function translateNodes(
  model: OnnxModel,
  nodes: readonly OnnxNode[],
  graph: GraphValues,
  problems: ImportProblem[],
): void {
  // Values behind a node that was refused: their users are judged by their type alone.
  const unknown = new Set<string>();
  for (const node of nodes) {
    const name = node.name === '' ? (node.outputs[0] ?? node.opType) : node.name;
    try {
      const operator = node.domain === '' ? OPERATORS.get(node.opType) : undefined;
      if (operator === undefined) {
        const remedy = remedyFor(node.opType, node.domain, node.inputs[0]);
        throw new Refusal(
          `operator ${node.domain === '' ? '' : `${node.domain}.`}${node.opType} cannot be imported`,
          remedy,
        );
      }
      loadInitializers(model, node, graph, unknown);
      const extra = node.outputs.slice(1).find((output) => (graph.uses.get(output) ?? 0) > 0);
      if (extra !== undefined && node.opType !== 'Dropout') {
        throw new Refusal(
          `its output ${JSON.stringify(extra)} is used`,
          'Only first outputs can be imported',
        );
      }
      if (node.inputs.some((input) => unknown.has(input))) {
        for (const output of node.outputs) unknown.add(output);
        continue;
      }
      const value = operator(new OperatorCall(node, graph));
      if (value.kind === 'constant') graph.writer.reserve(value.data.length);
      graph.values.set(node.outputs[0] ?? '', value);
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      problems.push({ node: name, message: error.message, remedy: error.remedy });
      for (const output of node.outputs) unknown.add(output);
    }
  }
}

/** Decodes the weights that a node reads, when it is the first to read them. */
function loadInitializers(
  model: OnnxModel,
  node: OnnxNode,
  { values }: GraphValues,
  unknown: Set<string>,
): void {
  for (const name of node.inputs) {
    if (name === '' || values.has(name) || unknown.has(name)) continue;
    const tensor = model.initializers.get(name);
    if (tensor === undefined) {
      throw new Refusal(
        `its input ${JSON.stringify(name)} is computed by no node before it`,
        'Nodes must stand in the order of computation; check the file with onnx.checker',
      );
    }
    values.set(name, constantOf(tensor));
  }
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
