import fc from 'fast-check';

/** Multiples of 1/64 in [low, high]: sums of thousands of them are exact in float32. */
export function dyadic(low: number, high: number): fc.Arbitrary<number> {
  return fc.integer({ min: Math.round(low * 64), max: Math.round(high * 64) }).map((i) => i / 64);
}

/** Thresholds: multiples of 1/64 in [1/64, 3]. */
export const dyadicTheta: fc.Arbitrary<number> = dyadic(1 / 64, 3);

/** T in [1, 64]. */
export const timeSteps: fc.Arbitrary<number> = fc.integer({ min: 1, max: 64 });

/** T in {1, 2, 4, …, 64}: θ/T stays dyadic. */
export const dyadicTimeSteps: fc.Arbitrary<number> = fc.integer({ min: 0, max: 6 }).map((k) => 2 ** k);

/** A current that stays the same for `steps` steps. */
export function constant(current: number, steps: number): Float32Array {
  return new Float32Array(steps).fill(current);
}
