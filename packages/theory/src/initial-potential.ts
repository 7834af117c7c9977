/**
 * How the membrane potential v[0] of a layer's neurons is set before every image, in units of the layer's
 * threshold θ, so that it scales with θ (paper: threshold scaling = weight normalisation).
 *
 * - `fraction`: v0 = fraction · θ for every neuron. `{ kind: 'fraction', fraction: 0.5 }` is the optimum of
 *   Bu et al. (AAAI 2022), Theorem 2; `fraction: 0` is the classical start at rest.
 * - `uniform`: v0 drawn from U(low · θ, high · θ), per neuron, fresh per image.
 * - `normal`: v0 drawn from N(mean · θ, (standardDeviation · θ)²), per neuron, fresh per image, not clipped.
 * - `fractions`: {@link IndividualPotentials}, as calibration finds them.
 */
export type InitialPotential = SharedPotential | IndividualPotentials;

/** One rule for all neurons of a layer. */
export type SharedPotential =
  | { readonly kind: 'fraction'; readonly fraction: number }
  | { readonly kind: 'uniform'; readonly low: number; readonly high: number }
  | { readonly kind: 'normal'; readonly mean: number; readonly standardDeviation: number };

/**
 * v0 = fractions[i mod length] · θ for neuron i of [height, width, channels]: one value for each channel, or one for each
 * neuron (or one for all). The same for every image.
 */
export interface IndividualPotentials {
  readonly kind: 'fractions';
  /** [channels], [height · width · channels] or [1], in units of θ, finite. */
  readonly fractions: readonly number[];
}

/** v0 = θ/2, the optimal initial potential (Bu et al., AAAI 2022, Theorem 2). */
export const OPTIMAL_INITIAL_POTENTIAL: InitialPotential = { kind: 'fraction', fraction: 0.5 };

/** v0 = 0, the start at rest of earlier conversion methods. */
export const ZERO_INITIAL_POTENTIAL: InitialPotential = { kind: 'fraction', fraction: 0 };

/** The fields that each kind must have, all finite numbers. */
const FIELDS: ReadonlyMap<unknown, readonly string[]> = new Map([
  ['fraction', ['fraction']],
  ['uniform', ['low', 'high']],
  ['normal', ['mean', 'standardDeviation']],
  ['fractions', []],
]);

/**
 * Requires a value, such as one read from a file, to be an {@link InitialPotential}: a known kind, its fields finite
 * numbers, low ≤ high, standardDeviation ≥ 0, at least one of `fractions`. How many of these a layer needs is not looked at.
 *
 * @throws TypeError if the value is no object, its kind is unknown, or a field is missing or not a number (a list of numbers)
 * @throws RangeError if a field is out of range; either message names every problem found
 */
export function assertInitialPotential(value: unknown): asserts value is InitialPotential {
  const name = 'assertInitialPotential';
  if (typeof value !== 'object' || value === null) {
    throw new TypeError(
      `${name}: potential must be an object, got ${value === null ? 'null' : typeof value}.`,
    );
  }
  const potential = value as Readonly<Record<string, unknown>>;
  const fields = FIELDS.get(potential['kind']);
  if (fields === undefined) {
    const kinds = [...FIELDS.keys()].join(', ');
    throw new TypeError(`${name}: kind must be one of ${kinds}, got ${JSON.stringify(potential['kind'])}.`);
  }
  if (potential['kind'] === 'fractions') {
    assertFractions(name, potential['fractions']);
    return;
  }
  const wrong = fields.filter((field) => typeof potential[field] !== 'number');
  if (wrong.length > 0) {
    const list = wrong.map((field) => `${field} must be a number, got ${JSON.stringify(potential[field])}.`);
    throw new TypeError(`${name}: ${list.join(' ')}`);
  }
  const problems = rangeProblems(potential as SharedPotential, fields);
  if (problems.length > 0) throw new RangeError(`${name}: ${problems.join(' ')}`);
}

function assertFractions(name: string, fractions: unknown): void {
  if (!Array.isArray(fractions)) {
    throw new TypeError(`${name}: fractions must be a list of numbers, got ${JSON.stringify(fractions)}.`);
  }
  if (fractions.length === 0) throw new RangeError(`${name}: fractions must have at least 1 element, got 0.`);
  const bad = fractions.findIndex((value) => !Number.isFinite(value));
  if (bad >= 0) {
    throw new RangeError(
      `${name}: fractions[${bad}] must be a finite number, got ${String(fractions[bad])}.`,
    );
  }
}

function rangeProblems(potential: SharedPotential, fields: readonly string[]): string[] {
  const numbers = potential as unknown as Readonly<Record<string, number>>;
  const problems = fields
    .filter((field) => !Number.isFinite(numbers[field]))
    .map((field) => `${field} must be finite, got ${numbers[field]!}.`);
  if (potential.kind === 'uniform' && potential.low > potential.high) {
    problems.push(`low must be at most high, got low ${potential.low} and high ${potential.high}.`);
  }
  if (potential.kind === 'normal' && potential.standardDeviation < 0) {
    problems.push(`standardDeviation must be at least 0, got ${potential.standardDeviation}.`);
  }
  return problems;
}

/**
 * Short label for tables and legends.
 *
 * @example
 * describeInitialPotential({ kind: 'fraction', fraction: 0.5 }); // 'θ/2'
 * describeInitialPotential({ kind: 'uniform', low: 0, high: 1 }); // 'uniform(0, θ)'
 * describeInitialPotential({ kind: 'normal', mean: 0.5, standardDeviation: 0.25 }); // 'normal(0.5 θ, sd 0.25 θ)'
 * describeInitialPotential({ kind: 'fractions', fractions: [0.5, 0.25] }); // '0.25 θ … 0.5 θ (2 values)'
 */
export function describeInitialPotential(potential: InitialPotential): string {
  switch (potential.kind) {
    case 'fraction':
      return potential.fraction === 0.5 ? 'θ/2' : multipleOfTheta(potential.fraction);
    case 'uniform':
      return `uniform(${multipleOfTheta(potential.low)}, ${multipleOfTheta(potential.high)})`;
    case 'normal':
      return `normal(${multipleOfTheta(potential.mean)}, sd ${multipleOfTheta(potential.standardDeviation)})`;
    case 'fractions': {
      const { least, most } = rangeOf(potential.fractions);
      const rounded = (k: number): string => multipleOfTheta(Number(k.toPrecision(3)));
      const count = potential.fractions.length;
      return `${rounded(least)} … ${rounded(most)} (${count} ${count === 1 ? 'value' : 'values'})`;
    }
  }
}

function rangeOf(values: readonly number[]): { readonly least: number; readonly most: number } {
  let [least, most] = [Infinity, -Infinity];
  for (const value of values) {
    least = Math.min(least, value);
    most = Math.max(most, value);
  }
  return { least, most };
}

function multipleOfTheta(k: number): string {
  if (k === 0) return '0';
  if (k === 1) return 'θ';
  return `${k} θ`;
}

/**
 * E[v0]/θ: the mean initial potential in units of the threshold. A mean of 0.5 leaves no bias under the paper's
 * piecewise-uniform inputs, whatever the spread (reset by subtraction, draws within [0, 1]).
 */
export function meanInitialPotential(potential: InitialPotential): number {
  switch (potential.kind) {
    case 'fraction':
      return potential.fraction;
    case 'uniform':
      return potential.low + (potential.high - potential.low) / 2;
    case 'normal':
      return potential.mean;
    case 'fractions':
      return potential.fractions.reduce((sum, value) => sum + value, 0) / potential.fractions.length;
  }
}
