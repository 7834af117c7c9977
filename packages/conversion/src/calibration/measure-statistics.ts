import { runNetwork, type Network, type Tensor } from '@opi-snn/network';
import { isActivation } from '../activation-layer.js';
import type { LayerStatistics } from '../activation-statistics.js';
import type { CalibrationRun } from './calibration-run.js';

/** Values kept of each layer for rules that look at a sample, at most. */
const SAMPLE = 32_768;

/**
 * Statistics of every activation over the calibration images, by the reference forward pass of `@opi-snn/network`: the same
 * bits on every machine.
 *
 * Maxima are exact. Percentiles are exact, too: nearest-rank with zeros counted, the smallest value that at least p percent of all values do not exceed.
 * The sample takes every k-th value in order of size, the largest among them. Nothing of it depends on the order of the images.
 *
 * @param network     ANN, batch norm folded or not
 * @param run         calibration images
 * @param percentiles ranks in percent, in (0, 100]
 */
export function measureStatistics(
  network: Network,
  { images }: Pick<CalibrationRun, 'images'>,
  percentiles: readonly number[] = [99.9],
): LayerStatistics[] {
  const names = network.description.nodes.filter(isActivation).map(({ name }) => name);
  const { activations } = runNetwork(network, images, { activations: names });
  return names.map((node) => {
    const { shape, data } = activations.get(node)!;
    const sorted = data.toSorted();
    const { length } = sorted;
    return {
      node,
      maximum: sorted[length - 1]!,
      percentiles: percentiles.map((percentile) => {
        const rank = Math.max(1, Math.ceil((percentile / 100) * length));
        return { percentile, value: sorted[rank - 1]! };
      }),
      neuronMaxima: maximaOf(shape.slice(1), data),
      sample: sampleOf(sorted),
    };
  });
}

function maximaOf(shape: readonly number[], values: Float32Array): Tensor {
  const data = new Float32Array(shape.reduce((product, extent) => product * extent, 1)).fill(-Infinity);
  for (let i = 0, neuron = 0; i < values.length; i++) {
    if (values[i]! > data[neuron]!) data[neuron] = values[i]!;
    if (++neuron === data.length) neuron = 0;
  }
  return { shape, data };
}

/** Of ascending values, ascending. */
function sampleOf(sorted: Float32Array): Float32Array {
  const step = Math.ceil(sorted.length / SAMPLE);
  const length = Math.ceil(sorted.length / step);
  return Float32Array.from({ length }, (_, i) => sorted[sorted.length - 1 - (length - 1 - i) * step]!);
}
