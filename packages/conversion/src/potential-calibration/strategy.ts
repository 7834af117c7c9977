import { channelErrors, type ChannelNeurons, type LayerSample } from './layer-sample.js';
import { matchMean } from './match-mean.js';

/** How potentials (and thresholds) are found from measurements. */
export type PotentialStrategy = 'zero-mean' | 'calibrated' | 'joint';

/** The strategies and what each does, in a sentence. */
export const POTENTIAL_STRATEGIES: Readonly<Record<PotentialStrategy, string>> = {
  'zero-mean':
    'v0 per channel without mean error under the measured pre-activations of the ANN, each layer seen on its own',
  calibrated:
    'v0 per channel without mean error under the currents that the layer receives from the calibrated layers before it',
  joint:
    'θ per channel with the least error of the mean over an image, together with the v0 of `calibrated` that belongs to it',
};

/** Factors on θ that `joint` tries. Below 1 the steps θ/T are finer and large activations are clipped. */
export const THRESHOLD_SCALES: readonly number[] = [1, 0.9, 0.8, 0.7, 0.6, 0.5, 0.4, 1.15, 1.3];
/** Values of currents on which the factors are compared; of larger samples one place in so many. */
const VALUES_COMPARED = 2 ** 22;
/** How closely potentials are looked for while factors are compared: θ/128. */
const HALVINGS_COMPARED = 8;

/**
 * Thresholds and potentials of one layer by a strategy.
 *
 * `zero-mean` and `calibrated` solve the same equation (mean φ = mean a) and differ in the sample they are given: the ANN's
 * pre-activation at every step, or the currents that really arrive, uneven and off by the errors of the layers before.
 * `joint` repeats this for each of {@link THRESHOLD_SCALES} and keeps, channel by channel, the factor with the least
 * mean square of the error's mean over an image (of equals the first). Errors that differ from place to place average out
 * in the sums of the layer behind; those that a whole image shares do not. On ResNet-20 this objective was 4 points better
 * at T = 4 than the plain mean square.
 *
 * @param theta θ of the layer as converted, [channels] [activation]
 */
export function chooseNeurons(
  strategy: PotentialStrategy,
  sample: LayerSample,
  theta: Float64Array,
): ChannelNeurons {
  const chosen = strategy === 'joint' ? bestThresholds(sample, theta) : theta;
  return { theta: chosen, v0: matchMean(sample, chosen) };
}

function bestThresholds(sample: LayerSample, theta: Float64Array): Float64Array {
  const { places, timeSteps, channels } = sample;
  const every = Math.max(1, Math.floor((places * timeSteps * channels) / VALUES_COMPARED));
  const best = theta.slice();
  const least = new Float64Array(theta.length).fill(Infinity);
  for (const scale of THRESHOLD_SCALES) {
    const scaled = theta.map((value) => value * scale);
    const v0 = matchMean(sample, scaled, { every, halvings: HALVINGS_COMPARED });
    const { imageMeanSquare } = channelErrors(sample, { theta: scaled, v0 }, every);
    for (let c = 0; c < theta.length; c++) {
      if (imageMeanSquare[c]! >= least[c]!) continue;
      least[c] = imageMeanSquare[c]!;
      best[c] = scaled[c]!;
    }
  }
  return best;
}
