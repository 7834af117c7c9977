import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type DelayLayer, firstSpikeTime, propagationDelay, runIf } from '../src/index.js';
import { dyadic } from './dyadic.js';

describe('propagationDelay', () => {
  it('adds (θ − v0)/z over the layers', () => {
    expect(propagationDelay([])).toBe(0);
    expect(propagationDelay([{ theta: 1, v0: 0.5, largestMeanActivation: 0.25 }])).toBe(2);
    expect(
      propagationDelay([
        { theta: 1, v0: 0, largestMeanActivation: 0.25 },
        { theta: 2, v0: 1, largestMeanActivation: 0.5 },
        { theta: 1, v0: 3, largestMeanActivation: 0.5 },
      ]),
    ).toBe(6);
  });

  it('is halved by v0 = θ/2', () => {
    const layers = (k: number): DelayLayer[] =>
      [1, 2, 3].map((theta) => ({ theta, v0: k * theta, largestMeanActivation: 0.3 }));
    expect(propagationDelay(layers(0.5))).toBe(propagationDelay(layers(0)) / 2);
  });

  it('is the first spike time of a single layer before rounding up', () => {
    fc.assert(
      fc.property(dyadic(1 / 64, 2), dyadic(0, 1), (z, v0) => {
        const delay = propagationDelay([{ theta: 1, v0, largestMeanActivation: z }]);
        expect(Math.max(1, Math.ceil(delay))).toBe(firstSpikeTime(z, 1, v0));
      }),
    );
  });

  it('is within one step per layer of a stepped chain whose layers wait for the layer before', () => {
    // Each neuron receives its mean input from the step after the first spike of the layer before.
    fc.assert(
      fc.property(
        fc.array(fc.tuple(dyadic(0.125, 1), dyadic(0, 0.5)), { minLength: 1, maxLength: 8 }),
        (chain) => {
          let start = 0;
          for (const [z, v0] of chain) {
            const currents = Array.from({ length: start + 8 }, (_, t) => (t < start ? 0 : z));
            start = runIf(currents, { theta: 1, v0 }).spikes.indexOf(1) + 1;
          }
          const delay = propagationDelay(
            chain.map(([z, v0]) => ({ theta: 1, v0, largestMeanActivation: z })),
          );
          expect(start).toBeGreaterThanOrEqual(delay);
          expect(start).toBeLessThanOrEqual(delay + chain.length);
        },
      ),
    );
  });

  it('names every argument that is out of range', () => {
    expect(() =>
      propagationDelay([
        { theta: 0, v0: NaN, largestMeanActivation: 1 },
        { theta: 1, v0: 0, largestMeanActivation: 0 },
      ]),
    ).toThrow(
      new RangeError(
        'propagationDelay: layers[0].theta must be finite and > 0, got 0. layers[0].v0 must be finite, got NaN. ' +
          'layers[1].largestMeanActivation must be finite and > 0, got 0. ' +
          'A layer whose neurons are all silent on average has no expected delay.',
      ),
    );
  });
});
