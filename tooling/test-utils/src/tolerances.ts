/**
 * What is compared, which decides how far two numbers may lie apart.
 *
 * - `integer`: counts, spikes, shapes, seeds; must be equal
 * - `float32`: elementwise float32 results
 * - `float32-reduction`: float32 sums over n terms, in any order of addition
 * - `float64`: elementwise float64 results
 * - `gradient-float64`, `gradient-float32`: a gradient against a central difference (steps 1e-4 and 1e-2 scaled)
 * - `backend`: tfjs or another backend against ours; the test states why they differ
 *
 * Statistical comparisons have no entry: their bound comes from the distribution, a fixed seed and a stated
 * probability of a false alarm.
 */
export type ToleranceKind =
  | 'integer'
  | 'float32'
  | 'float32-reduction'
  | 'float64'
  | 'gradient-float64'
  | 'gradient-float32'
  | 'backend';

/** Two numbers agree when |actual − expected| ≤ absolute + relative · |expected|. */
export interface Tolerance {
  /** Relative part, dimensionless, ≥ 0. For `float32-reduction` it is per term and relative to Σ|terms|. */
  readonly relative: number;
  /** Absolute part, in the unit of the numbers, ≥ 0. */
  readonly absolute: number;
}

/** The project's table of tolerances; tests take theirs from here instead of trying until it passes. */
export const TOLERANCES: Readonly<Record<ToleranceKind, Tolerance>> = {
  integer: { relative: 0, absolute: 0 },
  float32: { relative: 1e-6, absolute: 1e-7 },
  'float32-reduction': { relative: 2 ** -24, absolute: 0 },
  float64: { relative: 1e-12, absolute: 0 },
  'gradient-float64': { relative: 1e-5, absolute: 0 },
  'gradient-float32': { relative: 2e-3, absolute: 0 },
  backend: { relative: 1e-5, absolute: 0 },
};

/** Settings of {@link expectClose}. */
export interface CloseOptions {
  /** n, number of terms that were added up for one element, integer ≥ 1; required for `float32-reduction`. */
  readonly terms?: number;
  /**
   * What the relative part is relative to: one number or one per element, ≥ 0. Σ|terms| for a reduction, the size of
   * the whole tensor where elements cancel to almost nothing. Default |expected| of each element.
   */
  readonly magnitude?: number | ArrayLike<number>;
  /** Name of the compared array, put in front of the failure message. */
  readonly label?: string;
}

/**
 * Require every element of `actual` to lie within the table's tolerance of the same element of `expected`.
 *
 *   |actual[i] − expected[i]| ≤ absolute + relative · n · magnitude[i]      (n = `terms`, otherwise 1)
 *
 * NaN agrees with NaN, an infinity only with itself, −0 with +0.
 *
 * @param actual   numbers to judge, a single one or an array of any length
 * @param expected numbers to compare with, of the same length
 * @param kind     row of {@link TOLERANCES}
 * @throws Error naming index, actual, expected, difference and tolerance of the first and of the worst element, and
 *   how many disagree
 * @throws TypeError if `terms` is missing for `float32-reduction` or not a positive integer
 * @example
 * expectClose(Float32Array.of(0.1), [0.1], 'float32');
 */
export function expectClose(
  actual: number | ArrayLike<number>,
  expected: number | ArrayLike<number>,
  kind: ToleranceKind,
  options: CloseOptions = {},
): void {
  const actuals = typeof actual === 'number' ? [actual] : actual;
  const expecteds = typeof expected === 'number' ? [expected] : expected;
  const label = options.label === undefined ? '' : `${options.label}: `;
  if (actuals.length !== expecteds.length) {
    throw new Error(`${label}expected ${expecteds.length} elements, got ${actuals.length}`);
  }
  const allowed = allowedDifference(kind, options, expecteds);
  const wrong: Disagreement[] = [];
  for (let index = 0; index < expecteds.length; index++) {
    const pair = { index, actual: actuals[index]!, expected: expecteds[index]!, tolerance: allowed(index) };
    if (!agree(pair)) wrong.push(pair);
  }
  if (wrong.length > 0) throw new Error(label + report(wrong, expecteds.length, kind));
}

interface Disagreement {
  readonly index: number;
  readonly actual: number;
  readonly expected: number;
  readonly tolerance: number;
}

function allowedDifference(
  kind: ToleranceKind,
  { terms, magnitude }: CloseOptions,
  expected: ArrayLike<number>,
): (index: number) => number {
  if (kind === 'float32-reduction' && terms === undefined) {
    throw new TypeError('expectClose: terms must be given for float32-reduction, got undefined');
  }
  if (terms !== undefined && !(Number.isInteger(terms) && terms >= 1)) {
    throw new TypeError(`expectClose: terms must be a positive integer, got ${terms}`);
  }
  const { relative, absolute } = TOLERANCES[kind];
  const scale = kind === 'float32-reduction' ? relative * (terms ?? 1) : relative;
  const size = (index: number): number =>
    typeof magnitude === 'number' ? magnitude : Math.abs((magnitude ?? expected)[index]!);
  return (index) => absolute + scale * size(index);
}

function agree({ actual, expected, tolerance }: Disagreement): boolean {
  if (actual === expected) return true;
  if (Number.isNaN(actual) || Number.isNaN(expected)) return Number.isNaN(actual) && Number.isNaN(expected);
  if (!Number.isFinite(actual) || !Number.isFinite(expected)) return false;
  return Math.abs(actual - expected) <= tolerance;
}

function report(wrong: readonly Disagreement[], count: number, kind: ToleranceKind): string {
  const excess = (d: Disagreement): number => {
    const over = Math.abs(d.actual - d.expected) - d.tolerance;
    return Number.isNaN(over) ? Infinity : over;
  };
  const first = wrong[0]!;
  const worst = wrong.reduce((a, b) => (excess(b) > excess(a) ? b : a));
  const lines = [`${wrong.length} of ${count} elements differ by more than ${kind} allows`];
  lines.push(`first at ${describe(first)}`);
  if (worst !== first) lines.push(`worst at ${describe(worst)}`);
  return lines.join('\n');
}

function describe({ index, actual, expected, tolerance }: Disagreement): string {
  const difference = Math.abs(actual - expected);
  return `index ${index}: actual ${show(actual)}, expected ${show(expected)}, difference ${difference}, tolerance ${tolerance}`;
}

/** A number as text that keeps the sign of zero. */
function show(value: number): string {
  return Object.is(value, -0) ? '-0' : String(value);
}
