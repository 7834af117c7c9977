/** How much of what one input left behind the next one starts with; plain data. */
export interface CarriedPotential {
  /** α, share of the residual that is carried, in [0, 1]; 0 carries nothing. */
  readonly alpha: number;
}

/** What one neuron did in T steps of one input. */
export interface FinishedRun {
  /** v[0], potential before the first step [activation]. */
  readonly v0: number;
  /** v[T], potential after the last step [activation]. */
  readonly v: number;
  /** n, spikes sent. */
  readonly spikes: number;
}

/**
 * Input that a neuron has not answered when it ends, or has answered too much.
 *
 *   r = max(v[T] − v[0], −θ n)  =  max(Σ I, 0) − θ n
 *
 * What its ANN activation asks for, less what it sent: a neuron that inhibition has driven down without a spike is owed nothing.
 *
 * @param theta θ [activation], > 0
 * @returns r [activation]
 * @see Xu et al. (2026), CRPI; from the authors' code
 */
export function residualInput({ v0, v, spikes }: FinishedRun, theta: number): number {
  return Math.max(v - v0, -theta * spikes);
}

/**
 * Potential that a neuron takes along to the next input of a sequence, on top of the one it starts from.
 *
 *   c = clip(α r, −θ/2, θ/2),   next v[0] = θ/2 + c
 *
 * From θ/2 the next potential is within [0, θ], as the response (3) of paper.md asks; with α = 0 it is θ/2 itself. Only the last input counts:
 * r does not contain what was carried before.
 *
 * @param alpha α in [0, 1]
 * @returns c [activation], |c| ≤ θ/2
 * @see {@link residualInput}
 * @example
 * // 0.5 + 0.75 = 1.25: a spike, 0.25 is left, a quarter less than at the start.
 * carriedPotential({ v0: 0.5, v: 0.25, spikes: 1 }, 1, 1); // -0.25
 */
export function carriedPotential(finished: FinishedRun, theta: number, alpha: number): number {
  return Math.min(theta / 2, Math.max(-theta / 2, alpha * residualInput(finished, theta)));
}

/**
 * Requires a rule to be usable, such as one from a file.
 *
 * @throws RangeError if α is not in [0, 1]
 */
export function assertCarriedPotential({ alpha }: CarriedPotential): void {
  if (alpha >= 0 && alpha <= 1) return;
  throw new RangeError(`assertCarriedPotential: alpha must be in [0, 1], got ${alpha}.`);
}
