import type { LabelledRuns, SimulationResult } from '../src/index.js';

/** A layer of a made-up run: counts that are the same for every image. */
export interface MadeLayer {
  readonly name: string;
  readonly neurons: number;
}

/** What a made-up run is to hold. */
export interface MadeRun {
  readonly from?: number;
  /** `[images][timeSteps]`. */
  readonly predictions: readonly (readonly number[])[];
  readonly layers?: readonly MadeLayer[];
  /** `[images][layers]`: sum of first-spike times and neurons that fired; default nothing fires. */
  readonly firstSpikes?: readonly (readonly (readonly [timeSum: number, fired: number])[])[];
}

/** A run with exactly the given predictions and first spikes; everything else follows from them or is 0. */
export function makeRun({ from = 0, predictions, layers = [], firstSpikes }: MadeRun): SimulationResult {
  const timeSteps = predictions[0]!.length;
  const spikes = firstSpikes ?? predictions.map(() => layers.map(() => [0, 0] as const));
  const total = (layer: number, part: 0 | 1): number =>
    spikes.reduce((sum, image) => sum + image[layer]![part], 0);
  const zeros = Array.from({ length: timeSteps }, () => 0);
  return {
    images: { from, to: from + predictions.length },
    timeSteps,
    predictions: Uint16Array.from(predictions.flat()),
    layers: layers.map(({ name, neurons }, layer) => ({
      name,
      neurons,
      spikes: zeros,
      synapticOperations: zeros,
      firedNeurons: total(layer, 1),
      firstSpikeTimeSum: total(layer, 0),
    })),
    firstSpikes: {
      timeSum: Float64Array.from(spikes.flat().map(([timeSum]) => timeSum)),
      fired: Float64Array.from(spikes.flat().map(([, fired]) => fired)),
    },
  };
}

/** {@link makeRun} under a name: a series without randomness, or with a run for each seed from 1. */
export function labelled(label: string, ...runs: readonly MadeRun[]): LabelledRuns {
  return { label, runs: runs.map(makeRun), seeds: runs.length > 1 ? runs.map((_, i) => i + 1) : [] };
}

/**
 * Predictions of one step that are right with the given frequencies, in a fixed pseudo-random order, so that every part
 * of the images has about the same accuracy.
 *
 * @param labels  true classes
 * @param accuracy  share of right answers
 * @param stream  decides which images are right
 */
export function answersWithAccuracy(labels: readonly number[], accuracy: number, stream = 1): number[] {
  return labels.map((label, i) => {
    const lot = (Math.imul(i + 1, 0x9e3779b1) ^ Math.imul(stream, 0x85ebca6b)) >>> 0;
    const mixed = (Math.imul(lot ^ (lot >>> 15), 0x2c1b3c6d) >>> 0) / 2 ** 32;
    return mixed < accuracy ? label : label + 1;
  });
}
