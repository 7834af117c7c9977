import { Refusal } from '../import-error.js';
import {
  combine,
  isAll,
  isIdentity,
  isUnclipped,
  type PerChannel,
  type ScalarFunction,
} from './scalar-function.js';

/** scale · x + offset. */
export interface Affine {
  readonly scale: PerChannel;
  readonly offset: PerChannel;
}

/** What a scalar function is in terms of a network's nodes: an affine map, an activation, another affine map. */
export interface RecognizedActivation {
  /** scale · x + offset before the activation; undefined when it is x. */
  readonly affine?: Affine;
  readonly activation?:
    | { readonly op: 'relu' }
    | { readonly op: 'clip'; readonly bound: PerChannel }
    | { readonly op: 'qcfs'; readonly bound: PerChannel; readonly levels: number };
  /** What is applied to the activation; undefined when nothing. */
  readonly after?: Affine;
}

/** Relative difference at which two constants of float32 arithmetic count as equal. */
const TOLERANCE = 1e-5;

/**
 * Finds affine map and activation behind a function.
 *
 *   clip(s x + o, 0, ∞) relu      clip(s x + o, 0, λ) clip      λ/L · clip(⌊x L/λ + 1/2⌋, 0, L) qcfs
 *   clip(u, l, h) = l + clip(u − l, 0, h − l)      clip(u, −∞, h) = h − clip(h − u, 0, ∞)      with u = s x + o
 *
 * The second line is what batch norm behind an activation comes to: its shift moves the bounds, and a negative scale
 * turns them round, channel by channel.
 *
 * @throws Refusal for rounding other than QCFS, and where some channels are bounded above and others not
 */
export function recognizeActivation(f: ScalarFunction): RecognizedActivation {
  if (isIdentity(f)) return {};
  if (f.after !== undefined) return recognizeQcfs(f.before, f.after);
  if (isUnclipped(f.before)) return { affine: f.before };
  const { low, high } = f.before;
  if (
    !combine(low, high, (l, h) => Number(Number.isFinite(l) || Number.isFinite(h))).every(
      (bounded) => bounded === 1,
    )
  ) {
    throw new Refusal('it clips some channels and others not', 'Give every channel the same activation');
  }
  // The end of the range that becomes zero, and the direction from there.
  const origin = combine(low, high, (l, h) => (Number.isFinite(l) ? l : h));
  const direction = low.map((l) => (Number.isFinite(l) ? 1 : -1));
  const scale = combine(f.before.scale, direction, (s, sign) => s * sign);
  const offset = combine(
    combine(f.before.offset, origin, (o, zero) => o - zero),
    direction,
    (o, sign) => o * sign,
  );
  const bound = combine(low, high, (l, h) => (Number.isFinite(l) ? h - l : Infinity));
  return {
    ...(isAll(scale, 1) && isAll(offset, 0) ? {} : { affine: { scale, offset } }),
    activation: boundedRelu(bound),
    ...(isAll(origin, 0) && isAll(direction, 1) ? {} : { after: { scale: direction, offset: origin } }),
  };
}

function boundedRelu(bound: PerChannel): NonNullable<RecognizedActivation['activation']> {
  if (isAll(bound, Infinity)) return { op: 'relu' };
  if (bound.every(Number.isFinite)) return { op: 'clip', bound };
  throw new Refusal('it bounds some channels and others not', 'Give every channel a bound');
}

function recognizeQcfs(
  before: ScalarFunction['before'],
  after: NonNullable<ScalarFunction['after']>,
): RecognizedActivation {
  const refuse = (why: string): never => {
    throw new Refusal(
      `it rounds in a way that is not quantization-clip-floor-shift: ${why}`,
      'Known is λ · clip(⌊x L/λ + 1/2⌋ / L, 0, 1); use it, or train with ReLU or a clip',
    );
  };
  if (!before.offset.every((value) => isClose(value, 0.5)))
    refuse(`the shift is ${before.offset[0]!}, not 1/2`);
  if (!isAll(after.offset, 0)) refuse('something is added after rounding');
  if (!after.scale.every((step) => step > 0)) refuse('the step is not positive');
  // Clipping before the floor and after it are the same: ⌊clip(u, 0, …)⌋ = clip(⌊u⌋, 0, …) for whole bounds.
  const lowest = combine(
    combine(before.low, after.scale, (low, step) => Math.floor(low + TOLERANCE) * step),
    after.low,
    Math.max,
  );
  const highest = combine(
    combine(before.high, after.scale, (high, step) => Math.floor(high + TOLERANCE) * step),
    after.high,
    Math.min,
  );
  if (!lowest.every((value) => Math.abs(value) < TOLERANCE))
    refuse(`the lowest level is ${lowest[0]!}, not 0`);
  const levels = combine(highest, after.scale, (bound, step) => bound / step);
  const count = Math.round(levels[0]!);
  if (!(count >= 1 && Number.isFinite(count)) || !levels.every((value) => isClose(value, count))) {
    refuse(`the number of levels is ${levels[0]!}, not one whole number for all channels`);
  }
  const gain = combine(before.scale, after.scale, (scale, step) => scale * step);
  if (!gain.every((value) => isClose(value, 1))) refuse(`the slope of the stairs is ${gain[0]!}, not 1`);
  return { activation: { op: 'qcfs', bound: highest, levels: count } };
}

function isClose(value: number, to: number): boolean {
  return Math.abs(value - to) <= TOLERANCE * Math.max(1, Math.abs(to));
}
