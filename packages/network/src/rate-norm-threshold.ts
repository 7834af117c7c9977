import type { Tensor } from './tensor.js';

/** Keeps the threshold above 0 (code of Ding et al., 2021). */
const FLOOR = 1e-6;

/**
 * Threshold of a Rate-Norm node in units of its input:
 *
 *   v_th = maximum · σ(scale) + 10⁻⁶,     σ(s) = 1 / (1 + e⁻ˢ)
 *
 * @param name of the node
 * @param tensors with `NAME/maximum` and `NAME/scale`
 * @see Ding et al. (IJCAI 2021), "Optimal ANN-SNN conversion for fast and accurate inference", Rate Norm Layer
 */
export function rateNormThreshold(name: string, tensors: ReadonlyMap<string, Tensor>): number {
  const maximum = tensors.get(`${name}/maximum`)!.data[0]!;
  const scale = tensors.get(`${name}/scale`)!.data[0]!;
  return maximum / (1 + Math.exp(-scale)) + FLOOR;
}
