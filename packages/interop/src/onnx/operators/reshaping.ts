import { type Activation, channelsOf, pixelsOf } from '../activation.js';
import { type Constant, countValues } from '../constant.js';
import { foldTranspose } from '../fold-constants.js';
import { materialize } from '../materialize.js';
import { type OperatorCall, optionalList, type Value } from '../operator-call.js';
import { activationOf } from '../activation.js';
import { Refusal } from '../../import-error.js';

/** Flatten from axis 1 on: [C, H, W] → [C·H·W]. */
export function flatten(call: OperatorCall): Value {
  const input = call.input(0);
  const axis = call.int('axis', 1);
  if (input.kind === 'constant') {
    const at = axis < 0 ? axis + input.dims.length : axis;
    const product = (dims: readonly number[]): number => dims.reduce((a, b) => a * b, 1);
    return { ...input, dims: [product(input.dims.slice(0, at)), product(input.dims.slice(at))] };
  }
  if (axis === 1 || axis === -input.dims.length) return flattened(call, input);
  throw new Refusal(`it flattens from axis ${axis}`, 'Flatten each image (axis 1)');
}

/** Reshape to [N, features], or to the extents that the value has already. */
export function reshape(call: OperatorCall): Value {
  const input = call.input(0);
  const target = optionalList(call.constant(1, 'its shape')) ?? [];
  if (input.kind === 'constant') return reshapeConstant(input, target);
  const extents = [NaN, ...input.dims];
  const asked = target.map((extent, i) => {
    return extent === 0 && call.int('allowzero', 0) === 0 ? (extents[i] ?? 0) : extent;
  });
  const [batch, ...rest] = asked;
  const isBatch = batch === -1 || Number.isNaN(batch) || batch === 1 || batch === call.graph.batch;
  const total = input.dims.reduce((a, b) => a * b, 1);
  const known = rest.filter((extent) => extent !== -1).reduce((a, b) => a * b, 1);
  const free = rest.filter((extent) => extent === -1).length;
  const result = rest.map((extent) => (extent === -1 ? total / known : extent));
  const isWholeImage =
    result.reduce((a, b) => a * b, 1) === total && free <= 1 && !(free === 1 && batch === -1);
  if (isBatch && isWholeImage && result.every(Number.isInteger)) {
    const withoutOnes = result.filter((extent) => extent !== 1);
    if (result.join() === input.dims.join()) return input;
    if (result.length === 1) return flattened(call, input);
    if (input.isVector && withoutOnes.join() === [channelsOf(input)].filter((c) => c !== 1).join()) {
      return asOnePixel(input, result);
    }
  }
  throw new Refusal(
    `it reshapes [N, ${input.dims.join(', ')}] to [${target.join(', ')}]`,
    'Only flattening each image to [N, features] can be imported',
  );
}

/** A vector as [C, 1, 1]. */
function asOnePixel(input: Activation, dims: readonly number[]): Activation {
  if (dims.length === 3 && dims[0] === channelsOf(input) && input.flattenedFrom === undefined) {
    return { ...input, dims, layout: 'CHW' };
  }
  throw new Refusal(`it reshapes a vector to [N, ${dims.join(', ')}]`, 'Keep vectors as [N, features]');
}

/** Squeeze: constants, and the spatial axes behind a global average. */
export function squeeze(call: OperatorCall): Value {
  const input = call.input(0);
  const axes = call.intsOrInput('axes', 1);
  if (input.kind === 'constant') {
    const drop = axes?.map((axis) => (axis < 0 ? axis + input.dims.length : axis));
    const dims = input.dims.filter((extent, i) => (drop === undefined ? extent !== 1 : !drop.includes(i)));
    return { ...input, dims };
  }
  const rank = input.dims.length + 1;
  const sorted = (axes ?? []).map((axis) => (axis < 0 ? axis + rank : axis)).sort((a, b) => a - b);
  const [rows, columns] = pixelsOf(input);
  const spatial = input.layout === 'HWC' ? '1,2' : '2,3';
  if (input.layout !== 'vector' && rows === 1 && columns === 1 && sorted.join() === spatial) {
    return flattened(call, input);
  }
  throw new Refusal(
    `it removes the axes [${sorted.join(', ')}] of [N, ${input.dims.join(', ')}]`,
    'Only the two spatial axes of a single pixel can be removed',
  );
}

export function unsqueeze(call: OperatorCall): Value {
  const input = call.input(0);
  const axes = call.intsOrInput('axes', 1) ?? [];
  if (input.kind === 'constant') {
    const rank = input.dims.length + axes.length;
    const added = axes.map((axis) => (axis < 0 ? axis + rank : axis));
    const rest = [...input.dims];
    const dims = Array.from({ length: rank }, (_, i) => (added.includes(i) ? 1 : (rest.shift() ?? 1)));
    return { ...input, dims };
  }
  const sorted = [...axes].sort((a, b) => a - b).join();
  if (input.layout === 'vector' && (sorted === '2,3' || sorted === '-2,-1')) {
    return asOnePixel(input, [channelsOf(input), 1, 1]);
  }
  throw new Refusal(
    `it adds the axes [${axes.join(', ')}]`,
    'Keep images [N, C, H, W], vectors [N, features]',
  );
}

/** Transpose: of constants, and between channels first and channels last. */
export function transpose(call: OperatorCall): Value {
  const input = call.input(0);
  const permutation = call.ints('perm');
  if (input.kind === 'constant') return foldTranspose(input, permutation);
  const order = permutation?.join() ?? '';
  if (
    order === input.dims.map((_, i) => i + 1).join() ||
    order === `0,${input.dims.map((_, i) => i + 1).join()}`
  ) {
    return input;
  }
  const [rows, columns] = pixelsOf(input);
  const channels = channelsOf(input);
  if (input.layout === 'CHW' && order === '0,2,3,1') {
    return { ...input, layout: 'HWC', dims: [rows, columns, channels] };
  }
  if (input.layout === 'HWC' && order === '0,3,1,2') {
    return { ...input, layout: 'CHW', dims: [channels, rows, columns] };
  }
  throw new Refusal(
    `it permutes the axes of [N, ${input.dims.join(', ')}] as [${order}]`,
    'Only exchanges of channels first and channels last can be imported',
  );
}

function flattened(call: OperatorCall, value: Activation): Activation {
  if (value.layout === 'vector') return value;
  const channels = channelsOf(value);
  const [rows, columns] = pixelsOf(value);
  if (value.isVector) return { ...value, layout: 'vector', dims: [channels] };
  const whole = materialize(value, call.writer, `${call.wanted}.input`);
  const name = call.writer.uniqueName(call.wanted);
  call.writer.append({ op: 'flatten', name, inputs: [whole.parts[0]!.node!] });
  const vector = activationOf(name, [channels * rows * columns], 'vector');
  const keepsOrder = value.layout === 'HWC' || channels === 1 || rows * columns === 1;
  return keepsOrder ? vector : { ...vector, flattenedFrom: [channels, rows, columns] };
}

function reshapeConstant(input: Constant, target: readonly number[]): Constant {
  const asked = target.map((extent, i) => (extent === 0 ? (input.dims[i] ?? 0) : extent));
  const known = asked.filter((extent) => extent !== -1).reduce((a, b) => a * b, 1);
  const dims = asked.map((extent) => (extent === -1 ? input.data.length / known : extent));
  if (countValues(dims) === input.data.length) return { ...input, dims };
  throw new Refusal(
    `it reshapes a constant of ${input.data.length} numbers to [${target.join(', ')}]`,
    'The file is damaged; export the network again',
  );
}
