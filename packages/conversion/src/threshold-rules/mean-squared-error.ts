import type { ActivationLayer, ThresholdResult } from '../activation-layer.js';
import { measuredThreshold } from './measured-threshold.js';

/** θ with the least squared error of the spiking response after T steps. */
export interface MeanSquaredErrorRule {
  readonly kind: 'mean-squared-error';
  /** T for which the threshold is meant, integer ≥ 1. */
  readonly timeSteps: number;
}

const NONE = new Float32Array();

/** Candidates: the largest activation less 0, 1, … 94 percent. */
const CANDIDATES = 95;

/**
 * Threshold by grid search over the activations of the training images.
 *
 *   θ = argmin over θ' of Σ (a − θ'/T · clip(⌊T a/θ' + ½⌋, 0, T))²,   θ' = (1 − i/100) · max a,  i = 0 … 94
 *
 * The half is the shift θ/(2T) that goes with the rule, or v0 = θ/2 in its place; the smallest i wins a tie. Clipping and
 * rounding are weighed against each other: the smaller T, the smaller θ. Needs `LayerStatistics.sample`.
 *
 * @see Li et al. (ICML 2021), threshold search; there per batch with a running mean, here once over the whole sample
 */
export function meanSquaredErrorThreshold(
  { timeSteps }: MeanSquaredErrorRule,
  layer: ActivationLayer,
): ThresholdResult {
  const { statistics } = layer;
  if (statistics !== undefined && (statistics.sample ?? []).length === 0) {
    return {
      problem: 'the statistics hold no sample of activations',
      remedy: 'Collect the statistics with a sample (measureStatistics)',
    };
  }
  return measuredThreshold('the threshold of least squared error', layer, ({ maximum, sample = NONE }) => {
    let best = { theta: maximum, error: Infinity };
    for (let i = 0; i < CANDIDATES; i++) {
      const theta = maximum * (1 - i / 100);
      const error = squaredError(sample, theta, timeSteps);
      if (error < best.error) best = { theta, error };
    }
    return best.theta;
  });
}

function squaredError(sample: Float32Array, theta: number, timeSteps: number): number {
  const quantum = theta / timeSteps;
  let sum = 0;
  for (const a of sample) {
    const count = Math.min(timeSteps, Math.max(0, Math.floor(a / quantum + 0.5)));
    sum += (a - quantum * count) ** 2;
  }
  return sum;
}
