import type { InitialPotential } from '@opi-snn/theory';
import { countCorrect } from './correctness.js';
import type { MeasuredCell } from './judge-cells.js';
import { meanSpread } from './mean-spread.js';
import type { AccuracyPoint, AnnAccuracy, CostPoint, FirstSpike, Series, SeriesRun } from './result.js';
import { imageCount } from './shards.js';
import type { EvaluationResult, LayerCounts, SimulationResult } from './simulation-job.js';
import { wilsonInterval } from './wilson.js';

/** One finished run of a series. */
export interface SeriesInputRun {
  readonly seed: number;
  readonly address: string;
  readonly predictionHash: string;
  readonly result: SimulationResult;
}

/** What a series is made of. */
export interface SeriesInput {
  readonly id: string;
  readonly label: string;
  readonly method: string;
  readonly initialPotential: InitialPotential | Readonly<Record<string, InitialPotential>>;
  /** One per seed, at least one, all over the same images. */
  readonly runs: readonly SeriesInputRun[];
}

/**
 * Derives a series from its runs: accuracy with interval and spread over seeds, spikes and synaptic operations at
 * every T asked for. Nothing but sums of what the runs stored.
 *
 * @param input  names and runs
 * @param labels  of the whole data set
 * @param timeSteps  the T to report
 * @returns the series
 * @throws RangeError if there is no run, a T was not simulated, or labels are too few
 */
export function buildSeries(
  input: SeriesInput,
  labels: ArrayLike<number>,
  timeSteps: readonly number[],
): Series {
  const { id, label, method, initialPotential } = input;
  if (input.runs.length === 0) throw new RangeError('buildSeries: runs must not be empty, got 0 runs.');
  const runs = input.runs.map(({ seed, address, predictionHash, result }): SeriesRun => ({
    seed,
    address,
    predictionHash,
    correct: timeSteps.map((t) => countCorrect(result, labels, t)),
  }));
  const results = input.runs.map((run) => run.result);
  const images = imageCount(results[0]!);
  const accuracy = timeSteps.map((t, i) =>
    accuracyPoint(
      t,
      runs.map((run) => run.correct[i]!),
      images,
    ),
  );
  const cost = timeSteps.map((t) => costPoint(t, results));
  return { id, label, method, initialPotential, runs, accuracy, cost, layers: layerDensities(results) };
}

/**
 * The ANN's accuracy with its interval.
 *
 * @param evaluation  predictions of the ANN
 * @param labels  of the whole data set
 * @param backend  what computed it
 * @returns accuracy on the evaluated images
 */
export function annAccuracy(
  evaluation: EvaluationResult,
  labels: ArrayLike<number>,
  backend: string,
): AnnAccuracy {
  const correct = countCorrect({ ...evaluation, timeSteps: 1 }, labels, 1);
  const images = imageCount(evaluation);
  return { correct, images, accuracy: correct / images, interval: wilsonInterval(correct, images), backend };
}

/**
 * When the neurons of each layer fire first, from the counts of a run.
 *
 * @param series  id of the series
 * @param run  counts per layer
 * @returns one entry per spiking layer, in network order
 */
export function firstSpikesOf(series: string, run: SimulationResult): FirstSpike[] {
  return spiking(run.layers).map((layer, index) => ({
    series,
    layer: layer.name,
    depth: index + 1,
    meanStep: layer.firedNeurons === 0 ? null : layer.firstSpikeTimeSum / layer.firedNeurons,
    firedFraction: layer.firedNeurons / (layer.neurons * imageCount(run)),
    timeSteps: run.timeSteps,
  }));
}

/**
 * A series' accuracies in the form that {@link judgeCells} compares with published ones.
 *
 * @param series  built series
 * @param ann  the ANN on the same images, if known
 * @returns one cell per T
 */
export function measuredCells(series: Series, ann: AnnAccuracy | null): MeasuredCell[] {
  return series.accuracy.map(({ timeSteps, accuracy, images, interval }) => {
    return { timeSteps, accuracy, images, interval, ann: ann?.accuracy ?? null, seeds: series.runs.length };
  });
}

function accuracyPoint(timeSteps: number, correctBySeed: readonly number[], images: number): AccuracyPoint {
  const { mean: correct, standardDeviation, minimum, maximum, n } = meanSpread(correctBySeed);
  const spread = {
    standardDeviation: standardDeviation / images,
    minimum: minimum / images,
    maximum: maximum / images,
  };
  return {
    timeSteps,
    correct,
    images,
    accuracy: correct / images,
    interval: wilsonInterval(correct, images),
    spread: n > 1 ? spread : null,
  };
}

function costPoint(timeSteps: number, results: readonly SimulationResult[]): CostPoint {
  const imageRuns = results.reduce((total, result) => total + imageCount(result), 0);
  const total = (pick: (layer: LayerCounts) => readonly number[]): number =>
    sum(results.flatMap((result) => result.layers.map((layer) => sum(pick(layer).slice(0, timeSteps)))));
  const neurons = sum(spiking(results[0]!.layers).map((layer) => layer.neurons));
  const spikesPerImage = total((layer) => layer.spikes) / imageRuns;
  return {
    timeSteps,
    spikesPerNeuronPerStep: neurons === 0 ? 0 : spikesPerImage / (neurons * timeSteps),
    spikesPerImage,
    synapticOperationsPerImage: total((layer) => layer.synapticOperations) / imageRuns,
  };
}

function layerDensities(results: readonly SimulationResult[]): Series['layers'] {
  const { timeSteps, layers } = results[0]!;
  const imageRuns = results.reduce((total, result) => total + imageCount(result), 0);
  return spiking(layers).map(({ name, neurons }) => {
    const spikes = sum(
      results.flatMap((result) => result.layers.find((layer) => layer.name === name)?.spikes ?? []),
    );
    return { layer: name, neurons, spikesPerNeuronPerStep: spikes / (neurons * timeSteps * imageRuns) };
  });
}

/** The read-out is the last layer and never spikes; a hidden layer that stays silent is still reported. */
function spiking(layers: readonly LayerCounts[]): readonly LayerCounts[] {
  return layers.filter((layer, index) => index < layers.length - 1 || sum(layer.spikes) > 0);
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
