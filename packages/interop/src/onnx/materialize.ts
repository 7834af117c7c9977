import type { Padding, Tensor } from '@opi-snn/network';
import {
  type Activation,
  activationOf,
  channelsOf,
  isPadded,
  isStrided,
  NO_PADDING,
  type Part,
} from './activation.js';
import { type Affine, recognizeActivation, type RecognizedActivation } from './recognize-activation.js';
import { isAll, type PerChannel } from './scalar-function.js';
import type { NetworkWriter } from '../network-writer.js';

/**
 * Makes nodes of everything that was only noted about a value; afterwards it is what one node computes.
 *
 * @param wanted name for the last node made, if one is
 * @throws Refusal if a function of the value is no affine map and no known activation
 */
export function materialize(value: Activation, writer: NetworkWriter, wanted: string): Activation {
  const [only] = value.parts;
  const name = join(value, writer, wanted);
  const isUntouched = value.parts.length === 1 && only!.node === name;
  const whole = activationOf(name, value.dims, value.layout, value.isVector);
  const parts = isUntouched ? [{ ...whole.parts[0]!, sole: only!.sole }] : whole.parts;
  const { flattenedFrom } = value;
  return { ...whole, parts, ...(flattenedFrom === undefined ? {} : { flattenedFrom }) };
}

/**
 * Applies the function of one part: an affine map goes into the convolution or dense layer before it, or becomes a
 * batch norm behind that, or a diagonal layer of its own; then the activation.
 *
 * @returns the node that computes the part
 */
export function applyFunction(part: Part, isVector: boolean, writer: NetworkWriter, wanted: string): string {
  const { affine, activation, after } = recognizeActivation(part.function);
  let node = part.node!;
  if (affine !== undefined) {
    const name = activation === undefined ? wanted : `${wanted}.affine`;
    node = appendAffine({ ...part, node }, affine, isVector, writer, name);
  }
  if (activation === undefined) return node;
  node = appendActivation(activation, node, writer, wanted);
  return after === undefined
    ? node
    : appendAffine({ ...part, node }, after, isVector, writer, `${wanted}.after`);
}

function appendActivation(
  activation: NonNullable<RecognizedActivation['activation']>,
  from: string,
  writer: NetworkWriter,
  wanted: string,
): string {
  const name = writer.uniqueName(wanted);
  const inputs = [from] as const;
  if (activation.op === 'relu') return writer.append({ op: 'relu', name, inputs });
  const bound = boundTensor(activation.bound);
  if (activation.op === 'clip') return writer.append({ op: 'clip', name, inputs }, { bound });
  return writer.append({ op: 'qcfs', name, inputs, levels: activation.levels }, { bound });
}

function join(value: Activation, writer: NetworkWriter, wanted: string): string {
  const filled = value.parts.filter((part) => part.node !== null);
  const isWhole = filled.length === value.parts.length && filled.length === 1;
  let name: string;
  let strides = value.strides;
  if (isWhole) name = applyFunction(filled[0]!, value.isVector, writer, wanted);
  else {
    name = embed(value, writer, wanted);
    strides = [1, 1];
  }
  if (strides[0] !== 1 || strides[1] !== 1) name = appendSelection(name, strides, NO_PADDING, writer, wanted);
  if (isPadded(value)) name = appendSelection(name, [1, 1], value.padding, writer, wanted);
  return name;
}

/** Windows of one pixel: keeps every n-th row and column, or puts zeros around. */
function appendSelection(
  from: string,
  strides: readonly [number, number],
  padding: Padding,
  writer: NetworkWriter,
  wanted: string,
): string {
  const name = writer.uniqueName(wanted);
  return writer.append({ op: 'average-pool', name, inputs: [from], size: [1, 1], strides, padding });
}

/** Channels side by side: every part through a kernel of zeros and ones into its place, then their sum. Exact. */
function embed(value: Activation, writer: NetworkWriter, wanted: string): string {
  const total = channelsOf(value);
  const placed: string[] = [];
  let first = 0;
  for (const part of value.parts) {
    const { channels } = part;
    if (part.node !== null) {
      writer.reserve(channels * total);
      const kernel = new Float32Array(channels * total);
      for (let c = 0; c < channels; c++) kernel[c * total + first + c] = 1;
      const from = applyFunction(part, value.isVector, writer, `${wanted}.part`);
      placed.push(appendLayer(from, kernel, undefined, { ...value, inputs: channels, wanted }, writer));
    }
    first += channels;
  }
  if (placed.length === 1) return placed[0]!;
  return writer.append({ op: 'add', name: writer.uniqueName(wanted), inputs: placed });
}

/** A dense layer, or a convolution with windows of one pixel. */
function appendLayer(
  from: string,
  kernel: Float32Array,
  bias: Float32Array | undefined,
  place: {
    readonly isVector: boolean;
    readonly inputs: number;
    readonly strides: readonly [number, number];
    readonly wanted: string;
  },
  writer: NetworkWriter,
): string {
  const name = writer.uniqueName(place.wanted);
  const outputs = kernel.length / place.inputs;
  const biasTensor: Record<string, Tensor> =
    bias === undefined ? {} : { bias: { shape: [outputs], data: bias } };
  if (place.isVector) {
    const shape = [place.inputs, outputs];
    return writer.append(
      { op: 'dense', name, inputs: [from], units: outputs, bias: bias !== undefined },
      { kernel: { shape, data: kernel }, ...biasTensor },
    );
  }
  return writer.append(
    {
      op: 'conv2d',
      name,
      inputs: [from],
      kernelSize: [1, 1],
      filters: outputs,
      strides: place.strides,
      padding: NO_PADDING,
      bias: bias !== undefined,
    },
    { kernel: { shape: [1, 1, place.inputs, outputs], data: kernel }, ...biasTensor },
  );
}

function appendAffine(
  part: Part & { readonly node: string },
  { scale, offset }: Affine,
  isVector: boolean,
  writer: NetworkWriter,
  wanted: string,
): string {
  const { channels, node } = part;
  const source = writer.node(node);
  const spread = (values: PerChannel): Float32Array =>
    Float32Array.from({ length: channels }, (_, c) => values[c % values.length]!);
  if (part.sole && (source.op === 'conv2d' || source.op === 'dense') && isAll(scale, 1)) {
    const before = writer.tensor(`${node}/bias`)?.data ?? new Float32Array(channels);
    const data = before.map((value, c) => value + offset[c % offset.length]!);
    writer.amend({ ...source, bias: true }, 'bias', { shape: [channels], data });
    return node;
  }
  if (part.sole && (source.op === 'conv2d' || source.op === 'dense' || source.op === 'batch-norm')) {
    const tensor = (data: Float32Array): Tensor => ({ shape: [channels], data });
    return writer.append(
      { op: 'batch-norm', name: writer.uniqueName(wanted), inputs: [node], epsilon: 0 },
      {
        gamma: tensor(spread(scale)),
        beta: tensor(spread(offset)),
        mean: tensor(new Float32Array(channels)),
        variance: tensor(new Float32Array(channels).fill(1)),
      },
    );
  }
  writer.reserve(channels * channels);
  const kernel = new Float32Array(channels * channels);
  spread(scale).forEach((value, c) => {
    kernel[c * channels + c] = value;
  });
  return appendLayer(
    node,
    kernel,
    spread(offset),
    { isVector, inputs: channels, strides: [1, 1], wanted },
    writer,
  );
}

function boundTensor(bound: PerChannel): Tensor {
  const first = bound[0]!;
  const data = isAll(bound, first) ? Float32Array.of(first) : Float32Array.from(bound);
  return { shape: [data.length], data };
}

/** Whether materializing would only name what a node computes already. */
export function isWhole(value: Activation): boolean {
  const [part] = value.parts;
  return (
    value.parts.length === 1 &&
    part!.node !== null &&
    Object.keys(recognizeActivation(part!.function)).length === 0 &&
    !isStrided(value) &&
    !isPadded(value)
  );
}
