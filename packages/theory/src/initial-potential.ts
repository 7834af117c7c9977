/**
 * How the membrane potential v[0] of a layer's neurons is set before every image, in units of the layer's
 * threshold θ, so that it scales with θ (paper: threshold scaling = weight normalisation).
 *
 * - `fraction`: v0 = fraction · θ for every neuron. `{ kind: 'fraction', fraction: 0.5 }` is the optimum of
 *   Bu et al. (AAAI 2022), Theorem 2; `fraction: 0` is the classical start at rest.
 * - `uniform`: v0 drawn from U(low · θ, high · θ), per neuron, fresh per image.
 * - `normal`: v0 drawn from N(mean · θ, (standardDeviation · θ)²), per neuron, fresh per image, not clipped.
 */
export type InitialPotential =
  | { readonly kind: 'fraction'; readonly fraction: number }
  | { readonly kind: 'uniform'; readonly low: number; readonly high: number }
  | { readonly kind: 'normal'; readonly mean: number; readonly standardDeviation: number };

/** v0 = θ/2, the optimal initial potential (Bu et al., AAAI 2022, Theorem 2). */
export const OPTIMAL_INITIAL_POTENTIAL: InitialPotential = { kind: 'fraction', fraction: 0.5 };

/** v0 = 0, the start at rest of earlier conversion methods. */
export const ZERO_INITIAL_POTENTIAL: InitialPotential = { kind: 'fraction', fraction: 0 };
