/**
 * What neurons of one layer are driven by, and what they should answer, at some places (pixels) of calibration images.
 * Neurons of a channel are samples of that channel.
 */
export interface LayerSample {
  /** T, integer ≥ 1. */
  readonly timeSteps: number;
  /** Channels of the layer; features of a vector. */
  readonly channels: number;
  /** Places of all images together. */
  readonly places: number;
  /** Image that each place belongs to, [places], ascending. */
  readonly imageOf: Uint32Array;
  /** Input current of every step, `[places, timeSteps, channels]` [activation]. */
  readonly currents: Float32Array;
  /** Output of the ANN's activation, `[places, channels]` [activation]. */
  readonly targets: Float32Array;
}

/** Moments of φ − a over the samples of each channel, SNN minus ANN: [channels] [activation] or [activation²]. */
export interface ChannelErrors {
  /** Mean over all samples. */
  readonly mean: Float64Array;
  /** Mean of the squares over all samples. */
  readonly meanSquare: Float64Array;
  /** Mean over images of the square of the mean over the image's places: the error that does not average out. */
  readonly imageMeanSquare: Float64Array;
}

/** Threshold and potential before the first step of each channel, [channels] [activation]. */
export interface ChannelNeurons {
  /** θ > 0. */
  readonly theta: Float64Array;
  /** v[0]. */
  readonly v0: Float64Array;
}

/**
 * Errors of integrate-and-fire neurons (reset by subtraction) under the currents of a sample.
 *
 *   φ = θ · count / T,   u[t] = v[t−1] + I[t],   spike if u ≥ θ,   v[t] = u − θ · spike
 *
 * Stepped in float64; the simulation rounds to float32, which moves a count only where u meets θ to seven digits.
 *
 * @param every use one place in so many, for a first look
 */
export function channelErrors(sample: LayerSample, { theta, v0 }: ChannelNeurons, every = 1): ChannelErrors {
  const { timeSteps, channels, places, currents, targets, imageOf } = sample;
  const sums = new Float64Array(channels);
  const moments = new ImageMoments(channels);
  const end = timeSteps * channels;
  for (let place = 0; place < places; place += every) {
    const first = place * end;
    moments.enter(imageOf[place]!);
    for (let c = 0; c < channels; c++) {
      const threshold = theta[c]!;
      let v = v0[c]!;
      let count = 0;
      for (let at = first + c; at < first + end; at += channels) {
        v += currents[at]!;
        if (v < threshold) continue;
        v -= threshold;
        count++;
      }
      const error = (threshold * count) / timeSteps - targets[place * channels + c]!;
      moments.sums[c]! += error;
      sums[c]! += error * error;
    }
    moments.places++;
  }
  const used = Math.ceil(places / every);
  const { mean, imageMeanSquare } = moments.finish(used);
  return { mean, meanSquare: sums.map((sum) => sum / used), imageMeanSquare };
}

/** Sums errors image by image. */
class ImageMoments {
  /** Of the image under way. */
  readonly sums: Float64Array;
  places = 0;
  #image = -1;
  #images = 0;
  readonly #total: Float64Array;
  readonly #squares: Float64Array;

  constructor(channels: number) {
    this.sums = new Float64Array(channels);
    this.#total = new Float64Array(channels);
    this.#squares = new Float64Array(channels);
  }

  /** Says which image the next errors belong to. */
  enter(image: number): void {
    if (image === this.#image) return;
    this.#close();
    this.#image = image;
  }

  finish(used: number): { mean: Float64Array; imageMeanSquare: Float64Array } {
    this.#close();
    const images = Math.max(1, this.#images);
    return {
      mean: this.#total.map((sum) => sum / used),
      imageMeanSquare: this.#squares.map((sum) => sum / images),
    };
  }

  #close(): void {
    if (this.places === 0) return;
    this.sums.forEach((sum, c) => {
      this.#total[c]! += sum;
      this.#squares[c]! += (sum / this.places) ** 2;
    });
    this.sums.fill(0);
    this.places = 0;
    this.#images++;
  }
}
