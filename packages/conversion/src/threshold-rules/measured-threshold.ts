import type { ActivationLayer, ThresholdResult } from '../activation-layer.js';
import type { LayerStatistics } from '../activation-statistics.js';

/**
 * θ from a value of the layer's statistics, or what is missing; shared by the rules that measure.
 *
 * @param wanted name of the value, for messages
 * @param pick   the value, undefined if it was not measured
 * @internal
 */
export function measuredThreshold(
  wanted: string,
  { node, statistics }: ActivationLayer,
  pick: (statistics: LayerStatistics) => number | undefined,
): ThresholdResult {
  if (node.op === 'qcfs') {
    return {
      problem: `qcfs was trained for the threshold λ, ${wanted} would shift its ${node.levels} levels`,
      remedy: 'Use the threshold rule trained-bound',
    };
  }
  if (statistics === undefined) {
    return { problem: 'no activation statistics are given', remedy: 'Collect them on training images' };
  }
  const value = pick(statistics);
  if (value === undefined) {
    const measured = (statistics.percentiles ?? []).map(({ percentile }) => percentile).join(', ');
    return {
      problem: `the statistics hold no ${wanted} (measured percentiles: ${measured || 'none'})`,
      remedy: 'Collect the statistics with this percentile',
    };
  }
  const theta = Math.fround(value);
  if (theta > 0 && theta < Infinity) return { theta: { shape: [1], data: Float32Array.of(theta) } };
  return {
    problem: `the threshold must be finite and > 0, got ${theta} as ${wanted} of its activations`,
    remedy:
      'A layer that is (almost) never active has no scale: use more images, a higher percentile, or remove it',
  };
}
