import type { ActivationLayer, ThresholdResult } from '../activation-layer.js';

/** θ as chosen elsewhere, by the name of the activation node: what a calibration hands over. */
export interface GivenRule {
  readonly kind: 'given';
  /** How it was chosen, for reports, such as `spiking maximum × 0.7`. */
  readonly origin: string;
  /** θ > 0 of each activation, one value or one per channel. */
  readonly layers: Readonly<Record<string, readonly number[]>>;
}

/** The threshold given for a layer, rounded to float32. */
export function givenThreshold({ origin, layers }: GivenRule, { node }: ActivationLayer): ThresholdResult {
  const values = Object.hasOwn(layers, node.name) ? layers[node.name] : undefined;
  if (values === undefined) {
    return { problem: `no threshold is given (${origin})`, remedy: 'Calibrate on this network' };
  }
  const data = Float32Array.from(values);
  const wrong = data.findIndex((theta) => !(theta > 0 && theta < Infinity));
  if (data.length > 0 && wrong < 0) return { theta: { shape: [data.length], data } };
  return {
    problem: `given thresholds must be finite and > 0, got ${data.length === 0 ? 'none' : `${data[wrong]!}`} (${origin})`,
    remedy: 'A layer or channel that never gets positive input has no scale: calibrate on more images',
  };
}
