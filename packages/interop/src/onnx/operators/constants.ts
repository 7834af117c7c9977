import type { Constant } from '../constant.js';
import { constantOf, countValues } from '../constant.js';
import { foldBinary, foldedCount } from '../fold-constants.js';
import { ONNX_DATA_TYPES } from '../onnx-model.js';
import { type OperatorCall, optionalList, type Value } from '../operator-call.js';
import { Refusal } from '../../import-error.js';

/** Constant: the tensor, number or list among its attributes. */
export function constant({ node }: OperatorCall): Constant {
  const [name, attribute] = [...node.attributes].find(([key]) => key.startsWith('value')) ?? [];
  if (attribute?.kind === 'tensor') return constantOf(attribute.value);
  if (attribute?.kind === 'int' || attribute?.kind === 'float') {
    const data = Float64Array.of(attribute.value);
    return { kind: 'constant', dims: [], data, integer: attribute.kind === 'int' };
  }
  if (attribute?.kind === 'ints' || attribute?.kind === 'floats') {
    const data = Float64Array.from(attribute.value);
    return { kind: 'constant', dims: [data.length], data, integer: attribute.kind === 'ints' };
  }
  throw new Refusal(
    `its value (${name ?? 'none'}) is of no known kind`,
    'Only tensors and numbers can be imported',
  );
}

/** ConstantOfShape. */
export function constantOfShape(call: OperatorCall): Constant {
  const dims = optionalList(call.constant(0, 'its shape')) ?? [];
  // The batch of zeros that is joined to a value is that of the value.
  const known = dims.map((extent) => (Number.isNaN(extent) ? 1 : extent));
  const value = call.node.attributes.get('value');
  const filled = value?.kind === 'tensor' ? constantOf(value.value) : undefined;
  const data = new Float64Array(foldedCount(known)).fill(filled?.data[0] ?? 0);
  return { kind: 'constant', dims: known, data, integer: filled?.integer ?? false };
}

/** Identity; and CastLike, since everything is computed in float32. */
export function identity(call: OperatorCall): Value {
  return call.input(0);
}

/** Dropout does nothing outside training. */
export function dropout(call: OperatorCall): Value {
  const training = call.optionalConstant(2, 'its training mode');
  if (training !== undefined && training.data[0] !== 0) {
    throw new Refusal('it drops values at random (training_mode)', 'Call model.eval() before exporting');
  }
  return call.input(0);
}

/** Cast: of constants; values that depend on the image stay float32. */
export function cast(call: OperatorCall): Value {
  const input = call.input(0);
  const type = ONNX_DATA_TYPES[call.int('to', 1)] ?? 'unknown';
  const isFloat = ['float', 'double', 'float16', 'bfloat16'].includes(type);
  if (input.kind === 'constant') {
    return isFloat
      ? { ...input, integer: false }
      : { ...input, data: Float64Array.from(input.data, Math.trunc), integer: true };
  }
  if (isFloat) return input;
  throw new Refusal(`it casts an activation to ${type}`, 'Export the network in floating point');
}

/** Expand: of constants, to extents that are known. */
export function expand(call: OperatorCall): Constant {
  const input = call.constant(0, 'what it expands');
  const dims = optionalList(call.constant(1, 'its shape')) ?? [];
  // Adding zeros of those extents broadcasts, and keeps −0 apart from nothing that matters.
  const zeros = new Float64Array(foldedCount(dims));
  return foldBinary('Add', input, { kind: 'constant', dims, data: zeros, integer: input.integer });
}

/** Shape: the batch is unknown (NaN), the rest is known. */
export function shape(call: OperatorCall): Constant {
  const input = call.input(0);
  const dims = input.kind === 'constant' ? input.dims : [NaN, ...input.dims];
  const start = call.int('start', 0);
  const end = call.int('end', dims.length);
  const data = Float64Array.from(dims).slice(start, end);
  return { kind: 'constant', dims: [data.length], data, integer: true };
}

/** Gather: elements of a list. */
export function gather(call: OperatorCall): Constant {
  const list = call.constant(0, 'what it picks from');
  const indices = call.constant(1, 'its indices');
  if (list.dims.length !== 1 || call.int('axis', 0) !== 0) {
    throw new Refusal('it picks from a constant other than a list', 'Fold constants before exporting');
  }
  const data = Float64Array.from(indices.data, (index) => {
    const value = list.data[index < 0 ? index + list.data.length : index];
    if (value === undefined) throw new Refusal(`its index ${index} is outside the list`, 'Export it again');
    return value;
  });
  return { kind: 'constant', dims: indices.dims, data, integer: list.integer };
}

/** Sqrt, Reciprocal, Ceil of constants. */
export function unaryOfConstant(call: OperatorCall): Constant {
  const { opType } = call.node;
  const operation = UNARY.get(opType)!;
  const input = call.constant(0, 'its input');
  countValues(input.dims);
  return { ...input, data: Float64Array.from(input.data, operation) };
}

const UNARY: ReadonlyMap<string, (x: number) => number> = new Map([
  ['Sqrt', Math.sqrt],
  ['Reciprocal', (x: number) => 1 / x],
  ['Ceil', Math.ceil],
]);
