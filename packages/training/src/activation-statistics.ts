import type { Dataset } from '@opi-snn/datasets';
import type { Network } from '@opi-snn/network';
import { ActivationHistogram, PERCENTILE_RELATIVE_ERROR } from './activation-histogram.js';
import type { BackendName } from './backend.js';
import { visitActivations, type ActivationBatch, type ActivationOptions } from './visit-activations.js';

/** Options of {@link measureActivations}. */
export interface MeasureActivationsOptions extends ActivationOptions {
  /** Ranks in percent, each in (0, 100]; default `[99, 99.9, 99.99]`. */
  readonly percentiles?: readonly number[] | undefined;
  /** Whether outputs that are exactly 0 count for the percentiles; default true. */
  readonly countZeros?: boolean | undefined;
}

/** What one activation node put out over many images; fits the `LayerStatistics` of `@opi-snn/conversion`. */
export interface ActivationStatistics {
  /** Name of the activation node. */
  readonly node: string;
  /** Largest output over all images and neurons [activation], exact. */
  readonly maximum: number;
  /** Largest output per channel, `[channels]` [activation], exact. */
  readonly maximumPerChannel: Float32Array;
  /** Mean output over all images and neurons [activation], zeros counted, within 2⁻¹⁷ / neurons. */
  readonly mean: number;
  /** Nearest-rank percentiles [activation], within `relativeError`. */
  readonly percentiles: readonly { readonly percentile: number; readonly value: number }[];
  /** Largest relative error of a percentile in [2⁻²⁴, 2²⁴). */
  readonly relativeError: number;
  /** Whether zeros counted for the percentiles. */
  readonly zerosCounted: boolean;
  /** Number of outputs that are exactly 0, and of all outputs. */
  readonly zeros: number;
  readonly count: number;
}

/** Statistics of every activation node, with what they were measured on. */
export interface MeasuredActivations {
  /** In the order of the network. */
  readonly layers: readonly ActivationStatistics[];
  readonly images: number;
  readonly backend: BackendName;
}

/** Per-image sums are rounded to multiples of 2⁻¹⁶, so that adding them is exact in any order. */
const MEAN_GRID = 2 ** 16;

/**
 * Maximum, mean and percentiles of every activation node over the images of a data set, in one pass.
 *
 * The same for any order of the images and, where the backend's activations are, for any batch size: maxima are
 * exact, percentiles come from integer counts on a fixed grid, means from sums on a fixed grid. Measure on training
 * images: thresholds must not be chosen on test images.
 *
 * @throws RangeError listing every option that is wrong
 * @see Diehl et al. (IJCNN 2015) for the maximum; Rueckauer et al. (2017), 2.2.2, for the percentile
 */
export async function measureActivations(
  network: Network,
  dataset: Dataset,
  options: MeasureActivationsOptions,
): Promise<MeasuredActivations> {
  const percentiles = options.percentiles ?? [99, 99.9, 99.99];
  const wrong = percentiles.filter((rank) => !(rank > 0 && rank <= 100));
  if (wrong.length > 0) {
    throw new RangeError(
      `measureActivations: percentiles must be in (0, 100], got ${wrong.join(', ')}. They are given in percent.`,
    );
  }
  const layers = new Map<string, LayerMeter>();
  const { images, backend } = await visitActivations(
    'measureActivations',
    { network, dataset },
    options,
    (batch) => {
      const meter = layers.get(batch.node.name) ?? new LayerMeter(batch.shape);
      layers.set(batch.node.name, meter);
      meter.add(batch);
    },
  );
  const settings = { percentiles, countZeros: options.countZeros ?? true };
  return {
    layers: [...layers].map(([node, meter]) => meter.summarise(node, settings)),
    images,
    backend,
  };
}

class LayerMeter {
  readonly #histogram = new ActivationHistogram();
  readonly #maxima: Float32Array;
  readonly #neurons: number;
  #gridSum = 0;

  constructor(shape: readonly number[]) {
    this.#maxima = new Float32Array(shape.at(-1)!);
    this.#neurons = shape.reduce((product, extent) => product * extent, 1);
  }

  add({ output, images }: ActivationBatch): void {
    const values = output();
    this.#histogram.add(values);
    for (let image = 0; image < images; image += 1) {
      this.#addImage(values.subarray(image * this.#neurons, (image + 1) * this.#neurons));
    }
  }

  #addImage(values: Float32Array): void {
    const channels = this.#maxima.length;
    let sum = 0;
    for (let i = 0; i < values.length; i += channels) {
      for (let c = 0; c < channels; c += 1) {
        const value = values[i + c]!;
        sum += value;
        if (value > this.#maxima[c]!) this.#maxima[c] = value;
      }
    }
    this.#gridSum += Math.round(sum * MEAN_GRID);
  }

  summarise(
    node: string,
    { percentiles, countZeros }: { percentiles: readonly number[]; countZeros: boolean },
  ): ActivationStatistics {
    const histogram = this.#histogram;
    const maximum = this.#maxima.reduce((largest, value) => Math.max(largest, value), 0);
    return {
      node,
      maximum,
      maximumPerChannel: this.#maxima,
      mean: this.#gridSum / MEAN_GRID / histogram.count,
      percentiles: percentiles.map((percentile) => ({
        percentile,
        // The middle of the last bin may lie above everything that was seen.
        value: percentile === 100 ? maximum : Math.min(maximum, histogram.percentile(percentile, countZeros)),
      })),
      relativeError: PERCENTILE_RELATIVE_ERROR,
      zerosCounted: countZeros,
      zeros: histogram.zeros,
      count: histogram.count,
    };
  }
}
