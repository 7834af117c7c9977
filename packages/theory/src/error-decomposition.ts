import { assertArguments } from './preconditions.js';
import { spikeCount } from './spike-count.js';

/** What {@link decomposeError} compares, for neurons of one threshold. */
export interface DecomposeErrorOptions {
  /** ANN pre-activations z, or activations ReLU(z) (the same if v0 ≤ θ), [neurons] [activation]; read. */
  readonly z: ArrayLike<number>;
  /** Average outputs φ of the spiking neurons, θ · spikes/T, [neurons] [activation]; read. */
  readonly output: ArrayLike<number>;
  /**
   * Average input per step that the spiking neurons received, [neurons] [activation]; read. When given, the
   * difference to z, the error of the layers before, is told apart as `inherited`; otherwise unevenness contains it.
   */
  readonly averageInput?: ArrayLike<number>;
  /** θ, firing threshold [activation], > 0. */
  readonly theta: number;
  /**
   * λ, upper bound of the ANN's activation clip(z, 0, λ) [activation], > 0; one number, or one per neuron; default ∞,
   * a ReLU. What the ANN clips itself is no error of the conversion: with λ = θ there is no clipping error.
   */
  readonly lambda?: number | ArrayLike<number>;
  /** T, integer ≥ 1. */
  readonly timeSteps: number;
  /** Potential before step 0 [activation]; one number, or one per neuron. */
  readonly v0: number | ArrayLike<number>;
}

/** The causes of a conversion error, and their sum. */
export const ERROR_PARTS = ['inherited', 'clipping', 'quantization', 'unevenness', 'total'] as const;

/** Name of a part of the conversion error. */
export type ErrorPart = (typeof ERROR_PARTS)[number];

/** Conversion error per neuron, SNN minus ANN [activation], float64, [neurons] each, and its moments. */
export type ErrorDecomposition = Readonly<Record<ErrorPart, Float64Array>> & {
  /** Mean over the neurons [activation]; the means of the causes add up to the mean total (up to rounding). */
  readonly mean: Readonly<Record<ErrorPart, number>>;
  /** Mean square over the neurons [activation²]; these do not add up, since causes are correlated. */
  readonly meanSquare: Readonly<Record<ErrorPart, number>>;
};

/**
 * Splits the measured conversion error φ − a of every neuron, a = clip(z, 0, λ), into its causes, which add up to it.
 *
 *   inherited    = clip(z̄, 0, λ) − a              input differs from the ANN's (0 without `averageInput`: z̄ = z)
 *   clipping     = clip(z̄, 0, θ) − clip(z̄, 0, λ)  φ cannot exceed θ; > 0 where θ > λ lets through what the ANN clips
 *   quantization = (θ/T) N(z̄) − clip(z̄, 0, θ)     φ is a multiple of θ/T; N is {@link spikeCount} for constant z̄
 *   unevenness   = φ − (θ/T) N(z̄)                 the input came unevenly over time
 *   total        = inherited + clipping + quantization + unevenness  (added in this order) = φ − a
 *
 * `total` is the sum of the parts to the bit; it equals φ − a to the bit where all differences are
 * representable (dyadic values) and to float64 rounding elsewhere. Sign: SNN minus ANN, the negative of
 * {@link ConversionError.bias}. For constant input unevenness is zero.
 *
 * @throws RangeError naming every argument that is out of range
 * @see Bu et al., ICLR 2022 (QCFS), section 3: clipping, quantization and unevenness error
 */
export function decomposeError(options: DecomposeErrorOptions): ErrorDecomposition {
  assertDecomposition(options);
  const { z, output, averageInput = z, theta, lambda = Infinity, timeSteps, v0 } = options;
  const size = z.length;
  const parts = perPart(() => new Float64Array(size));
  for (let i = 0; i < size; i++) {
    const input = averageInput[i]!;
    const rectified = Math.max(input, 0);
    const ceiling = typeof lambda === 'number' ? lambda : lambda[i]!;
    const bounded = Math.min(rectified, ceiling);
    const clipped = Math.min(rectified, theta);
    const potential = typeof v0 === 'number' ? v0 : v0[i]!;
    const even = (theta * spikeCount(input, theta, timeSteps, potential)) / timeSteps;
    parts.inherited[i] = bounded - Math.min(Math.max(z[i]!, 0), ceiling);
    parts.clipping[i] = clipped - bounded;
    parts.quantization[i] = even - clipped;
    parts.unevenness[i] = output[i]! - even;
    parts.total[i] = parts.inherited[i]! + parts.clipping[i]! + parts.quantization[i]! + parts.unevenness[i]!;
  }
  return {
    ...parts,
    mean: perPart((part) => sumOf(parts[part]) / size),
    meanSquare: perPart((part) => sumOfSquares(parts[part]) / size),
  };
}

// Plain loops: a typed array's reduce is several times slower, and arrays here hold millions of neurons.
function sumOf(values: Float64Array): number {
  let sum = 0;
  for (const value of values) sum += value;
  return sum;
}

function sumOfSquares(values: Float64Array): number {
  let sum = 0;
  for (const value of values) sum += value * value;
  return sum;
}

function firstNotFinite(values: ArrayLike<number>): number {
  for (let i = 0; i < values.length; i++) if (!Number.isFinite(values[i])) return i;
  return -1;
}

function perPart<Value>(value: (part: ErrorPart) => Value): Record<ErrorPart, Value> {
  return {
    inherited: value('inherited'),
    clipping: value('clipping'),
    quantization: value('quantization'),
    unevenness: value('unevenness'),
    total: value('total'),
  };
}

function assertDecomposition(options: DecomposeErrorOptions): void {
  const { z, output, averageInput, theta, lambda, timeSteps, v0 } = options;
  assertArguments('decomposeError', { theta, timeSteps, ...(typeof v0 === 'number' ? { v0 } : {}) });
  const problems: string[] = [];
  if (z.length === 0) problems.push('z must have at least 1 element, got 0.');
  const arrays = { z, output, averageInput, v0: typeof v0 === 'number' ? undefined : v0 };
  for (const [name, values] of Object.entries(arrays)) {
    if (values === undefined) continue;
    problems.push(...lengthProblems(name, values, z.length));
    const bad = firstNotFinite(values);
    if (bad >= 0) problems.push(`${name}[${bad}] must be finite, got ${values[bad]!}.`);
  }
  problems.push(...ceilingProblems(lambda, z.length));
  if (problems.length > 0) throw new RangeError(`decomposeError: ${problems.join(' ')}`);
}

function lengthProblems(name: string, { length }: ArrayLike<number>, neurons: number): string[] {
  return length === neurons ? [] : [`${name} must have ${neurons} elements, as many as z, got ${length}.`];
}

function ceilingProblems(lambda: DecomposeErrorOptions['lambda'], neurons: number): string[] {
  if (lambda === undefined) return [];
  if (typeof lambda === 'number') return lambda > 0 ? [] : [`lambda must be > 0, got ${lambda}.`];
  const bad = Array.prototype.findIndex.call(lambda, (value: number) => !(value > 0));
  return [
    ...lengthProblems('lambda', lambda, neurons),
    ...(bad < 0 ? [] : [`lambda[${bad}] must be > 0, got ${lambda[bad]!}.`]),
  ];
}
