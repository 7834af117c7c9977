import type { FirstSpikeCounts, LayerCounts, SimulationResult } from './simulation-job.js';
import { imageCount } from './shards.js';

/**
 * Mean first-spike time of some layers, image by image, every layer counting the same.
 *
 *   t̄(image) = mean over layers of ( Σ_fired t₁ + (neurons − fired) · (T + 1) ) / neurons
 *
 * A neuron that stays silent counts as T + 1, the earliest step at which it could still fire. Leaving silent neurons out
 * would favour a run in which fewer neurons fire: those that fire at all are the fast ones. (This is the restricted
 * mean of survival analysis: Royston and Parmar, BMC Medical Research Methodology 13:152, 2013.)
 *
 * @param run  with first spikes per image
 * @param layers  indices into `run.layers`, at least one
 * @returns [images], in steps, each in [1, T + 1]
 * @throws RangeError if no layer is named or one does not exist
 */
export function meanFirstSpikes(run: SimulationResult, layers: readonly number[]): Float64Array {
  const unknown = layers.filter((layer) => run.layers[layer] === undefined);
  if (layers.length === 0 || unknown.length > 0) {
    const got = layers.length === 0 ? 'none' : unknown.join(', ');
    throw new RangeError(
      `meanFirstSpikes: layers must be one or more indices in [0, ${run.layers.length - 1}], got ${got}.`,
    );
  }
  const { timeSum, fired } = run.firstSpikes;
  return Float64Array.from({ length: imageCount(run) }, (_, image) => {
    const total = layers.reduce((sum, layer) => {
      const { neurons } = run.layers[layer]!;
      const row = image * run.layers.length + layer;
      return sum + (timeSum[row]! + (neurons - fired[row]!) * (run.timeSteps + 1)) / neurons;
    }, 0);
    return total / layers.length;
  });
}

/**
 * First spikes as bytes: 64-bit little-endian floats, `timeSum` then `fired`, on every machine.
 *
 * @param counts  `[images, layers]` each, read only
 * @returns 16 bytes per image and layer
 * @internal
 */
export function encodeFirstSpikes({ timeSum, fired }: FirstSpikeCounts): Uint8Array {
  const bytes = new Uint8Array(8 * (timeSum.length + fired.length));
  const view = new DataView(bytes.buffer);
  [...timeSum, ...fired].forEach((value, index) => {
    view.setFloat64(8 * index, value, true);
  });
  return bytes;
}

/**
 * The inverse of {@link encodeFirstSpikes}.
 *
 * @param bytes  a multiple of 16, read only
 * @returns first spikes
 * @throws RangeError if the number of bytes is not a multiple of 16
 * @internal
 */
export function decodeFirstSpikes(bytes: Uint8Array): FirstSpikeCounts {
  if (bytes.length % 16 !== 0) {
    throw new RangeError(`decodeFirstSpikes: bytes must be a multiple of 16, got ${bytes.length}.`);
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const rows = bytes.length / 16;
  const read = (from: number): Float64Array =>
    Float64Array.from({ length: rows }, (_, index) => view.getFloat64(8 * (from + index), true));
  return { timeSum: read(0), fired: read(rows) };
}

/**
 * What does not fit between first spikes per image and the sums per layer of the same run.
 *
 * @param firstSpikes  per image
 * @param run  its layers and images
 * @returns one phrase per problem; empty when all fits
 * @internal
 */
export function firstSpikeProblems(
  { timeSum, fired }: FirstSpikeCounts,
  run: Pick<SimulationResult, 'images' | 'layers'>,
): string[] {
  const { layers } = run;
  const rows = imageCount(run) * layers.length;
  if (timeSum.length !== rows || fired.length !== rows) {
    return [`first spikes must have ${rows} entries, got ${timeSum.length} and ${fired.length}`];
  }
  const total = (values: Float64Array, layer: number): number => {
    let sum = 0;
    for (let row = layer; row < rows; row += layers.length) sum += values[row]!;
    return sum;
  };
  const wrong = layers.filter(
    (layer: LayerCounts, i) =>
      total(fired, i) !== layer.firedNeurons || total(timeSum, i) !== layer.firstSpikeTimeSum,
  );
  return wrong.map(({ name }) => `first spikes of ${name} must add up to its sums over images`);
}
