import type { ConvolutionSynapse, IdentitySynapse, PlanPool, Synapse } from '@opi-snn/neuron-kernels';
import type { CurrentTerm, PlaneShape } from './current.js';

/** Where a term's spikes come from. */
export interface TermSource {
  /** Index of the spiking layer, or `'input'`. */
  readonly index: number | 'input';
  readonly shape: PlaneShape;
  /** θ per channel, [channels]; undefined for the input. */
  readonly theta: Float32Array | undefined;
}

/**
 * The synapse of one path: what a spike carries (θ) and the averaging of a pooling are folded into the weights.
 *
 *   scale[c] = ○(θ[c] / area)        (θ = 1 for the input, area = 1 without pooling or for a maximum)
 *   w'[y, x, c, o] = ○(w[y, x, c, o] · scale[c])
 *
 * ○ rounds to float32. A path without weights is an identity synapse with `scale`; from the input, which no identity
 * synapse can read, it is a 1x1 convolution with `scale` on its diagonal.
 */
export function foldThreshold({ pool, kernel }: CurrentTerm, source: TermSource): Synapse {
  const channels = source.shape[2];
  const area = pool === undefined || pool.rule === 'maximum' ? 1 : pool.size[0] * pool.size[1];
  const scale = new Float32Array(channels);
  for (let c = 0; c < channels; c++) scale[c] = (source.theta?.[c] ?? 1) / area;
  const pooling: { readonly pool?: PlanPool } = pool === undefined ? {} : { pool };
  if (kernel !== undefined) {
    const { size, strides, padding } = kernel;
    const weights = scaled(kernel.weights, scale, size[0] * size[1]);
    return {
      kind: 'convolution',
      source: source.index,
      ...pooling,
      kernelSize: size,
      strides,
      padding,
      weights,
    };
  }
  if (source.index !== 'input') {
    return { kind: 'identity', source: source.index, ...pooling, scale } satisfies IdentitySynapse;
  }
  return { ...diagonal(scale), ...pooling };
}

/** w[…, c, o] · scale[c], [taps, in, out]. */
function scaled(weights: Float32Array, scale: Float32Array, taps: number): Float32Array {
  const channels = scale.length;
  const out = new Float32Array(weights.length);
  const outputs = weights.length / (taps * channels);
  for (let row = 0, i = 0; i < weights.length; row++) {
    const factor = scale[row % channels]!;
    for (let o = 0; o < outputs; o++, i++) out[i] = weights[i]! * factor;
  }
  return out;
}

function diagonal(scale: Float32Array): ConvolutionSynapse {
  const channels = scale.length;
  const weights = new Float32Array(channels * channels);
  scale.forEach((value, c) => {
    weights[c * channels + c] = value;
  });
  const padding = { top: 0, bottom: 0, left: 0, right: 0 };
  return { kind: 'convolution', source: 'input', kernelSize: [1, 1], strides: [1, 1], padding, weights };
}
