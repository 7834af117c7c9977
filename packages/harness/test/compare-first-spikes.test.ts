import { describe, expect, test } from 'vitest';
import { compareFirstSpikes, judgeFinding } from '../src/index.js';
import { labelled } from './runs.js';

const layers = ['fire1', 'fire2', 'fire3', 'logits'].map((name) => ({ name, neurons: 4 }));

/** Images in which all four neurons of each layer fire at one step. */
const run = (label: string, steps: readonly (readonly number[])[]): ReturnType<typeof labelled> =>
  labelled(label, {
    predictions: steps.map(() => [0, 0, 0, 0, 0, 0, 0, 0]),
    layers,
    firstSpikes: steps.map((image) => [...image.map((step) => [4 * step, 4] as const), [0, 0] as const]),
  });

describe('compareFirstSpikes', () => {
  test('pairs images by the mean over the deeper half of the spiking layers', () => {
    const zero = run('zero', [
      [1, 3, 5],
      [1, 2, 2],
      [1, 4, 4],
    ]);
    const half = run('θ/2', [
      [8, 2, 3],
      [1, 2, 2],
      [1, 5, 4],
    ]);
    // Means of fire2 and fire3: 4 − 2.5, 2 − 2, 4 − 4.5. The first layer, and the read-out, take no part.
    expect(compareFirstSpikes(zero, half)).toMatchObject({
      first: 'first spikes of deep layers, zero',
      second: 'the same, θ/2',
      condition: 'mean over the last 2 spiking layers, T = 8',
      timeSteps: 8,
      pairs: 3,
      wins: 1,
      losses: 1,
      effect: (1.5 + 0 - 0.5) / 3,
      notJudged: null,
    });
  });

  test('takes an image’s mean over the seeds', () => {
    const [early, late] = [run('A', [[1, 2, 3]]), run('A', [[1, 4, 6]])];
    const both = { label: 'A', runs: [early.runs[0]!, late.runs[0]!], seeds: [7, 9] };
    // Means of fire2 and fire3: (2.5 + 5) / 2 against 3.
    expect(compareFirstSpikes(both, run('B', [[1, 3, 3]]))).toMatchObject({
      effect: 0.75,
      wins: 1,
      seeds: [7, 9],
    });
  });

  test('reaches significance with images, whatever the number of layers', () => {
    const images = Array.from({ length: 20 }, () => [1, 2, 3]);
    const later = images.map(() => [1, 3, 4]);
    const verdict = judgeFinding({
      finding: 'deep-first-spikes-later',
      comparisons: [compareFirstSpikes(run('zero', later), run('θ/2', images))],
      effectUnit: 'time-steps',
    });
    expect(verdict).toMatchObject({ outcome: 'supported', effect: 1 });
    expect(verdict.pValue! * 2 ** 20).toBeCloseTo(1, 12);
  });

  test('refuses runs of different images, layers or time-steps', () => {
    const one = run('A', [[1, 2, 3]]);
    const two = run('B', [
      [1, 2, 3],
      [1, 2, 3],
    ]);
    expect(() => compareFirstSpikes(one, two)).toThrow(
      'compareFirstSpikes: both runs must be over the same images, got [0, 1) and [0, 2).',
    );
    const other = labelled('C', { predictions: [[0]], layers: [{ name: 'fire', neurons: 1 }] });
    expect(() => compareFirstSpikes(one, other)).toThrow(
      'compareFirstSpikes: both runs must have the same layers and time-steps, got T = 8 with fire1 (4), fire2 (4), fire3 (4), logits (4) and T = 1 with fire (1).',
    );
  });

  test('refuses a run in which nothing spikes', () => {
    const silent = labelled('A', { predictions: [[0]], layers: [{ name: 'logits', neurons: 10 }] });
    expect(() => compareFirstSpikes(silent, silent)).toThrow(
      'meanFirstSpikes: layers must be one or more indices in [0, 0], got none.',
    );
  });
});
