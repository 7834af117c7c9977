import { isPositive } from './preconditions.js';

/** Arguments of {@link predictRoundingError}. */
export interface RoundingErrorOptions {
  /** Grid step of the weights [activation], > 0. */
  readonly step: number;
  /** Σ over connections of the rate of their source, in [0, connections]: weights added in a step, on average. */
  readonly activeConnections: number;
}

/**
 * Error of a neuron's mean current when its weights and bias are rounded to the nearest multiples of a step, before the
 * weights are known: root mean square over weights.
 *
 *   e = Σ_k δ_k r_k + δ_b,   δ ~ U(−step/2, step/2), independent
 *   E e² = step²/12 · (Σ_k r_k² + 1) ≤ step²/12 · (Σ_k r_k + 1)        since 0 ≤ r_k ≤ 1
 *
 * The result is the right-hand side's root: exact for sources that fire at every step or never, else a little above.
 * To be compared with what a conversion with v0 = θ/2 leaves anyway, (θ/T)/√12 (paper.md, 3.2).
 *
 * @returns rms error of the mean current [activation]
 * @throws RangeError naming every argument that is out of range
 * @example
 * predictRoundingError({ step: 1 / 1024, activeConnections: 23 }); // 0.00138… = √(24/12) / 1024
 */
export function predictRoundingError({ step, activeConnections }: RoundingErrorOptions): number {
  const problems = [
    ...(isPositive(step) ? [] : [`step must be finite and > 0, got ${step}.`]),
    ...(activeConnections >= 0 && activeConnections < Infinity
      ? []
      : [`activeConnections must be finite and >= 0, got ${activeConnections}.`]),
  ];
  if (problems.length > 0) throw new RangeError(`predictRoundingError: ${problems.join(' ')}`);
  return step * Math.sqrt((activeConnections + 1) / 12);
}
