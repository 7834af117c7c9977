import type { SharedPotential } from './initial-potential.js';
import { normalDistribution } from './normal-distribution.js';
import { spikeCount } from './spike-count.js';

/** Beyond this many standard deviations a normal potential is taken as impossible (probability 1e-16). */
const NORMAL_REACH = 8.3;
/** Where the response to a normal potential is cut into pieces for integration, in standard deviations. */
const NORMAL_CUTS: readonly number[] = Array.from({ length: 17 }, (_, i) => i - 8);

/** The neuron and its random potential, as {@link countMoments} needs them. */
export interface RandomNeuron {
  readonly potential: SharedPotential;
  readonly theta: number;
  readonly timeSteps: number;
}

/** Moments of the spike count N about a lower bound `least` ≤ N. */
export interface CountMoments {
  readonly least: number;
  /** E[N − least]. */
  readonly mean: number;
  /** E[(N − least)²]. */
  readonly meanSquare: number;
}

/**
 * Moments of the spike count under constant input z when the potential before step 0 is random; exact.
 *
 *   E[N − m] = Σ_{n>m} P(N ≥ n),  E[(N − m)²] = Σ_{n>m} (2(n − m) − 1) P(N ≥ n),  P(N ≥ n) = P(v0 ≥ c_n(z))
 *
 * @internal
 */
export function countMoments(z: number, { potential, theta, timeSteps }: RandomNeuron): CountMoments {
  const least = spikeCount(z, theta, timeSteps, lowestPotential(potential) * theta);
  let mean = 0;
  let meanSquare = 0;
  if (isConstant(potential)) return { least, mean, meanSquare };
  for (let n = least + 1; n <= timeSteps; n++) {
    const probability = exceedance(potential, potentialForSpikes(n, z, theta, timeSteps) / theta);
    if (probability <= 0) break;
    mean += probability;
    meanSquare += (2 * (n - least) - 1) * probability;
  }
  return { least, mean, meanSquare };
}

/**
 * c_n(z): smallest potential with which a neuron under constant input z fires at least n times in T steps.
 *
 *   z < 0: n (θ − z);   0 ≤ z ≤ θ: n θ − T z;   z > θ: θ − (T − n + 1) z
 */
function potentialForSpikes(n: number, z: number, theta: number, timeSteps: number): number {
  if (z < 0) return n * (theta - z);
  return z <= theta ? n * theta - timeSteps * z : theta - (timeSteps - n + 1) * z;
}

/**
 * Inputs at which moments of the spike count jump or bend as functions of z, ascending: between them they are
 * polynomials of degree ≤ 1, or, for a normal potential, smooth at the scale of a standard deviation.
 *
 * @internal
 */
export function countBreakpoints({ potential, theta, timeSteps }: RandomNeuron): Float64Array {
  const points = [0, theta];
  for (const fraction of criticalFractions(potential)) {
    const c = fraction * theta;
    for (let n = 1; n <= timeSteps; n++) {
      const inside = (n * theta - c) / timeSteps;
      if (inside >= 0 && inside <= theta) points.push(inside);
      const below = theta - c / n;
      if (below < 0) points.push(below);
      const above = (theta - c) / (timeSteps - n + 1);
      if (above > theta) points.push(above);
    }
  }
  return Float64Array.from(points).sort();
}

function criticalFractions(potential: SharedPotential): readonly number[] {
  switch (potential.kind) {
    case 'fraction':
      return [potential.fraction];
    case 'uniform':
      return [potential.low, potential.high];
    case 'normal':
      return NORMAL_CUTS.map((cut) => potential.mean + cut * potential.standardDeviation);
  }
}

function lowestPotential(potential: SharedPotential): number {
  switch (potential.kind) {
    case 'fraction':
      return potential.fraction;
    case 'uniform':
      return potential.low;
    case 'normal':
      return potential.mean - NORMAL_REACH * potential.standardDeviation;
  }
}

function isConstant(potential: SharedPotential): boolean {
  switch (potential.kind) {
    case 'fraction':
      return true;
    case 'uniform':
      return potential.low === potential.high;
    case 'normal':
      return potential.standardDeviation === 0;
  }
}

/** P(v0 ≥ k θ) of a potential that is not constant. */
function exceedance(potential: SharedPotential, k: number): number {
  switch (potential.kind) {
    case 'fraction':
      return potential.fraction >= k ? 1 : 0;
    case 'uniform':
      return Math.min(Math.max((potential.high - k) / (potential.high - potential.low), 0), 1);
    case 'normal':
      return normalDistribution((potential.mean - k) / potential.standardDeviation);
  }
}
