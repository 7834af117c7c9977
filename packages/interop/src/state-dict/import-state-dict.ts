import {
  type ActivationChoice,
  ARCHITECTURES,
  buildArchitecture,
  buildTorchvisionVgg16,
  buildTorchvisionVgg16Bn,
  buildVgg16,
  findNetworkProblems,
  inferShapes,
  type Network,
  type NetworkDescription,
  type Preprocessing,
  type Tensor,
} from '@opi-snn/network';
import { type KeyMatching, matchKeys } from './match-keys.js';
import { readStateDict, type ReadStateDictOptions } from './read-state-dict.js';
import type { StateDict, StateTensor } from './state-dict.js';
import { ImportError, type ImportProblem, Refusal } from '../import-error.js';

/** Options of {@link importStateDict}. */
export interface ImportStateDictOptions extends ReadStateDictOptions {
  /** Name of a reference architecture (`ARCHITECTURES`), or a description whose tensors are to be filled. */
  readonly architecture: string | NetworkDescription;
  /** What the activations are, which a state dict does not say; default ReLU, refused if the file has learned bounds. */
  readonly activation?: ActivationChoice;
  /** `[height, width]` of an image; default 32 by 32, of torchvision’s networks 224 by 224. */
  readonly imageSize?: readonly [height: number, width: number];
  /** What the network is called; default the architecture's name. */
  readonly name?: string;
  /** How raw images become the network's input; a state dict does not say. */
  readonly preprocessing?: Preprocessing;
  /** Names of the classes in the order of the logits. */
  readonly classes?: readonly string[];
}

/** A network whose tensors came from a state dict, and which key went where. */
export interface ImportedStateDict {
  readonly network: Network;
  readonly inputLayout: 'NCHW';
  readonly matching: KeyMatching;
  readonly notes: readonly string[];
}

const CHECK_ARCHITECTURE =
  'Choose the architecture, activation and image size it was trained with, or export the network to ONNX, which needs no names';

/**
 * Fills a reference architecture with the tensors of a PyTorch state dict (`.pth` or safetensors).
 *
 * Number of classes, of input channels and width are taken from the shapes. Kernels [out, in, h, w] become
 * [h, w, in, out], dense weights [out, in] become [in, out], the rows behind a flattened image put in its order.
 * A state dict does not say how its layers are connected: compare logits (`verifyLogits`) before trusting the result.
 *
 * @throws ImportError listing every parameter without a key, key without a parameter, and shape that does not fit
 */
export async function importStateDict(
  bytes: Uint8Array,
  options: ImportStateDictOptions,
): Promise<ImportedStateDict> {
  const { source = 'bytes' } = options;
  const state = await readStateDict(bytes, options);
  const refuse = (problems: readonly ImportProblem[]): never => {
    throw new ImportError('importStateDict', source, problems);
  };
  const architecture = chooseArchitecture(state, options, refuse);
  const matching = matchKeys(architecture, state);
  const { tensors, problems, notes } = fillTensors(architecture, matching, state);
  if (problems.length > 0) refuse(problems);
  const network: Network = { description: describe(architecture, state, matching, options), tensors };
  const invalid = findNetworkProblems(network);
  if (invalid.length > 0) {
    refuse(invalid.map((problem) => ({ ...problem, remedy: 'Train the network again, or mend the file' })));
  }
  if (matching.by === 'order') {
    notes.push('Keys were matched by the order of modules and their shapes: compare logits before use.');
  }
  return { network, inputLayout: 'NCHW', matching, notes: [...state.notes, ...notes] };
}

function describe(
  architecture: NetworkDescription,
  state: StateDict,
  matching: KeyMatching,
  { source = 'bytes', name, preprocessing, classes }: ImportStateDictOptions,
): NetworkDescription {
  const file = source.replace(/^.*[/\\]/, '');
  return {
    ...architecture,
    name: name ?? architecture.name,
    ...(preprocessing === undefined ? {} : { preprocessing }),
    ...(classes === undefined ? {} : { classes }),
    provenance: { importedFrom: { format: state.format, file, matchedBy: matching.by } },
  };
}

/** Channels of the first convolution at width 1. */
const BASE_WIDTHS: ReadonlyMap<string, number> = new Map([
  ['vgg16', 64],
  ['resnet18', 64],
  ['torchvision-vgg16', 64],
  ['torchvision-vgg16-bn', 64],
]);

/** What the architecture is for, where that is not CIFAR. */
const IMAGE_SIZES: ReadonlyMap<string, readonly [height: number, width: number]> = new Map([
  ['torchvision-vgg16', [224, 224]],
  ['torchvision-vgg16-bn', [224, 224]],
]);

const VGG16_BUILDERS = new Map([
  ['vgg16', buildVgg16],
  ['torchvision-vgg16', buildTorchvisionVgg16],
  ['torchvision-vgg16-bn', buildTorchvisionVgg16Bn],
]);

function chooseArchitecture(
  state: StateDict,
  { architecture, activation, imageSize }: ImportStateDictOptions,
  refuse: (problems: readonly ImportProblem[]) => never,
): NetworkDescription {
  if (typeof architecture !== 'string') return architecture;
  if (!ARCHITECTURES.has(architecture)) {
    refuse([
      {
        node: null,
        message: `there is no architecture ${JSON.stringify(architecture)}`,
        remedy: `Choose one of ${[...ARCHITECTURES.keys()].join(', ')}, or export the network to ONNX`,
      },
    ]);
  }
  const first = firstConvolution(state);
  const last = logitsWeights(state);
  if (first === undefined || last === undefined) {
    const message = 'the file holds no convolution or no dense layer';
    return refuse([{ node: null, message, remedy: CHECK_ARCHITECTURE }]);
  }
  const [filters, channels] = first;
  const [classes, features] = last;
  const options = {
    classes,
    activation: activation ?? ({ op: 'relu' } as const),
    inputShape: [...(imageSize ?? IMAGE_SIZES.get(architecture) ?? [32, 32]), channels] as const,
    width: filters / (BASE_WIDTHS.get(architecture) ?? 16),
  };
  const buildVgg = VGG16_BUILDERS.get(architecture);
  return buildVgg?.({ ...options, hiddenUnits: features }) ?? buildArchitecture(architecture, options);
}

/** [filters, channels] of the first convolution; where the file keeps no order, of the one with the fewest channels. */
function firstConvolution({ tensors, isInModuleOrder }: StateDict): readonly [number, number] | undefined {
  const shapes = [...tensors.values()].map(({ shape }) => shape).filter(({ length }) => length === 4);
  if (shapes.length === 0) return undefined;
  const fewest = shapes.reduce((best, shape) => (shape[1]! < best[1]! ? shape : best));
  const [filters, channels] = isInModuleOrder ? shapes[0]! : fewest;
  return [Math.max(1, filters!), Math.max(1, channels!)];
}

/** [classes, features] of the dense layer whose results no other one reads. */
function logitsWeights({ tensors }: StateDict): readonly [number, number] | undefined {
  const keys = [...tensors.keys()].filter((key) => tensors.get(key)!.shape.length === 2);
  keys.sort((a, b) => a.localeCompare(b, 'en', { numeric: true }));
  const shapes = keys.map((key) => tensors.get(key)!.shape);
  const unread = shapes.filter(([outputs]) => !shapes.some(([, inputs]) => inputs === outputs));
  const chosen = unread.at(-1) ?? shapes.at(-1);
  return chosen === undefined ? undefined : [Math.max(1, chosen[0]!), Math.max(1, chosen[1]!)];
}

interface FilledTensors {
  readonly tensors: ReadonlyMap<string, Tensor>;
  readonly problems: readonly ImportProblem[];
  readonly notes: string[];
}

function fillTensors(
  description: NetworkDescription,
  { matches, unused }: KeyMatching,
  state: StateDict,
): FilledTensors {
  const shapes = inferShapes(description);
  const tensors = new Map<string, Tensor>();
  const problems: ImportProblem[] = [];
  const notes: string[] = [];
  for (const { parameter, key } of matches) {
    const node = description.nodes.find(
      ({ name }) => name === parameter.slice(0, parameter.lastIndexOf('/')),
    )!;
    const input = shapes.get(node.inputs[0] ?? '')!;
    try {
      if (key !== undefined) {
        const flattened = flattenedImage(description, node.inputs[0]!, shapes);
        tensors.set(parameter, convert(parameter, state.tensors.get(key)!, { input, flattened, node }));
      } else if (parameter.endsWith('/bias')) {
        // A layer without bias has a bias of zero.
        const size = shapes.get(node.name)!.at(-1)!;
        tensors.set(parameter, { shape: [size], data: new Float32Array(size) });
        notes.push(`${node.name} has no bias in the file: zeros.`);
      } else throw new Refusal('the file holds no tensor for it', CHECK_ARCHITECTURE);
    } catch (error) {
      if (error instanceof ImportError) problems.push(...error.problems);
      else if (error instanceof Refusal) {
        problems.push({ node: key ?? parameter, message: error.message, remedy: error.remedy });
      } else throw error;
    }
  }
  for (const key of unused) {
    problems.push({
      node: key,
      message: 'nothing in the architecture takes this tensor',
      remedy: CHECK_ARCHITECTURE,
    });
  }
  return { tensors, problems, notes };
}

/** Shape of the image that a vector node flattens, if the value of that name is one, possibly behind activations. */
function flattenedImage(
  description: NetworkDescription,
  name: string,
  shapes: ReadonlyMap<string, readonly number[]>,
): readonly number[] | undefined {
  const node = description.nodes.find((candidate) => candidate.name === name)!;
  return node.op === 'flatten' ? shapes.get(node.inputs[0]) : undefined;
}

interface Place {
  readonly node: NetworkDescription['nodes'][number];
  readonly input: readonly number[];
  readonly flattened: readonly number[] | undefined;
}

/** A tensor of PyTorch in the network's layout. */
function convert(parameter: string, tensor: StateTensor, { node, input, flattened }: Place): Tensor {
  const kind = parameter.slice(parameter.lastIndexOf('/') + 1);
  if (kind === 'bound') return boundOf(tensor, input.at(-1)!);
  if (node.op === 'conv2d' && kind === 'kernel') {
    const [height, width] = node.kernelSize;
    const channels = input[2]!;
    requireShape(tensor, [node.filters, channels, height, width]);
    return { shape: [height, width, channels, node.filters], data: channelsLast(tensor) };
  }
  if (node.op === 'dense' && kind === 'kernel') {
    requireShape(tensor, [node.units, input[0]!]);
    return { shape: [input[0]!, node.units], data: transposed(tensor, flattened) };
  }
  const size = node.op === 'conv2d' ? node.filters : node.op === 'dense' ? node.units : input.at(-1)!;
  requireShape(tensor, [size]);
  return { shape: [size], data: tensor.read() };
}

/** One bound for the layer, or one per channel, however many axes of one it has. */
function boundOf(tensor: StateTensor, channels: number): Tensor {
  const essential = tensor.shape.filter((extent) => extent !== 1);
  const size = essential[0] ?? 1;
  if (essential.length > 1 || (size !== 1 && size !== channels)) {
    throw new Refusal(
      `bounds of shape [${tensor.shape.join(', ')}] do not fit ${channels} channels`,
      CHECK_ARCHITECTURE,
    );
  }
  return { shape: [size], data: tensor.read() };
}

function requireShape({ shape, isFloat }: StateTensor, wanted: readonly number[]): void {
  if (isFloat && shape.join() === wanted.join()) return;
  const found = isFloat ? `[${shape.join(', ')}]` : 'integers';
  throw new Refusal(`it must have shape [${wanted.join(', ')}], got ${found}`, CHECK_ARCHITECTURE);
}

/** [out, in, height, width] → [height, width, in, out]. */
function channelsLast(tensor: StateTensor): Float32Array {
  const [filters, channels, height, width] = tensor.shape as [number, number, number, number];
  const source = tensor.read();
  const pixels = height * width;
  return Float32Array.from({ length: source.length }, (_, index) => {
    const filter = index % filters;
    const rest = (index - filter) / filters;
    const channel = rest % channels;
    const pixel = (rest - channel) / channels;
    return source[(filter * channels + channel) * pixels + pixel]!;
  });
}

/** [out, in] → [in, out]; behind a flattened image its features, channels first there, channels last here. */
function transposed(tensor: StateTensor, image: readonly number[] | undefined): Float32Array {
  const [units, features] = tensor.shape as [number, number];
  const source = tensor.read();
  const [height, width, channels] = image ?? [1, 1, features];
  return Float32Array.from({ length: source.length }, (_, index) => {
    const unit = index % units;
    const feature = (index - unit) / units;
    const channel = feature % channels!;
    const pixel = (feature - channel) / channels!;
    return source[unit * features + channel * height! * width! + pixel]!;
  });
}
