import type { InitialPotential } from './initial-potential.js';
import { assertInitialPotential } from './initial-potential.js';
import { normalQuantile } from './normal-quantile.js';
import { philox4x32Into } from './philox.js';
import { isUint32, writeSeedKey } from './random.js';

/** Key domain of initial potentials; {@link CounterRandom} uses 0 to 3. */
const DOMAIN = 4;
/** Random words made at once: 4 KiB, a multiple of a block. */
const CHUNK = 1024;
const TWO_TO_MINUS_24 = 2 ** -24;
const TWO_TO_MINUS_32 = 2 ** -32;

/** Which potentials are drawn, and where they go. */
export interface DrawInitialPotentialsOptions {
  /** Integer in [0, 2⁵³). */
  readonly seed: number;
  /** Index of the image in its data set, integer in [0, 2³²). */
  readonly imageIndex: number;
  /** Index of the layer among the spiking layers, integer in [0, 2³²). */
  readonly layerIndex: number;
  /** θ per channel, [channels], or per neuron, [neurons], > 0; [1] when the layer has one threshold. */
  readonly theta: Float32Array;
  /** Overwritten with v0, [neurons], channels last: neuron i belongs to channel i mod channels. */
  readonly out: Float32Array;
}

/**
 * Initial membrane potentials of one layer for one image, float32.
 *
 * With ○ rounding to float32, u and x the draw of neuron i:
 *
 * - fraction: v0 = ○(○(fraction) · θ);  fractions: the same with the neuron's own
 * - uniform:  k = ○(○(low) + ○(○(high − low) · u)),  v0 = ○(k · θ),  u a multiple of 2⁻²⁴ in [0, 1)
 * - normal:   k = ○(○(mean) + ○(○(standardDeviation) · ○(x))),  v0 = ○(k · θ),  x = Φ⁻¹((word + ½)/2³²)
 *
 * Every draw is a pure function of (seed, image, layer, neuron): word i mod 4 of Philox4x32-10 at counter
 * [⌊i/4⌋, image, layer, 0]. It depends neither on the batch, nor on the order, nor on θ.
 *
 * @throws RangeError naming every argument that is out of range
 * @see Bu et al., AAAI 2022, experiments on random initial potentials; their distributions are not published
 */
export function drawInitialPotentials(
  potential: InitialPotential,
  options: DrawInitialPotentialsOptions,
): void {
  assertInitialPotential(potential);
  assertDrawOptions(options);
  switch (potential.kind) {
    case 'fraction':
      fillFraction(potential.fraction, options);
      return;
    case 'uniform':
      fillUniform(potential.low, potential.high, options);
      return;
    case 'normal':
      fillNormal(potential.mean, potential.standardDeviation, options);
      return;
    case 'fractions':
      fillFractions(potential.fractions, options);
  }
}

function fillFraction(fraction: number, { theta, out }: DrawInitialPotentialsOptions): void {
  const k = Math.fround(fraction);
  const channels = theta.length;
  for (let i = 0, channel = 0; i < out.length; i++) {
    out[i] = k * theta[channel]!;
    if (++channel === channels) channel = 0;
  }
}

function fillFractions(fractions: readonly number[], { theta, out }: DrawInitialPotentialsOptions): void {
  // A list that does not fit was made for another layer.
  const [few, many] = [Math.min(fractions.length, theta.length), Math.max(fractions.length, theta.length)];
  const fits = out.length % many === 0 && many % few === 0;
  if (!fits && fractions.length !== 1) {
    throw new RangeError(
      `drawInitialPotentials: fractions must have one value for each channel (${theta.length}) or neuron ` +
        `(${out.length}), got ${fractions.length}.`,
    );
  }
  const own = Float32Array.from(fractions);
  const channels = theta.length;
  for (let i = 0; i < out.length; i++) out[i] = own[i % own.length]! * theta[i % channels]!;
}

function fillUniform(low: number, high: number, options: DrawInitialPotentialsOptions): void {
  const start = Math.fround(low);
  const span = Math.fround(high - low);
  forEachChunk(options, (words, out, channel) => {
    scaleUniform(words, start, span, options.theta, channel, out);
  });
}

/** out[i] = ○(○(start + ○(span · uᵢ)) · θ), the first neuron being of channel `channel`. Kernel: positional arguments. */
function scaleUniform(
  words: Uint32Array,
  start: number,
  span: number,
  theta: Float32Array,
  channel: number,
  out: Float32Array,
): void {
  const channels = theta.length;
  // Pixel by pixel: faster than counting channels within one loop.
  for (let i = 0; i < out.length; channel = 0) {
    const end = Math.min(out.length, i + channels - channel);
    for (; i < end; i++, channel++) {
      const k = Math.fround(start + Math.fround(span * ((words[i]! >>> 8) * TWO_TO_MINUS_24)));
      out[i] = k * theta[channel]!;
    }
  }
}

function fillNormal(mean: number, standardDeviation: number, options: DrawInitialPotentialsOptions): void {
  const { theta } = options;
  const center = Math.fround(mean);
  const spread = Math.fround(standardDeviation);
  forEachChunk(options, (words, out, channel) => {
    for (let i = 0; i < out.length; i++) {
      const x = Math.fround(normalQuantile((words[i]! + 0.5) * TWO_TO_MINUS_32));
      const k = Math.fround(center + Math.fround(spread * x));
      out[i] = k * theta[channel]!;
      if (++channel === theta.length) channel = 0;
    }
  });
}

/** Calls `visit` with the random words of consecutive neurons, their part of `out`, and the first one's channel. */
function forEachChunk(
  { seed, imageIndex, layerIndex, theta, out }: DrawInitialPotentialsOptions,
  visit: (words: Uint32Array, out: Float32Array, channel: number) => void,
): void {
  const key = new Uint32Array(2);
  writeSeedKey(key, seed, DOMAIN);
  const counter = Uint32Array.of(0, imageIndex, layerIndex, 0);
  const words = new Uint32Array(Math.min(CHUNK, 4 * Math.ceil(out.length / 4)));
  for (let first = 0; first < out.length; first += CHUNK) {
    counter[0] = first / 4;
    philox4x32Into(counter, key, words);
    visit(words, out.subarray(first, first + CHUNK), first % theta.length);
  }
}

function assertDrawOptions({ seed, imageIndex, layerIndex, theta }: DrawInitialPotentialsOptions): void {
  const problems: string[] = [];
  if (!Number.isSafeInteger(seed) || seed < 0) {
    problems.push(`seed must be an integer in [0, 2^53), got ${seed}.`);
  }
  if (!isUint32(imageIndex)) problems.push(`imageIndex must be an integer in [0, 2^32), got ${imageIndex}.`);
  if (!isUint32(layerIndex)) problems.push(`layerIndex must be an integer in [0, 2^32), got ${layerIndex}.`);
  if (theta.length === 0) problems.push('theta must have at least 1 element, got 0.');
  const bad = theta.findIndex((value) => !(value > 0 && value < Infinity));
  if (bad >= 0) problems.push(`theta[${bad}] must be finite and > 0, got ${theta[bad]!}.`);
  if (problems.length > 0) throw new RangeError(`drawInitialPotentials: ${problems.join(' ')}`);
}
