import { type Constant, countValues } from './constant.js';
import { Refusal } from '../import-error.js';

/** Numbers of one constant that is computed on import; more than any real exporter leaves to be computed. */
const MOST_FOLDED_VALUES = 2 ** 22;

const OPERATIONS: ReadonlyMap<string, (a: number, b: number) => number> = new Map([
  ['Add', (a, b) => a + b],
  ['Sub', (a, b) => a - b],
  ['Mul', (a, b) => a * b],
  ['Div', (a, b) => a / b],
  ['Min', (a, b) => Math.min(a, b)],
  ['Max', (a, b) => Math.max(a, b)],
  ['Pow', (a, b) => a ** b],
]);

/** a ∘ b with broadcasting; integer division truncates. */
export function foldBinary(opType: string, a: Constant, b: Constant): Constant {
  const operation = OPERATIONS.get(opType);
  if (operation === undefined) throw new Refusal(`${opType} of constants`, 'Fold constants before exporting');
  const rank = Math.max(a.dims.length, b.dims.length);
  const align = (dims: readonly number[]): number[] => [
    ...Array<number>(rank - dims.length).fill(1),
    ...dims,
  ];
  const [left, right] = [align(a.dims), align(b.dims)];
  const dims = left.map((extent, i) => {
    if (extent === right[i] || right[i] === 1) return extent;
    if (extent === 1) return right[i]!;
    throw new Refusal(
      `constants of extents [${a.dims.join(', ')}] and [${b.dims.join(', ')}] do not fit`,
      'Export it again',
    );
  });
  const count = foldedCount(dims);
  const integer = a.integer && b.integer;
  const data = new Float64Array(count);
  for (let index = 0; index < count; index++) {
    let [rest, inA, inB, strideA, strideB] = [index, 0, 0, 1, 1];
    for (let axis = rank - 1; axis >= 0; axis--) {
      const position = rest % dims[axis]!;
      rest = (rest - position) / dims[axis]!;
      if (left[axis] !== 1) inA += position * strideA;
      if (right[axis] !== 1) inB += position * strideB;
      strideA *= left[axis]!;
      strideB *= right[axis]!;
    }
    const value = operation(a.data[inA]!, b.data[inB]!);
    data[index] = integer && opType === 'Div' ? Math.trunc(value) : value;
  }
  return { kind: 'constant', dims, data, integer };
}

/** Constants one after the other along their first axis, as shapes are put together. */
export function foldConcat(constants: readonly Constant[], axis: number): Constant {
  if (axis !== 0 || !constants.every(({ dims }) => dims.length === 1)) {
    throw new Refusal('it joins constants other than lists', 'Fold constants before exporting');
  }
  const data = Float64Array.from(constants.flatMap((constant) => Array.from(constant.data)));
  return { kind: 'constant', dims: [data.length], data, integer: constants.every(({ integer }) => integer) };
}

/** A slice of a list. */
export function foldSlice(
  { dims, data, integer }: Constant,
  slice: {
    readonly starts: readonly number[];
    readonly ends: readonly number[];
    readonly steps: readonly number[];
    readonly axes: readonly number[];
  },
): Constant {
  if (dims.length !== 1 || slice.starts.length !== 1 || slice.steps[0] !== 1 || slice.axes[0] !== 0) {
    throw new Refusal('it slices a constant other than a list', 'Fold constants before exporting');
  }
  const part = Float64Array.from(data).slice(slice.starts[0], slice.ends[0]);
  return { kind: 'constant', dims: [part.length], data: part, integer };
}

/** Axes of a constant in another order; reversed if no order is given. */
export function foldTranspose(constant: Constant, permutation: readonly number[] | undefined): Constant {
  const { dims } = constant;
  const order = permutation ?? dims.map((_, i) => dims.length - 1 - i);
  const sorted = [...order].sort((a, b) => a - b);
  if (sorted.join() !== dims.map((_, i) => i).join()) {
    throw new Refusal(`it permutes ${dims.length} axes as [${order.join(', ')}]`, 'Export it again');
  }
  const strides = dims.map((_, i) => dims.slice(i + 1).reduce((a, b) => a * b, 1));
  const result = order.map((axis) => dims[axis]!);
  const count = countValues(result);
  const data = new (constant.data.constructor as Float32ArrayConstructor)(count);
  for (let index = 0; index < count; index++) {
    let [rest, source] = [index, 0];
    for (let axis = result.length - 1; axis >= 0; axis--) {
      const position = rest % result[axis]!;
      rest = (rest - position) / result[axis]!;
      source += position * strides[order[axis]!]!;
    }
    data[index] = constant.data[source]!;
  }
  return { ...constant, dims: result, data };
}

/** Number of values of a constant to be computed, within reason. */
export function foldedCount(dims: readonly number[]): number {
  const count = countValues(dims);
  if (count <= MOST_FOLDED_VALUES) return count;
  throw new Refusal(`it computes a constant of ${count} numbers`, 'Fold constants before exporting');
}
