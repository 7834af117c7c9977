/** Mean and spread of a few repetitions. */
export interface MeanSpread {
  readonly mean: number;
  /** √(Σ (x − mean)² / (n − 1)); 0 for a single value. */
  readonly standardDeviation: number;
  readonly minimum: number;
  readonly maximum: number;
  readonly n: number;
}

/**
 * Mean, sample standard deviation and range over seeds.
 *
 * @param values  at least one finite number
 * @returns mean and spread; the deviation of one value is 0, and says nothing
 * @throws RangeError if there is none or one is not finite
 * @example
 * meanSpread([1, 2, 3]); // { mean: 2, standardDeviation: 1, minimum: 1, maximum: 3, n: 3 }
 */
export function meanSpread(values: readonly number[]): MeanSpread {
  const bad = values.filter((value) => !Number.isFinite(value));
  if (values.length === 0 || bad.length > 0) {
    const got = values.length === 0 ? 'none' : bad.join(', ');
    throw new RangeError(`meanSpread: values must be one or more finite numbers, got ${got}.`);
  }
  const n = values.length;
  const mean = values.reduce((sum, value) => sum + value, 0) / n;
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return {
    mean,
    standardDeviation: n > 1 ? Math.sqrt(squares / (n - 1)) : 0,
    minimum: Math.min(...values),
    maximum: Math.max(...values),
    n,
  };
}
