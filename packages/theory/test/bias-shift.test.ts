import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  effectivePotential,
  expectedConversionError,
  firstSpikeTime,
  integrateConversionError,
  optimalBiasShift,
  runIf,
  spikeCount,
} from '../src/index.js';
import { constant, dyadic, dyadicTheta, dyadicTimeSteps } from './dyadic.js';

describe('optimalBiasShift', () => {
  it('does at exactly step T what v0 = θ/2 does, for every constant input', () => {
    fc.assert(
      fc.property(dyadic(-3, 6), dyadicTheta, dyadicTimeSteps, (z, theta, steps) => {
        const shift = optimalBiasShift(theta, steps);
        const shifted = runIf(constant(z + shift, steps), { theta, v0: 0 });
        const charged = runIf(constant(z, steps), { theta, v0: theta / 2 });
        expect(shifted.spikeCount).toBe(charged.spikeCount);
      }),
      { numRuns: 1000 },
    );
  });

  it('arrives late: before step T the shifted neuron has never fired more often, and first fires no sooner', () => {
    fc.assert(
      fc.property(dyadic(0, 3), dyadicTheta, dyadicTimeSteps, (z, theta, steps) => {
        const shift = optimalBiasShift(theta, steps);
        for (let t = 1; t <= steps; t++) {
          expect(spikeCount(z + shift, theta, t, 0)).toBeLessThanOrEqual(spikeCount(z, theta, t, theta / 2));
        }
        if (z > 0 && steps >= firstSpikeTime(z, theta)) {
          expect(firstSpikeTime(z + shift, theta, 0)).toBeGreaterThanOrEqual(firstSpikeTime(z, theta));
        }
      }),
    );
    // θ = 1, z = ¼, T = 8: first spikes at steps 4 and 2.
    expect([firstSpikeTime(0.25 + 1 / 16, 1, 0), firstSpikeTime(0.25, 1)]).toEqual([4, 2]);
  });

  it('fits one T only', () => {
    const shift = optimalBiasShift(1, 8);
    expect(effectivePotential({ v0: 0, shift, timeSteps: 4 })).toBe(0.25);
    expect(effectivePotential({ v0: 0, shift, timeSteps: 32 })).toBe(2);
  });

  it('names every argument that is out of range', () => {
    expect(() => optimalBiasShift(0, 0.5)).toThrow(
      new RangeError(
        'optimalBiasShift: theta must be finite and > 0, got 0. timeSteps must be an integer >= 1, got 0.5.',
      ),
    );
  });
});

describe('effectivePotential', () => {
  it('gives the same response without the shift, for potentials in [0, θ]', () => {
    fc.assert(
      fc.property(
        dyadic(-3, 6),
        dyadicTheta,
        dyadicTimeSteps,
        fc.integer({ min: 0, max: 64 }),
        fc.integer({ min: 0, max: 64 }),
        (z, theta, steps, share, more) => {
          const v0 = (theta * share) / 64;
          const target = v0 + ((theta - v0) * more) / 64;
          const shift = (target - v0) / steps;
          const effective = effectivePotential({ v0, shift, timeSteps: steps });
          expect(effective).toBe(target);
          expect(spikeCount(z + shift, theta, steps, v0)).toBe(spikeCount(z, theta, steps, effective));
        },
      ),
      { numRuns: 1000 },
    );
  });

  it('shows why potential and shift together are wrong: the bias is −½ quantum, as far off as with neither', () => {
    const [theta, timeSteps] = [1, 8];
    const both = effectivePotential({
      v0: theta / 2,
      shift: optimalBiasShift(theta, timeSteps),
      timeSteps,
    });
    expect(both).toBe(theta);
    expect(expectedConversionError({ kind: 'fraction', fraction: both / theta }).bias).toBe(-0.5);
    expect(expectedConversionError({ kind: 'fraction', fraction: 0 }).bias).toBe(0.5);
    // Stepped: mean error over inputs uniform in [0, θ], 64 midpoints per quantum.
    let sum = 0;
    for (let cell = 0; cell < 512; cell++) {
      const z = (cell + 0.5) / 512;
      sum += (z - runIf(constant(z + 1 / 16, 8), { theta, v0: 0.5 }).averageOutput) * 8;
    }
    expect(sum / 512).toBe(-0.5);
    const uniform = { kind: 'histogram', edges: [0, 1], counts: [1] } as const;
    const doubled = integrateConversionError({ kind: 'fraction', fraction: both }, uniform, {
      theta,
      timeSteps,
    });
    expect(doubled.squaredError).toBeCloseTo(1 / 3, 12);
  });

  it('refuses infinite arguments', () => {
    expect(() => effectivePotential({ v0: NaN, shift: 0, timeSteps: 0 })).toThrow(
      new RangeError(
        'effectivePotential: timeSteps must be an integer >= 1, got 0. v0 must be finite, got NaN.',
      ),
    );
    expect(() => effectivePotential({ v0: 0, shift: Infinity, timeSteps: 1 })).toThrow(
      new RangeError('effectivePotential: shift must be finite, got Infinity.'),
    );
  });
});
