/** Arguments that the closed forms share; absent ones are not checked. */
export interface CheckedArguments {
  readonly current?: number;
  readonly z?: number;
  readonly theta?: number;
  readonly timeSteps?: number;
  readonly v0?: number;
}

/**
 * Throws one error that lists every argument out of range: θ finite and > 0, T an integer ≥ 1, inputs and potentials
 * finite.
 *
 * @internal
 */
export function assertArguments(caller: string, values: CheckedArguments): void {
  if (isFine(values)) return;
  const problems: string[] = [];
  for (const name of ['current', 'z'] as const) {
    const value = values[name];
    if (value !== undefined && !Number.isFinite(value))
      problems.push(`${name} must be finite, got ${value}.`);
  }
  const { theta, timeSteps, v0 } = values;
  if (theta !== undefined && !isPositive(theta)) problems.push(`theta must be finite and > 0, got ${theta}.`);
  if (timeSteps !== undefined && !isStepCount(timeSteps)) {
    problems.push(`timeSteps must be an integer >= 1, got ${timeSteps}.`);
  }
  if (v0 !== undefined && !Number.isFinite(v0)) problems.push(`v0 must be finite, got ${v0}.`);
  throw new RangeError(`${caller}: ${problems.join(' ')}`);
}

function isFine({ current = 0, z = 0, theta = 1, timeSteps = 1, v0 = 0 }: CheckedArguments): boolean {
  return (
    Number.isFinite(current) &&
    Number.isFinite(z) &&
    isPositive(theta) &&
    isStepCount(timeSteps) &&
    Number.isFinite(v0)
  );
}

/** @internal */
export function isPositive(value: number): boolean {
  return value > 0 && value < Infinity;
}

/** @internal */
export function isStepCount(value: number): boolean {
  return Number.isSafeInteger(value) && value >= 1;
}
