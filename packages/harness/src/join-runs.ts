import { contentAddress } from './hash.js';
import type { Series, SeriesRun } from './result.js';
import { imageCount } from './shards.js';
import type { SimulationResult } from './simulation-job.js';

/** One run of a method whose network is made for one T. */
export interface RunForTimeSteps {
  readonly timeSteps: number;
  /** Simulated for at least `timeSteps` steps. */
  readonly result: SimulationResult;
}

/**
 * Puts runs together that were each made for one T, so that they can be compared like a single run: the prediction after
 * t steps is that of the run made for the smallest T ≥ t. Counts and first spikes are those of the last run.
 *
 * @param parts  over the same images, T ascending, at least one
 * @returns a run over the largest T
 * @throws RangeError if there is no part, T do not ascend, or images differ
 */
export function joinRuns(parts: readonly RunForTimeSteps[]): SimulationResult {
  const last = parts.at(-1)?.result;
  if (last === undefined) throw new RangeError('joinRuns: parts must not be empty, got 0 runs.');
  parts.forEach(({ timeSteps, result: { images } }, i) => {
    const before = parts[i - 1]?.timeSteps ?? 0;
    if (timeSteps <= before || images.from !== last.images.from || images.to !== last.images.to) {
      throw new RangeError(
        `joinRuns: parts must be over the same images with ascending T, got T = ${timeSteps} after ${before} ` +
          `over [${images.from}, ${images.to}) beside [${last.images.from}, ${last.images.to}).`,
      );
    }
  });
  const total = parts.at(-1)!.timeSteps;
  const predictions = new Uint16Array(imageCount(last) * total);
  for (let image = 0; image < imageCount(last); image += 1) {
    let done = 0;
    for (const { timeSteps, result } of parts) {
      const row = image * result.timeSteps;
      predictions.set(result.predictions.subarray(row + done, row + timeSteps), image * total + done);
      done = timeSteps;
    }
  }
  return { ...last, timeSteps: total, predictions };
}

/**
 * Puts series together that were each built for one T: accuracy and cost at every T from the run made for it.
 *
 * @param parts  the same series for different T, ascending, with the same seeds; at least one
 * @returns one series; each of its runs has the addresses and predictions of all parts in one hash
 * @throws RangeError if there is no part
 */
export function joinSeries(parts: readonly Series[]): Series {
  const [first] = parts;
  if (first === undefined) throw new RangeError('joinSeries: parts must not be empty, got 0 series.');
  if (parts.length === 1) return first;
  const runs = first.runs.map(({ seed }, index): SeriesRun => {
    const same = parts.map((part) => part.runs[index]!);
    return {
      seed,
      address: contentAddress(same.map(({ address }) => address)),
      predictionHash: contentAddress(same.map(({ predictionHash }) => predictionHash)),
      correct: same.flatMap(({ correct }) => correct),
    };
  });
  return {
    ...first,
    runs,
    accuracy: parts.flatMap(({ accuracy }) => accuracy),
    cost: parts.flatMap(({ cost }) => cost),
    layers: parts.at(-1)!.layers,
  };
}
