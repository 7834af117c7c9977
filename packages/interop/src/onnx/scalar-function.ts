import { Refusal } from '../import-error.js';

/** One number for all channels, or one per channel. */
export type PerChannel = Float64Array;

/**
 * A function of one number, the same for every pixel, that elementwise ONNX operations add up to:
 *
 *   f(x) = clip(scale · x + offset, low, high)
 *
 * Exact in real numbers; the composition is computed in float64.
 */
export interface ClippedLine {
  readonly scale: PerChannel;
  readonly offset: PerChannel;
  readonly low: PerChannel;
  readonly high: PerChannel;
}

/** f(x) = after(⌊before(x)⌋), or before(x) alone. */
export interface ScalarFunction {
  readonly before: ClippedLine;
  readonly after?: ClippedLine;
}

const one = (value: number): PerChannel => Float64Array.of(value);

const IDENTITY_LINE: ClippedLine = {
  scale: one(1),
  offset: one(0),
  low: one(-Infinity),
  high: one(Infinity),
};

/** f(x) = x. */
export const IDENTITY: ScalarFunction = { before: IDENTITY_LINE };

/** Applies `operation` channel by channel; a single number goes with every channel. */
export function combine(
  a: PerChannel,
  b: PerChannel,
  operation: (x: number, y: number) => number,
): PerChannel {
  const length = Math.max(a.length, b.length);
  return Float64Array.from({ length }, (_, i) => operation(a[i % a.length]!, b[i % b.length]!));
}

/** scale · f(x) + offset. */
export function thenAffine(f: ScalarFunction, scale: PerChannel, offset: PerChannel): ScalarFunction {
  if (!scale.every((value) => Number.isFinite(value) && value !== 0) || !offset.every(Number.isFinite)) {
    throw new Refusal(
      'it multiplies by zero or by a number that is not finite, or adds one',
      'Remove the constant branch and export the network again',
    );
  }
  return onLast(f, (line) => {
    const low = combine(combine(line.low, scale, times), offset, plus);
    const high = combine(combine(line.high, scale, times), offset, plus);
    return {
      scale: combine(line.scale, scale, times),
      offset: combine(combine(line.offset, scale, times), offset, plus),
      low: combine(low, high, Math.min),
      high: combine(low, high, Math.max),
    };
  });
}

/** clip(f(x), low, high). */
export function thenClip(f: ScalarFunction, low: PerChannel, high: PerChannel): ScalarFunction {
  if ([...low, ...high].some(Number.isNaN)) {
    throw new Refusal('its bounds are not numbers', 'Train the bounds again, or set them');
  }
  return onLast(f, (line) => {
    const result = {
      ...line,
      low: combine(combine(line.low, low, Math.max), high, Math.min),
      high: combine(combine(line.high, low, Math.max), high, Math.min),
    };
    if (combine(result.low, result.high, (a, b) => Number(a < b)).every((value) => value === 1)) {
      return result;
    }
    throw new Refusal('its bounds leave a single value', 'Remove the constant branch and export again');
  });
}

/** ⌊f(x)⌋. */
export function thenFloor(f: ScalarFunction): ScalarFunction {
  if (f.after === undefined) return { before: f.before, after: IDENTITY_LINE };
  throw new Refusal('a second rounding follows the first', 'Export with one floor per activation');
}

/** f with the channels `from … to − 1` only. */
export function sliceChannels(f: ScalarFunction, from: number, to: number): ScalarFunction {
  const cut = (values: PerChannel): PerChannel => (values.length === 1 ? values : values.slice(from, to));
  const cutLine = ({ scale, offset, low, high }: ClippedLine): ClippedLine => {
    return { scale: cut(scale), offset: cut(offset), low: cut(low), high: cut(high) };
  };
  return f.after === undefined
    ? { before: cutLine(f.before) }
    : { before: cutLine(f.before), after: cutLine(f.after) };
}

/** Whether a per-channel constant is the same number everywhere. */
export function isAll(values: PerChannel, value: number): boolean {
  return values.every((each) => each === value);
}

/** Whether f(x) = x. */
export function isIdentity({ before, after }: ScalarFunction): boolean {
  return after === undefined && isUnclipped(before) && isAll(before.scale, 1) && isAll(before.offset, 0);
}

/** Whether there are no bounds. */
export function isUnclipped({ low, high }: ClippedLine): boolean {
  return isAll(low, -Infinity) && isAll(high, Infinity);
}

function onLast(f: ScalarFunction, change: (line: ClippedLine) => ClippedLine): ScalarFunction {
  return f.after === undefined ? { before: change(f.before) } : { ...f, after: change(f.after) };
}

// −∞ · 0 cannot occur: scales are finite and not zero.
const times = (a: number, b: number): number => a * b;
const plus = (a: number, b: number): number => a + b;
