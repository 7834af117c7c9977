import { channelErrors, type LayerSample } from './layer-sample.js';

/** How far from θ/2 a potential may go, in units of θ: two spikes more or fewer. */
const REACH = 2;
/** The last interval is REACH · θ / 2¹² wide, half a thousandth of θ. */
const HALVINGS = 12;

/** How closely a potential is looked for. */
export interface MatchMeanOptions {
  /** Use one place in so many; default all. */
  readonly every?: number;
  /** Halvings of the interval of 2θ; default 12. */
  readonly halvings?: number;
}

/**
 * The potential of each channel for which the mean answer is the ANN's.
 *
 *   v0: mean φ(v0) = mean a     (φ grows with v0)
 *
 * Found by bisection within θ/2 ± 2θ. Where a range of potentials serves, or none, the one nearest to θ/2 or to the goal:
 * a channel that never fires and never should keeps θ/2.
 *
 * @param theta θ, [channels] [activation], > 0
 * @returns v0, [channels] [activation]
 */
export function matchMean(
  sample: LayerSample,
  theta: Float64Array,
  { every = 1, halvings = HALVINGS }: MatchMeanOptions = {},
): Float64Array {
  const v0 = theta.map((value) => value / 2);
  const atHalf = channelErrors(sample, { theta, v0 }, every).mean;
  // Between `near` θ/2, where the sign is that of the start, and `far`, where it is not or is not known.
  const near = v0.slice();
  const far = v0.map((middle, c) => middle - Math.sign(atHalf[c]!) * REACH * theta[c]!);
  for (let halving = 0; halving < halvings; halving++) {
    for (let c = 0; c < v0.length; c++) v0[c] = (near[c]! + far[c]!) / 2;
    const { mean } = channelErrors(sample, { theta, v0 }, every);
    for (let c = 0; c < v0.length; c++) {
      if (Math.sign(mean[c]!) === Math.sign(atHalf[c]!)) near[c] = v0[c]!;
      else far[c] = v0[c]!;
    }
  }
  return far;
}
