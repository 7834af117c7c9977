import { CounterRandom, shuffle } from '@opi-snn/theory';

/** A layer as rows of a matrix product: one row for each place of each image that is used. */
export interface WeightSample {
  /** x, mean inputs over T steps, `[rows, K]` [activation]. */
  readonly inputs: Float32Array;
  /** What else the neurons receive on average, biases included, `[rows, channels]` [activation]. */
  readonly offsets: Float32Array;
  /** a, `[rows, channels]` [activation]. */
  readonly targets: Float32Array;
  /** v0, `[rows, channels]` [activation]. */
  readonly potentials: Float32Array;
  /** θ, [channels] [activation]. */
  readonly theta: Float32Array;
  /** T. */
  readonly timeSteps: number;
}

/** How weights are changed. */
export interface DescentOptions {
  /** Steps of Adam, integer ≥ 1. */
  readonly updates: number;
  /** Rows of one step; the last ones of a pass over all rows that do not fill a step are left out. */
  readonly batch: number;
  /** Step size at the start; it falls to 0 along a cosine. */
  readonly rate: number;
  /** Orders the rows. */
  readonly seed: number;
}

/** β₁, β₂ and ε of Adam (Kingma & Ba, ICLR 2015). */
const [BETA1, BETA2, EPSILON] = [0.9, 0.999, 1e-8];

/**
 * Weights for which a layer of integrate-and-fire neurons answers its mean input more as the ANN does:
 *
 *   least mean of (φ − a)²,   φ = θ/T · clip(⌊(T z + v0)/θ⌋, 0, T),   z = x W + offset
 *
 * by Adam on batches of rows; the gradient passes the floor as if it were not there, 1 where 0 < z + v0/T < θ and else 0.
 *
 * @param kernel W, `[K, channels]`; not altered
 * @returns the new W and the mean square over all rows before and after, or the old W where nothing was gained
 * @see Li et al. (ICML 2021), advanced pipeline
 */
export function descendWeights(
  kernel: Float32Array,
  sample: WeightSample,
  { updates, batch, rate, seed }: DescentOptions,
): { readonly kernel: Float32Array; readonly before: number; readonly after: number } {
  const weights = Float64Array.from(kernel);
  const first = new Float64Array(weights.length);
  const second = new Float64Array(weights.length);
  const rows = sample.offsets.length / sample.theta.length;
  const size = Math.min(batch, rows);
  const order = Array.from({ length: rows }, (_, i) => i);
  const random = new CounterRandom(seed);
  for (let update = 0, from = rows; update < updates; update++, from += size) {
    if (from + size > rows) {
      shuffle(order, random);
      from = 0;
    }
    const gradient = gradientOf(weights, sample, order.slice(from, from + size));
    const step = (rate * (1 + Math.cos((Math.PI * update) / updates))) / 2;
    const [bias1, bias2] = [1 - BETA1 ** (update + 1), 1 - BETA2 ** (update + 1)];
    for (let i = 0; i < weights.length; i++) {
      const g = gradient[i]!;
      first[i] = BETA1 * first[i]! + (1 - BETA1) * g;
      second[i] = BETA2 * second[i]! + (1 - BETA2) * g * g;
      weights[i]! -= (step * (first[i]! / bias1)) / (Math.sqrt(second[i]! / bias2) + EPSILON);
    }
  }
  const found = Float32Array.from(weights);
  const [before, after] = [squaredError(kernel, sample), squaredError(found, sample)];
  return after < before ? { kernel: found, before, after } : { kernel, before, after: before };
}

/** Gradient of the mean over rows of Σ_channels (φ − a)². */
function gradientOf(weights: Float64Array, sample: WeightSample, rows: readonly number[]): Float64Array {
  const channels = sample.theta.length;
  const gradient = new Float64Array(weights.length);
  const errors = new Float64Array(channels);
  const { inputs } = sample;
  const length = weights.length / channels;
  for (const row of rows) {
    respond(weights, sample, row, (c, error, passes) => {
      errors[c] = passes ? (2 * error) / rows.length : 0;
    });
    for (let k = 0; k < length; k++) {
      const x = inputs[row * length + k]!;
      if (x === 0) continue;
      for (let c = 0; c < channels; c++) gradient[k * channels + c]! += x * errors[c]!;
    }
  }
  return gradient;
}

/** Mean over rows of Σ_channels (φ − a)². */
function squaredError(weights: ArrayLike<number>, sample: WeightSample): number {
  const rows = sample.offsets.length / sample.theta.length;
  let sum = 0;
  for (let row = 0; row < rows; row++) {
    respond(weights, sample, row, (_, error) => {
      sum += error * error;
    });
  }
  return sum / rows;
}

/** φ − a of every channel at one row, and whether the gradient passes. */
function respond(
  weights: ArrayLike<number>,
  { inputs, offsets, targets, potentials, theta, timeSteps }: WeightSample,
  row: number,
  visit: (channel: number, error: number, passes: boolean) => void,
): void {
  const channels = theta.length;
  const length = weights.length / channels;
  const z = Float64Array.from(offsets.subarray(row * channels, (row + 1) * channels));
  for (let k = 0; k < length; k++) {
    const x = inputs[row * length + k]!;
    if (x === 0) continue;
    for (let c = 0; c < channels; c++) z[c]! += x * weights[k * channels + c]!;
  }
  for (let c = 0; c < channels; c++) {
    const at = row * channels + c;
    const u = z[c]! + potentials[at]! / timeSteps;
    const spikes = Math.min(Math.max(Math.floor((timeSteps * u) / theta[c]!), 0), timeSteps);
    visit(c, (theta[c]! * spikes) / timeSteps - targets[at]!, u > 0 && u < theta[c]!);
  }
}
