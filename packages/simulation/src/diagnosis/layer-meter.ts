import type { Network } from '@opi-snn/network';
import { ERROR_PARTS, type ErrorPart } from '@opi-snn/theory';
import { measureError, thresholdOf, type AnnLayerValues, type ErrorMoments } from '../measure-error.js';
import type { LayerActivity, Simulation } from '../simulation.js';
import { ActivationScale } from './activation-scale.js';
import type { LayerProfile } from './layer-profile.js';

/** Bins of a plot, each θ/20 wide; the last one holds everything from 1.45 θ on. */
export const HISTOGRAM_BINS = 30;
const BINS_PER_THETA = 20;

/** What a diagnosis knows about one layer for one batch of images. */
export interface DiagnosedValues extends AnnLayerValues {
  readonly input: Float32Array;
  readonly averageInput: Float32Array;
  /** ẑ: the SNN's weights applied to the ANN's activations of the layers before, `[images, neurons]`. */
  readonly drive: Float32Array;
}

/** Sums over batches of images for one layer; {@link LayerMeter.profile} gives what they say. */
export class LayerMeter {
  readonly #network: Network;
  readonly #layer: string;
  readonly #scale = new ActivationScale();
  readonly #moments: Record<ErrorPart, { mean: number; meanSquare: number }>;
  readonly #histogram = { ann: counts(), snn: counts() };
  #theta: Float32Array = new Float32Array(0);
  #neurons = 0;
  #images = 0;
  #timeSteps = 0;
  #samples = 0;
  #sums = { a: 0, b: 0, aa: 0, bb: 0, ab: 0, z: 0, difference: 0 };
  #saturated = { snn: 0, ann: 0 };
  #first = { time: 0, fired: 0 };
  #largestDrive = -Infinity;
  #fired = new Uint8Array(0);
  #active = new Uint8Array(0);

  /**
   * @param network the SNN
   * @param layer   name of its neurons
   */
  constructor(network: Network, layer: string) {
    this.#network = network;
    this.#layer = layer;
    this.#moments = Object.fromEntries(
      ERROR_PARTS.map((part) => [part, { mean: 0, meanSquare: 0 }]),
    ) as unknown as Record<ErrorPart, { mean: number; meanSquare: number }>;
  }

  /**
   * Adds one batch.
   *
   * @param simulation run of the batch with `record.spikeCountsAt` [T], its last step
   * @throws RangeError as `measureError`
   */
  add(simulation: Simulation, values: DiagnosedValues): void {
    const [error] = measureError(simulation, this.#network, new Map([[this.#layer, values]]));
    const activity = simulation.layers.find(({ name }) => name === this.#layer)!;
    const spikes = simulation.spikeCounts!.byLayer.get(this.#layer)!.at(-1)!;
    this.#begin(activity, simulation);
    for (const part of ERROR_PARTS) this.#addMoments(part, error!.parts![part], error!.samples);
    this.#samples += error!.samples;
    this.#images += simulation.indices.length;
    this.#first.time += activity.firstSpikeTimeSum;
    this.#first.fired += activity.firedNeurons;
    for (let i = 0; i < spikes.length; i++) this.#addNeuron(i, spikes[i]!, values);
  }

  /** What the batches say. */
  profile(): LayerProfile {
    const { a, b, aa, bb, ab, z, difference } = this.#sums;
    const n = this.#samples;
    const spread = Math.sqrt((aa - (a * a) / n) * (bb - (b * b) / n));
    const share = (flags: Uint8Array): number =>
      flags.reduce((sum, flag) => sum + 1 - flag, 0) / this.#neurons;
    return {
      layer: this.#layer,
      neurons: this.#neurons,
      images: this.#images,
      timeSteps: this.#timeSteps,
      theta: { lowest: Math.min(...this.#theta), highest: Math.max(...this.#theta) },
      correlation: spread > 0 ? (ab - (a * b) / n) / spread : null,
      signal: this.#scale.meanSquare,
      error: this.#error(),
      weightDifference: z > 0 ? difference / z : Number(difference > 0),
      largestDrive: this.#largestDrive,
      dead: { snn: share(this.#fired), ann: share(this.#active) },
      saturated: { snn: this.#saturated.snn / n, ann: this.#saturated.ann / n },
      firstSpike: this.#first.fired === 0 ? null : this.#first.time / this.#first.fired,
      scale: this.#scale,
      histogram: this.#histogram,
    };
  }

  #begin(activity: LayerActivity, { timeSteps }: Simulation): void {
    if (this.#neurons > 0) return;
    this.#neurons = activity.neurons;
    this.#timeSteps = timeSteps;
    this.#theta = thresholdOf(this.#network, activity);
    this.#fired = new Uint8Array(activity.neurons);
    this.#active = new Uint8Array(activity.neurons);
  }

  /** From units of θ/T to units of θ. */
  #addMoments(part: ErrorPart, { mean, meanSquare }: ErrorMoments, samples: number): void {
    const moments = this.#moments[part];
    moments.mean += (mean * samples) / this.#timeSteps;
    moments.meanSquare += (meanSquare * samples) / this.#timeSteps ** 2;
  }

  #addNeuron(i: number, spikes: number, { output, input, drive }: DiagnosedValues): void {
    const theta = this.#theta[i % this.#theta.length]!;
    const [a, rate] = [output[i]! / theta, spikes / this.#timeSteps];
    this.#scale.add(a);
    const sums = this.#sums;
    const phi = rate * theta;
    sums.a += output[i]!;
    sums.b += phi;
    sums.aa += output[i]! * output[i]!;
    sums.bb += phi * phi;
    sums.ab += output[i]! * phi;
    sums.z += input[i]! * input[i]!;
    sums.difference += (drive[i]! - input[i]!) ** 2;
    this.#largestDrive = Math.max(this.#largestDrive, drive[i]! / theta);
    if (spikes > 0) this.#fired[i % this.#neurons] = 1;
    if (a > 0) this.#active[i % this.#neurons] = 1;
    if (spikes === this.#timeSteps) this.#saturated.snn += 1;
    if (a >= 1) this.#saturated.ann += 1;
    this.#histogram.ann[binOf(a)]! += 1;
    this.#histogram.snn[binOf(rate)]! += 1;
  }

  #error(): LayerProfile['error'] {
    const entries = ERROR_PARTS.map((part) => {
      const { mean, meanSquare } = this.#moments[part];
      return [part, { mean: mean / this.#samples, meanSquare: meanSquare / this.#samples }];
    });
    return Object.fromEntries(entries) as LayerProfile['error'];
  }
}

function counts(): number[] {
  return new Array<number>(HISTOGRAM_BINS).fill(0);
}

function binOf(u: number): number {
  return Math.min(HISTOGRAM_BINS - 1, Math.floor(u * BINS_PER_THETA));
}
