import { isPositive } from './preconditions.js';

/**
 * One layer of a feed-forward chain: weights times the previous layer's spikes (each carrying that layer's θ), plus
 * the bias at every step.
 */
export interface ScaledLayer {
  /** Any layout, [weights] [activation of this layer per activation of the previous]; read. */
  readonly weights: Float32Array;
  /** Injected at every step, [units or channels] [activation]; read. */
  readonly bias: Float32Array;
  /** θ of the whole layer [activation], > 0; absent in a read-out layer, which does not spike. */
  readonly theta?: number;
  /** Potential before step 0, any number of elements [activation]; read. */
  readonly v0: Float32Array;
}

/** Options of {@link scaleThresholds} and {@link normalizeWeights}. */
export interface InputScaling {
  /** λ⁰ > 0 by which the network's input is divided in the new network; default 1, input unchanged. */
  readonly inputScale?: number;
}

/**
 * Weight normalisation: the same network with every threshold 1, so that every spike carries 1.
 *
 *   W^l ← W^l λ^{l−1}/λ^l,  b^l ← b^l/λ^l,  v0^l ← v0^l/λ^l,  θ^l ← 1;  λ^l = θ^l, λ⁰ = inputScale
 *
 * Spike trains are identical for every input and T, and potentials divided by λ^l: the paper's equivalence of
 * threshold scaling and weight normalisation. A read-out layer keeps its scale. {@link scaleThresholds} is the inverse.
 *
 * @see Bu et al., AAAI 2022, Theorem 1; Diehl et al., IJCNN 2015; Rueckauer et al., 2017
 */
export function normalizeWeights(layers: readonly ScaledLayer[], options: InputScaling = {}): ScaledLayer[] {
  return rescale(
    'normalizeWeights',
    layers,
    layers.map((layer) => (layer.theta === undefined ? undefined : 1)),
    options,
  );
}

/**
 * Threshold scaling: the same network with thresholds `thetas`.
 *
 *   W^l ← W^l c^l/c^{l−1},  b^l ← c^l b^l,  v0^l ← c^l v0^l,  θ^l ← thetas[l];  c^l = thetas[l]/θ^l, c⁰ = 1/inputScale
 *
 * Identical spike trains, potentials multiplied by c^l. Applied to a network with all thresholds 1 it undoes
 * {@link normalizeWeights} (then inputScale is that one's reciprocal). Every number is computed in float64 and rounded
 * to float32 once; scales that are powers of two change no bit of a spike train, others round.
 *
 * @param layers from input to output; not altered
 * @param thetas new θ per layer, > 0; undefined exactly for layers without a threshold
 * @throws RangeError naming every argument that is out of range
 * @see Bu et al., AAAI 2022, Theorem 1
 */
export function scaleThresholds(
  layers: readonly ScaledLayer[],
  thetas: readonly (number | undefined)[],
  options: InputScaling = {},
): ScaledLayer[] {
  return rescale('scaleThresholds', layers, thetas, options);
}

function rescale(
  caller: string,
  layers: readonly ScaledLayer[],
  thetas: readonly (number | undefined)[],
  { inputScale = 1 }: InputScaling,
): ScaledLayer[] {
  assertScaling(caller, layers, thetas, inputScale);
  let previous = 1 / inputScale;
  return layers.map((layer, l) => {
    const theta = thetas[l];
    const factor = theta === undefined ? 1 : theta / layer.theta!;
    const weightFactor = factor / previous;
    previous = factor;
    return {
      weights: layer.weights.map((weight) => weight * weightFactor),
      bias: layer.bias.map((value) => value * factor),
      ...(theta === undefined ? {} : { theta }),
      v0: layer.v0.map((value) => value * factor),
    };
  });
}

function assertScaling(
  caller: string,
  layers: readonly ScaledLayer[],
  thetas: readonly (number | undefined)[],
  inputScale: number,
): void {
  const problems: string[] = [];
  if (!isPositive(inputScale)) problems.push(`inputScale must be finite and > 0, got ${inputScale}.`);
  if (thetas.length !== layers.length) {
    problems.push(`thetas must have ${layers.length} elements, one per layer, got ${thetas.length}.`);
  }
  layers.forEach(({ theta }, l) => {
    if (theta !== undefined && !isPositive(theta)) {
      problems.push(`layers[${l}].theta must be finite and > 0, got ${theta}.`);
    }
    const next = thetas[l];
    if (l >= thetas.length) return;
    if (theta === undefined && next !== undefined) {
      problems.push(`thetas[${l}] must be undefined for a layer without threshold, got ${next}.`);
    } else if (theta !== undefined && !isPositive(next ?? NaN)) {
      problems.push(`thetas[${l}] must be finite and > 0, got ${String(next)}.`);
    }
  });
  if (problems.length > 0) throw new RangeError(`${caller}: ${problems.join(' ')}`);
}
