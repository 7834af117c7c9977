import { describe, expect, test } from 'vitest';
import { buildSeries, joinRuns, joinSeries, type Series } from '../src/index.js';
import { makeRun } from './runs.js';

const layers = [
  { name: 'act', neurons: 4 },
  { name: 'logits', neurons: 2 },
];
const two = makeRun({
  predictions: [
    [1, 2],
    [3, 4],
  ],
  layers,
});
const four = makeRun({
  predictions: [
    [5, 6, 7, 8],
    [9, 9, 3, 4],
  ],
  layers,
});

describe('joinRuns', () => {
  test('takes each step from the run made for the smallest T that reaches it', () => {
    const joined = joinRuns([
      { timeSteps: 2, result: two },
      { timeSteps: 4, result: four },
    ]);
    expect([...joined.predictions]).toEqual([1, 2, 7, 8, 3, 4, 3, 4]);
    expect(joined).toMatchObject({ timeSteps: 4, images: { from: 0, to: 2 }, layers: four.layers });
  });

  test('leaves a single run as it is', () => {
    expect(joinRuns([{ timeSteps: 4, result: four }])).toEqual(four);
  });

  test('refuses nothing, other images, and T that do not ascend', () => {
    expect(() => joinRuns([])).toThrow('joinRuns: parts must not be empty, got 0 runs.');
    expect(() =>
      joinRuns([
        { timeSteps: 4, result: four },
        { timeSteps: 2, result: two },
      ]),
    ).toThrow(
      'joinRuns: parts must be over the same images with ascending T, got T = 2 after 4 over [0, 2) beside [0, 2).',
    );
    const other = makeRun({
      from: 1,
      predictions: [
        [1, 2],
        [3, 4],
      ],
      layers,
    });
    expect(() =>
      joinRuns([
        { timeSteps: 2, result: other },
        { timeSteps: 4, result: four },
      ]),
    ).toThrow('got T = 2 after 0 over [1, 3) beside [0, 2).');
  });
});

describe('joinSeries', () => {
  const labels = [2, 4];
  const part = (result: typeof two, t: number): Series =>
    buildSeries(
      {
        id: 'rts',
        label: 'rts',
        method: 'rts',
        initialPotential: { kind: 'fraction', fraction: 0 },
        runs: [{ seed: 0, address: `a${t}`, predictionHash: `h${t}`, result }],
      },
      labels,
      [t],
    );

  test('has accuracy and cost of each part at its T', () => {
    const parts = [part(two, 2), part(four, 4)];
    const joined = joinSeries(parts);
    expect(joined.accuracy.map(({ timeSteps, correct }) => [timeSteps, correct])).toEqual([
      [2, 2],
      [4, 1],
    ]);
    expect(joined.cost.map(({ timeSteps }) => timeSteps)).toEqual([2, 4]);
    expect(joined.runs[0]!.correct).toEqual([2, 1]);
    expect(joined.runs[0]!.predictionHash).toMatch(/^[0-9a-f]{64}$/u);
    expect(joinSeries(parts.toReversed()).runs[0]!.predictionHash).not.toBe(joined.runs[0]!.predictionHash);
  });

  test('leaves a single part as it is and refuses none', () => {
    const only = part(two, 2);
    expect(joinSeries([only])).toBe(only);
    expect(() => joinSeries([])).toThrow('joinSeries: parts must not be empty, got 0 series.');
  });
});
