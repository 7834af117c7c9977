import type { ImageRange, LayerCounts, SimulationResult, SimulationSpec } from './simulation-job.js';

/** Images per shard: small enough that an interruption costs seconds, large enough that files stay few. */
export const DEFAULT_SHARD_SIZE = 250;

/**
 * Cuts a spec into specs over consecutive ranges of images, each a job of its own. Boundaries are multiples of
 * `shardSize` in the data set, so that a run over more images finds the full shards of a shorter one.
 *
 * @param spec  what to run, over any range
 * @param shardSize  images per shard, integer ≥ 1; the first and last may be shorter
 * @returns specs that cover the range once, ascending
 * @throws RangeError if the range is empty or not of integers, or shardSize is not a positive integer
 * @example
 * shardSpecs({ ...spec, images: { from: 0, to: 600 } }, 250).map((s) => s.images.to); // [250, 500, 600]
 */
export function shardSpecs<Spec extends { readonly images: ImageRange }>(
  spec: Spec,
  shardSize: number = DEFAULT_SHARD_SIZE,
): Spec[] {
  assertImageRange('shardSpecs', spec.images);
  if (!Number.isSafeInteger(shardSize) || shardSize < 1) {
    throw new RangeError(`shardSpecs: shardSize must be a positive integer, got ${shardSize}.`);
  }
  const shards: Spec[] = [];
  for (let from = spec.images.from; from < spec.images.to;) {
    const boundary = (Math.floor(from / shardSize) + 1) * shardSize;
    const to = Math.min(boundary, spec.images.to);
    shards.push({ ...spec, images: { from, to } });
    from = to;
  }
  return shards;
}

/**
 * Joins the results of consecutive shards into one run: predictions one after the other, counts added. Integer sums, so
 * the result does not depend on how the run was cut.
 *
 * @param shards  results of the same network and time-steps, ascending and without gaps, at least one
 * @returns the run over all their images
 * @throws RangeError naming every gap, overlap, and difference in time-steps or layers
 */
export function mergeShards(shards: readonly SimulationResult[]): SimulationResult {
  const [first, ...rest] = shards;
  if (first === undefined) throw new RangeError('mergeShards: shards must not be empty, got 0 shards.');
  const problems = rest.flatMap((shard, index) => mismatches(shards[index]!, shard, first));
  if (problems.length > 0) {
    throw new RangeError(`mergeShards: shards must continue each other, got ${problems.join('; ')}.`);
  }
  return {
    images: { from: first.images.from, to: (rest.at(-1) ?? first).images.to },
    timeSteps: first.timeSteps,
    predictions: Uint16Array.from(join(shards.map((shard) => shard.predictions))),
    firstSpikes: {
      timeSum: Float64Array.from(join(shards.map((shard) => shard.firstSpikes.timeSum))),
      fired: Float64Array.from(join(shards.map((shard) => shard.firstSpikes.fired))),
    },
    layers: first.layers.map((layer, index) =>
      addCounts(
        layer,
        rest.map((shard) => shard.layers[index]!),
      ),
    ),
  };
}

/**
 * Throws unless a range is one or more images.
 *
 * @param caller  function named in the message
 * @param images  range to check
 * @throws RangeError
 * @internal
 */
export function assertImageRange(caller: string, images: ImageRange): void {
  const { from, to } = images;
  if (!Number.isSafeInteger(from) || !Number.isSafeInteger(to) || from < 0 || to <= from) {
    throw new RangeError(
      `${caller}: images must be a range 0 ≤ from < to of integers, got [${from}, ${to}).`,
    );
  }
}

/** The values of several arrays one after the other. */
function* join(parts: readonly Iterable<number>[]): Generator<number> {
  for (const part of parts) yield* part;
}

function mismatches(previous: SimulationResult, shard: SimulationResult, first: SimulationResult): string[] {
  const range = `[${shard.images.from}, ${shard.images.to})`;
  const problems: string[] = [];
  if (shard.images.from !== previous.images.to) problems.push(`${range} after image ${previous.images.to}`);
  if (shard.timeSteps !== first.timeSteps) {
    problems.push(`${shard.timeSteps} time-steps instead of ${first.timeSteps} in ${range}`);
  }
  if (layerNames(shard) !== layerNames(first)) problems.push(`other layers in ${range}`);
  return problems;
}

function layerNames(result: SimulationResult): string {
  return JSON.stringify(result.layers.map((layer) => [layer.name, layer.neurons]));
}

function addCounts(first: LayerCounts, rest: readonly LayerCounts[]): LayerCounts {
  const add = (pick: (layer: LayerCounts) => readonly number[]): number[] =>
    pick(first).map((value, t) => rest.reduce((sum, layer) => sum + pick(layer)[t]!, value));
  const total = (pick: (layer: LayerCounts) => number): number =>
    rest.reduce((sum, layer) => sum + pick(layer), pick(first));
  return {
    name: first.name,
    neurons: first.neurons,
    spikes: add((layer) => layer.spikes),
    synapticOperations: add((layer) => layer.synapticOperations),
    firedNeurons: total((layer) => layer.firedNeurons),
    firstSpikeTimeSum: total((layer) => layer.firstSpikeTimeSum),
  };
}

/**
 * Number of images in a range.
 *
 * @param spec  anything over a range of images
 * @returns to − from
 * @internal
 */
export function imageCount(spec: Pick<SimulationSpec, 'images'>): number {
  return spec.images.to - spec.images.from;
}
