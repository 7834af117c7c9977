import { describe, expect, it } from 'vitest';
import { delayedPredictions, readOutStart } from '../src/index.js';

describe('readOutStart', () => {
  it('leaves out whole steps of the delay, but always reads four', () => {
    expect([1, 4, 5, 8, 16, 64].map((t) => readOutStart(t, 7.9))).toEqual([0, 0, 1, 4, 7, 7]);
    expect(readOutStart(64, 0)).toBe(0);
  });

  it.each([
    [0, 1, 'timeSteps must be an integer ≥ 1, got 0.'],
    [2.5, 1, 'timeSteps must be an integer ≥ 1, got 2.5.'],
    [8, -1, 'delay must be at least 0, got -1.'],
    [8, NaN, 'delay must be at least 0, got NaN.'],
  ])('refuses T = %s with delay %s', (timeSteps, delay, message) => {
    expect(() => readOutStart(timeSteps, delay)).toThrow(`readOutStart: ${message}`);
  });
});

describe('delayedPredictions', () => {
  // One image, two classes: class 0 gains 3 in the first two steps, class 1 one in each step after.
  const logits = Float32Array.of(2, 0, 3, 0, 3, 1, 3, 2, 3, 3, 3, 4);

  it('is the arg-max of what came after t₀; with delay 0 that of the whole sum', () => {
    const run = { logits, images: 1, timeSteps: 6 };
    expect([...delayedPredictions(run, 0)]).toEqual([0, 0, 0, 0, 0, 1]);
    // t₀ = min(T − 4, 2): T = 5 reads steps 2 to 5 (class 0 gains 1, class 1 gains 3).
    expect([...delayedPredictions(run, 2)]).toEqual([0, 0, 0, 0, 1, 1]);
  });

  it('treats images on their own', () => {
    const both = Float32Array.of(...logits, ...logits.toReversed().map((value) => -value));
    const predictions = delayedPredictions({ logits: both, images: 2, timeSteps: 6 }, 2);
    expect([...predictions.subarray(0, 6)]).toEqual([0, 0, 0, 0, 1, 1]);
    expect(predictions).toHaveLength(12);
  });

  it('refuses logits that are no whole rows', () => {
    expect(() => delayedPredictions({ logits: logits.subarray(1), images: 1, timeSteps: 6 }, 0)).toThrow(
      'delayedPredictions: logits must hold whole rows of 1 · 6 steps, got 11 values.',
    );
  });
});
