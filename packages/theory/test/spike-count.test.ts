import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { firstSpikeTime, runIf, spikeCount, spikeCountResetToZero, spikeTimes } from '../src/index.js';
import { constant, dyadic, dyadicTheta, timeSteps } from './dyadic.js';

const neuron = fc.record({
  current: dyadic(-3, 6),
  theta: dyadicTheta,
  steps: timeSteps,
  v0: dyadic(-8, 12),
});

/** Steps, counted from 1, in which a run fired. */
function stepsOf(spikes: Uint8Array): number[] {
  return [...spikes.keys()].filter((t) => spikes[t] === 1).map((t) => t + 1);
}

describe('spikeCount', () => {
  it('emits ⌊(T·I + v0)/θ⌋ spikes for constant input', () => {
    expect(spikeCount(0.25, 1, 8, 0)).toBe(2);
    expect(spikeCount(0.25, 1, 8)).toBe(2);
    expect(spikeCount(0.1875, 1, 8, 0)).toBe(1);
    expect(spikeCount(0.1875, 1, 8)).toBe(2);
    expect(spikeCount(2, 1, 8)).toBe(8);
    expect(spikeCount(-1, 1, 8)).toBe(0);
  });

  it('equals the stepped neuron for every constant input, threshold, T and potential', () => {
    fc.assert(
      fc.property(neuron, ({ current, theta, steps, v0 }) => {
        expect(spikeCount(current, theta, steps, v0)).toBe(
          runIf(constant(current, steps), { theta, v0 }).spikeCount,
        );
      }),
      { numRuns: 3000 },
    );
  });

  it('is at most one spike from a float32 neuron where arithmetic rounds', () => {
    fc.assert(
      fc.property(
        fc.float({ min: -1, max: 2, noNaN: true }),
        fc.float({ min: 0.125, max: 2, noNaN: true }),
        timeSteps,
        (current, theta, steps) => {
          const { spikeCount: simulated } = runIf(constant(current, steps), { theta });
          expect(Math.abs(spikeCount(current, theta, steps) - simulated)).toBeLessThanOrEqual(1);
        },
      ),
    );
  });

  it('grows with the input and with the potential', () => {
    fc.assert(
      fc.property(neuron, dyadic(0, 2), ({ current, theta, steps, v0 }, more) => {
        const count = spikeCount(current, theta, steps, v0);
        expect(spikeCount(current + more, theta, steps, v0)).toBeGreaterThanOrEqual(count);
        expect(spikeCount(current, theta, steps, v0 + more)).toBeGreaterThanOrEqual(count);
      }),
    );
  });

  it('names every argument that is out of range', () => {
    expect(() => spikeCount(NaN, -1, 0)).toThrow(
      new RangeError(
        'spikeCount: current must be finite, got NaN. theta must be finite and > 0, got -1. ' +
          'timeSteps must be an integer >= 1, got 0.',
      ),
    );
  });
});

describe('firstSpikeTime', () => {
  it('is ⌈(θ − v0)/I⌉: θ/2 halves the delay', () => {
    expect(firstSpikeTime(0.25, 1, 0)).toBe(4);
    expect(firstSpikeTime(0.25, 1)).toBe(2);
    expect(firstSpikeTime(0.1875, 1, 0)).toBe(6);
    expect(firstSpikeTime(0.1875, 1)).toBe(3);
  });

  it('is Infinity for a neuron that never fires, and 1 for one that starts above θ', () => {
    expect(firstSpikeTime(0, 1)).toBe(Infinity);
    expect(firstSpikeTime(-0.5, 1, 0.75)).toBe(Infinity);
    expect(firstSpikeTime(0, 1, 1)).toBe(1);
    expect(firstSpikeTime(0.5, 1, 4)).toBe(1);
  });

  it('equals the stepped neuron, whatever its reset', () => {
    fc.assert(
      fc.property(neuron, fc.constantFrom('subtraction', 'zero'), ({ current, theta, steps, v0 }, reset) => {
        const first = stepsOf(runIf(constant(current, steps), { theta, v0, reset }).spikes)[0];
        const expected = firstSpikeTime(current, theta, v0);
        expect(expected > steps ? undefined : expected).toBe(first);
      }),
      { numRuns: 1000 },
    );
  });

  it('refuses a threshold of zero', () => {
    expect(() => firstSpikeTime(1, 0)).toThrow(
      new RangeError('firstSpikeTime: theta must be finite and > 0, got 0.'),
    );
  });
});

describe('spikeTimes', () => {
  it('lists the steps of all spikes, counted from 1', () => {
    expect(spikeTimes(0.25, 1, 8)).toEqual([2, 6]);
    expect(spikeTimes(0.375, 1, 8, 0)).toEqual([3, 6, 8]);
    expect(spikeTimes(3, 1, 3, -4)).toEqual([2, 3]);
  });

  it('equals the stepped neuron for every constant input, threshold, T and potential', () => {
    fc.assert(
      fc.property(neuron, ({ current, theta, steps, v0 }) => {
        const { spikes } = runIf(constant(current, steps), { theta, v0 });
        expect(spikeTimes(current, theta, steps, v0)).toEqual(stepsOf(spikes));
      }),
      { numRuns: 2000 },
    );
  });

  it('refuses a broken T', () => {
    expect(() => spikeTimes(1, 1, 2.5)).toThrow(
      new RangeError('spikeTimes: timeSteps must be an integer >= 1, got 2.5.'),
    );
  });
});

describe('spikeCountResetToZero', () => {
  it('fires every ⌈θ/I⌉ steps', () => {
    expect(spikeCountResetToZero(0.375, 1, 8, 0)).toBe(2);
    expect(spikeCount(0.375, 1, 8, 0)).toBe(3);
  });

  it('equals the stepped neuron for every constant input, threshold, T and potential', () => {
    fc.assert(
      fc.property(neuron, ({ current, theta, steps, v0 }) => {
        const { spikeCount: simulated } = runIf(constant(current, steps), { theta, v0, reset: 'zero' });
        expect(spikeCountResetToZero(current, theta, steps, v0)).toBe(simulated);
      }),
      { numRuns: 2000 },
    );
  });

  it('refuses an infinite potential', () => {
    expect(() => spikeCountResetToZero(1, 1, 1, Infinity)).toThrow(
      new RangeError('spikeCountResetToZero: v0 must be finite, got Infinity.'),
    );
  });
});
