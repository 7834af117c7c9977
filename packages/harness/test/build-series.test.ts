import { describe, expect, test } from 'vitest';
import {
  annAccuracy,
  buildSeries,
  firstSpikesOf,
  measuredCells,
  wilsonInterval,
  type SeriesInputRun,
  type SimulationResult,
} from '../src/index.js';
import { makeRun } from './runs.js';

const labels = [0, 1, 2, 3];
const layers = [
  { name: 'fire', neurons: 5 },
  { name: 'logits', neurons: 4 },
];

/** Four images; `right[t]` of them are right at step t + 1; spikes and operations as given for the layer `fire`. */
function simulated(right: readonly number[], spikes: readonly number[]): SimulationResult {
  const run = makeRun({
    predictions: labels.map((label, image) => right.map((count) => (image < count ? label : 9))),
    layers,
    firstSpikes: labels.map(() => [
      [6, 4],
      [0, 0],
    ]),
  });
  return {
    ...run,
    layers: run.layers.map((layer, i) => ({
      ...layer,
      spikes: i === 0 ? spikes : right.map(() => 0),
      synapticOperations: i === 1 ? spikes.map((count) => 4 * count) : right.map(() => 0),
    })),
  };
}
const runs: readonly SeriesInputRun[] = [
  { seed: 1, address: 'a', predictionHash: 'x', result: simulated([1, 3], [8, 12]) },
  { seed: 2, address: 'b', predictionHash: 'y', result: simulated([2, 4], [4, 16]) },
];
const input = {
  id: 'uniform',
  label: 'uniform(0, θ)',
  method: 'opi',
  initialPotential: { kind: 'uniform', low: 0, high: 1 } as const,
};

describe('buildSeries', () => {
  test('averages accuracy and cost over seeds, and keeps what each seed gave', () => {
    const series = buildSeries({ ...input, runs }, labels, [1, 2]);
    expect(series.runs.map(({ correct }) => correct)).toEqual([
      [1, 3],
      [2, 4],
    ]);
    expect(series.accuracy[0]).toEqual({
      timeSteps: 1,
      correct: 1.5,
      images: 4,
      accuracy: 0.375,
      interval: wilsonInterval(1.5, 4),
      spread: { standardDeviation: Math.SQRT1_2 / 4, minimum: 0.25, maximum: 0.5 },
    });
    // Two runs of four images: 12 spikes in the first step, 40 in both; five neurons.
    expect(series.cost).toEqual([
      { timeSteps: 1, spikesPerNeuronPerStep: 12 / 40, spikesPerImage: 1.5, synapticOperationsPerImage: 6 },
      { timeSteps: 2, spikesPerNeuronPerStep: 40 / 80, spikesPerImage: 5, synapticOperationsPerImage: 20 },
    ]);
    expect(series.layers).toEqual([{ layer: 'fire', neurons: 5, spikesPerNeuronPerStep: 0.5 }]);
  });

  test('has no spread with one seed, and reports only the T asked for', () => {
    const series = buildSeries({ ...input, runs: runs.slice(0, 1) }, labels, [2]);
    expect(series.accuracy).toMatchObject([{ timeSteps: 2, correct: 3, accuracy: 0.75, spread: null }]);
  });

  test('refuses a series without runs', () => {
    expect(() => buildSeries({ ...input, runs: [] }, labels, [1])).toThrow(
      new RangeError('buildSeries: runs must not be empty, got 0 runs.'),
    );
  });
});

describe('annAccuracy', () => {
  test("counts the ANN's right answers", () => {
    const evaluation = { images: { from: 1, to: 4 }, predictions: Uint16Array.of(1, 2, 0) };
    expect(annAccuracy(evaluation, labels, 'wasm')).toEqual({
      correct: 2,
      images: 3,
      accuracy: 2 / 3,
      interval: wilsonInterval(2, 3),
      backend: 'wasm',
    });
  });
});

describe('firstSpikesOf', () => {
  test('is the mean over the neurons that fired, without the read-out', () => {
    expect(firstSpikesOf('half', runs[0]!.result)).toEqual([
      { series: 'half', layer: 'fire', depth: 1, meanStep: 1.5, firedFraction: 0.8, timeSteps: 2 },
    ]);
  });

  test('is null for a layer that stays silent', () => {
    const silent = makeRun({ predictions: [[0]], layers });
    expect(firstSpikesOf('zero', silent)).toMatchObject([
      { layer: 'fire', meanStep: null, firedFraction: 0 },
    ]);
  });
});

describe('measuredCells', () => {
  test('carries accuracy, interval, images, seeds and the ANN to the published table', () => {
    const series = buildSeries({ ...input, runs }, labels, [1]);
    const ann = annAccuracy(
      { images: { from: 0, to: 4 }, predictions: Uint16Array.of(0, 1, 2, 3) },
      labels,
      'x',
    );
    expect(measuredCells(series, ann)).toEqual([
      { timeSteps: 1, accuracy: 0.375, images: 4, interval: wilsonInterval(1.5, 4), ann: 1, seeds: 2 },
    ]);
    expect(measuredCells(series, null)[0]!.ann).toBeNull();
  });
});
