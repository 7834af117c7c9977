import { Refusal } from '../import-error.js';
import {
  combine,
  isAll,
  isIdentity,
  isUnclipped,
  type PerChannel,
  type ScalarFunction,
} from './scalar-function.js';

/** What a scalar function is in terms of a network's nodes: an affine map, then an activation. */
export interface RecognizedActivation {
  /** scale · x + offset before the activation; undefined when it is x. */
  readonly affine?: { readonly scale: PerChannel; readonly offset: PerChannel };
  readonly activation?:
    | { readonly op: 'relu' }
    | { readonly op: 'clip'; readonly bound: PerChannel }
    | { readonly op: 'qcfs'; readonly bound: PerChannel; readonly levels: number };
}

/** Relative difference at which two constants of float32 arithmetic count as equal. */
const TOLERANCE = 1e-5;

const RETRAIN = 'Train with ReLU, a clip from 0, or quantization-clip-floor-shift';

/**
 * Finds affine map and activation behind a function.
 *
 *   clip(s x + o, 0, ∞) relu      clip(s x + o, 0, λ) clip      λ/L · clip(⌊x L/λ + 1/2⌋, 0, L) qcfs
 *
 * @throws Refusal for any other: bounds not from zero, rounding without a half, negative step
 */
export function recognizeActivation(f: ScalarFunction): RecognizedActivation {
  if (isIdentity(f)) return {};
  if (f.after !== undefined) return recognizeQcfs(f.before, f.after);
  const { scale, offset, low, high } = f.before;
  const affine = isAll(scale, 1) && isAll(offset, 0) ? {} : { affine: { scale, offset } };
  if (isUnclipped(f.before)) return affine;
  if (!isAll(low, 0)) {
    throw new Refusal(
      `it clips to [${low[0]!}, ${high[0]!}], but a spiking neuron's rate starts at 0`,
      RETRAIN,
    );
  }
  if (isAll(high, Infinity)) return { ...affine, activation: { op: 'relu' } };
  if (!high.every(Number.isFinite)) {
    throw new Refusal('it bounds some channels and others not', 'Give every channel a bound');
  }
  return { ...affine, activation: { op: 'clip', bound: high } };
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
