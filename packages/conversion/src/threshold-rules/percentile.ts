import type { ActivationLayer, ThresholdResult } from '../activation-layer.js';
import { measuredThreshold } from './measured-threshold.js';

/** θ = a percentile of the activations. */
export interface PercentileRule {
  readonly kind: 'percentile';
  /** Rank in percent, in (0, 100], such as 99.9. */
  readonly percentile: number;
}

/**
 * Threshold from a percentile of the layer's activations over the training images ("robust" normalisation).
 *
 *   θ = p-th percentile of a over images and neurons,   rounded to float32
 *
 * Clips the (100 − p) % largest activations in exchange for larger rates. The percentile must be among the measured
 * ones ({@link LayerStatistics.percentiles}); nothing is interpolated. Rank 100 is the maximum.
 *
 * @see Rueckauer et al. (2017), robust normalisation with p = 99.9
 */
export function percentileThreshold(rule: PercentileRule, layer: ActivationLayer): ThresholdResult {
  const { percentile } = rule;
  return measuredThreshold(`percentile ${percentile}`, layer, ({ maximum, percentiles = [] }) => {
    if (percentile === 100) return maximum;
    return percentiles.find((measured) => measured.percentile === percentile)?.value;
  });
}

/** Problem of the rule itself, independent of any network; undefined if there is none. */
export function percentileRuleProblem({ percentile }: PercentileRule): string | undefined {
  if (percentile > 0 && percentile <= 100) return undefined;
  return `threshold.percentile must be in (0, 100], got ${percentile}`;
}
