import {
  type Activation,
  activationOf,
  channelsOf,
  imageDims,
  isPadded,
  isStrided,
  type Part,
  pixelsOf,
} from '../activation.js';
import type { Constant } from '../constant.js';
import { foldConcat, foldSlice } from '../fold-constants.js';
import { optionalList, type OperatorCall, type Value } from '../operator-call.js';
import { IDENTITY, sliceChannels } from '../scalar-function.js';
import { Refusal } from '../../import-error.js';
import { refuseHugeMaps } from '../../network-writer.js';
import { affine } from './elementwise.js';

/** Add (and Sum): of two values of equal extents, or of a value and a constant. */
export function add(call: OperatorCall): Value {
  const inputs = call.node.inputs.map((_, index) => call.input(index));
  if (!inputs.every((value) => value.kind === 'activation')) return affine(call);
  const [first] = inputs;
  if (first === undefined) throw new Refusal('it has no inputs', 'Export the network again');
  if (inputs.length === 1) return first;
  for (const other of inputs) {
    const sameOrder = other.flattenedFrom?.join() === first.flattenedFrom?.join();
    const sameKind = other.layout === first.layout && other.isVector === first.isVector;
    if (other.dims.join() !== first.dims.join() || !sameOrder || !sameKind) {
      throw new Refusal(
        `it adds values of extents [N, ${first.dims.join(', ')}] and [N, ${other.dims.join(', ')}]`,
        'Only values of equal extents and order can be added; broadcasting has no counterpart here',
      );
    }
  }
  const from = inputs.map((value) => call.whole(value).parts[0]!.node!);
  const name = call.writer.append({ op: 'add', name: call.writer.uniqueName(call.wanted), inputs: from });
  const { flattenedFrom } = first;
  const sum = activationOf(name, first.dims, first.layout, first.isVector);
  return flattenedFrom === undefined ? sum : { ...sum, flattenedFrom };
}

/** Concat along the channels. */
export function concat(call: OperatorCall): Value {
  const inputs = call.node.inputs.map((_, index) => call.input(index));
  const axis = call.int('axis', 0);
  const constants = inputs.filter((value): value is Constant => value.kind === 'constant');
  if (constants.length === inputs.length) return foldConcat(constants, axis);
  const values = inputs.filter((value): value is Activation => value.kind === 'activation');
  if (values.length !== inputs.length) return concatWithZeros(inputs, axis);
  const ready = values.map((value) => (isPadded(value) || isStrided(value) ? call.whole(value) : value));
  const [first] = ready as [Activation];
  requireChannelAxis(first, axis);
  for (const other of ready) {
    const samePixels = pixelsOf(other).join() === pixelsOf(first).join();
    if (other.layout !== first.layout || other.isVector !== first.isVector || !samePixels) {
      throw new Refusal(
        `it joins values of extents [N, ${first.dims.join(', ')}] and [N, ${other.dims.join(', ')}]`,
        'Values of equal height and width can be joined',
      );
    }
    refuseFlattened(other);
  }
  return joined(
    first,
    ready.flatMap(({ parts }) => parts),
  );
}

/** Channels of zeros beside a value, as some shortcuts are padded. */
function concatWithZeros(inputs: readonly Value[], axis: number): Activation {
  const value = inputs.find((input): input is Activation => input.kind === 'activation')!;
  requireChannelAxis(value, axis);
  refuseFlattened(value);
  const channelAxis = value.layout === 'HWC' ? 3 : 1;
  const parts = inputs.flatMap((input): readonly Part[] => {
    if (input === value) return value.parts;
    if (input.kind === 'constant' && input.data.every((each) => each === 0)) {
      const expected = [1, ...value.dims];
      const fits = input.dims.every((extent, i) => i === 0 || i === channelAxis || extent === expected[i]);
      if (input.dims.length === expected.length && fits) return [zeros(input.dims[channelAxis]!)];
    }
    throw new Refusal('it joins a constant that is not zero', 'Only zeros can be put beside channels');
  });
  return joined(value, parts);
}

function joined(like: Activation, parts: readonly Part[]): Activation {
  const channels = parts.reduce((sum, part) => sum + part.channels, 0);
  const [rows, columns] = pixelsOf(like);
  const dims = like.layout === 'vector' ? [channels] : imageDims(like.layout, channels, rows, columns);
  refuseHugeMaps(dims);
  return { ...like, dims, parts: parts.filter(({ channels: count }) => count > 0) };
}

/** Pad with zeros: around the image, or channels of zeros (shortcuts without weights). */
export function pad(call: OperatorCall): Activation {
  const input = call.activation(0);
  const mode = call.string('mode', 'constant');
  if (mode !== 'constant') {
    throw new Refusal(`its mode is ${mode}`, 'Only padding with zeros can be imported');
  }
  const value = call.optionalConstant(2, 'its value')?.data[0] ?? call.float('value', 0);
  if (value !== 0) throw new Refusal(`it pads with ${value}`, 'Only padding with zeros can be imported');
  const [before, after] = padAmounts(call, input.dims.length + 1);
  refuseFlattened(input);
  const channelAxis = input.layout === 'HWC' ? 3 : 1;
  const [top, bottom, left, right] =
    input.layout === 'vector' ? [0, 0, 0, 0] : spatialPads(input, before, after);
  const padding = { top, bottom, left, right };
  const moves = top + bottom + left + right > 0;
  if (moves && input.isVector) {
    throw new Refusal('it pads the one pixel behind a global average', 'Remove the padding');
  }
  const parts = [zeros(before[channelAxis]!), ...input.parts, zeros(after[channelAxis]!)];
  const wide = joined(input, parts);
  if (!moves) return wide;
  const base = isPadded(wide) ? call.whole(wide) : wide;
  const [rows, columns] = pixelsOf(base);
  const dims = imageDims(base.layout, channelsOf(base), rows + top + bottom, columns + left + right);
  refuseHugeMaps(dims);
  return { ...base, dims, padding };
}

function padAmounts(call: OperatorCall, rank: number): [number[], number[]] {
  const pads = call.intsOrInput('pads', 1) ?? [];
  const axes =
    optionalList(call.optionalConstant(3, 'its axes'))?.map((axis) => (axis < 0 ? axis + rank : axis)) ??
    Array.from({ length: rank }, (_, axis) => axis);
  const before = Array<number>(rank).fill(0);
  const after = Array<number>(rank).fill(0);
  const isRight = pads.length === 2 * axes.length && axes.every((axis) => axis >= 0 && axis < rank);
  if (!isRight || !pads.every((each) => Number.isSafeInteger(each) && each >= 0 && each <= 2 ** 16)) {
    throw new Refusal(
      `its pads are [${pads.slice(0, 12).join(', ')}]`,
      'Paddings must be whole numbers ≥ 0; cropping with Pad cannot be imported',
    );
  }
  axes.forEach((axis, i) => {
    before[axis] = pads[i]!;
    after[axis] = pads[i + axes.length]!;
  });
  if (before[0] !== 0 || after[0] !== 0) throw new Refusal('it pads the batch', 'Remove it');
  return [before, after];
}

function spatialPads(
  { layout }: Activation,
  before: readonly number[],
  after: readonly number[],
): [number, number, number, number] {
  const first = layout === 'HWC' ? 1 : 2;
  return [before[first]!, after[first]!, before[first + 1]!, after[first + 1]!];
}

/** Slice: every n-th row and column from the first on, or a range of channels. */
export function slice(call: OperatorCall): Value {
  const given = call.input(0);
  const rank = given.kind === 'constant' ? given.dims.length : given.dims.length + 1;
  const starts = call.intsOrInput('starts', 1) ?? [];
  const ends = call.intsOrInput('ends', 2) ?? [];
  const axes = (call.intsOrInput('axes', 3) ?? starts.map((_, i) => i)).map((axis) => {
    return axis < 0 ? axis + rank : axis;
  });
  const steps = optionalList(call.optionalConstant(4, 'its steps')) ?? starts.map(() => 1);
  if (given.kind === 'constant') return foldSlice(given, { starts, ends, axes, steps });
  let input: Activation = given;
  axes.forEach((axis, i) => {
    input = sliceAxis(call, input, { axis, start: starts[i]!, end: ends[i]!, step: steps[i]! });
  });
  return input;
}

interface AxisSlice {
  readonly axis: number;
  readonly start: number;
  readonly end: number;
  readonly step: number;
}

function sliceAxis(call: OperatorCall, value: Activation, { axis, start, end, step }: AxisSlice): Activation {
  const extent = value.dims[axis - 1];
  if (extent === undefined || !Number.isSafeInteger(step) || step < 1) {
    throw new Refusal(
      `it slices axis ${axis} by steps of ${step}`,
      'Slice rows, columns or channels forwards',
    );
  }
  const clamp = (position: number): number =>
    Math.min(Math.max(position < 0 ? position + extent : position, 0), extent);
  const [from, to] = [clamp(start), clamp(end)];
  if (from === 0 && to === extent && step === 1) return value;
  const channelAxis = value.layout === 'HWC' ? 3 : 1;
  refuseFlattened(value);
  if (axis === channelAxis) {
    if (step === 1 && to > from) return channelRange(value, from, to);
    throw new Refusal('it takes every n-th channel', 'Take a range of channels');
  }
  const count = Math.floor((to - 1 - from) / step) + 1;
  if (from !== 0 || count !== Math.ceil(extent / step) || value.isVector) {
    throw new Refusal('it crops the image', 'Only every n-th row and column from the first on can be taken');
  }
  const base = isPadded(value) ? call.whole(value) : value;
  const dims = base.dims.map((each, i) => (i === axis - 1 ? count : each));
  const isVertical = axis === (base.layout === 'HWC' ? 1 : 2);
  const [down, across] = base.strides;
  return { ...base, dims, strides: isVertical ? [down * step, across] : [down, across * step] };
}

/** Channels `from … to − 1` of a value, in parts. */
function channelRange(value: Activation, from: number, to: number): Activation {
  const parts: Part[] = [];
  let first = 0;
  for (const part of value.parts) {
    const [low, high] = [Math.max(from, first), Math.min(to, first + part.channels)];
    if (low < high) {
      const isAll = high - low === part.channels;
      if (part.node !== null && !isAll) {
        throw new Refusal(
          'it takes some channels of a layer',
          'Split the layer in two, so that each is used whole',
        );
      }
      const range = sliceChannels(part.function, low - first, high - first);
      parts.push({ ...part, channels: high - low, function: range });
    }
    first += part.channels;
  }
  return joined(value, parts);
}

function zeros(channels: number): Part {
  return { node: null, channels, function: IDENTITY, sole: false };
}

function requireChannelAxis(value: Activation, axis: number): void {
  const rank = value.dims.length + 1;
  const channelAxis = value.layout === 'HWC' ? 3 : 1;
  if ((axis < 0 ? axis + rank : axis) === channelAxis) return;
  throw new Refusal(`it joins along axis ${axis}`, 'Only channels can be joined');
}

function refuseFlattened({ flattenedFrom }: Activation): void {
  if (flattenedFrom === undefined) return;
  throw new Refusal(
    'it joins, pads or slices an image that was flattened',
    'Do so before flattening, or average over the image first',
  );
}
