import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { runIf, stepIf } from '../src/index.js';
import { dyadic, dyadicTheta } from './dyadic.js';

describe('stepIf', () => {
  it('integrates, fires at u ≥ θ and subtracts θ', () => {
    expect(stepIf(0.5, 0.75, { theta: 1 })).toEqual({ u: 1.25, spike: 1, v: 0.25 });
    expect(stepIf(0.5, 0.25, { theta: 1 })).toEqual({ u: 0.75, spike: 0, v: 0.75 });
  });

  it('fires at exactly θ, and not one float32 below', () => {
    expect(stepIf(0, 1, { theta: 1 }).spike).toBe(1);
    expect(stepIf(0, 1 - 2 ** -24, { theta: 1 }).spike).toBe(0);
    expect(stepIf(0, Math.fround(0.1), { theta: 0.1 }).spike).toBe(1);
  });

  it('fires at most once per step and keeps the rest', () => {
    expect(stepIf(0, 3.5, { theta: 1 })).toEqual({ u: 3.5, spike: 1, v: 2.5 });
  });

  it('resets to zero on request, losing the charge above θ', () => {
    expect(stepIf(0.5, 0.75, { theta: 1, reset: 'zero' })).toEqual({ u: 1.25, spike: 1, v: 0 });
  });

  it('has no floor: negative input lowers the potential without limit', () => {
    expect(stepIf(-5, -2, { theta: 1 })).toEqual({ u: -7, spike: 0, v: -7 });
  });

  it('rounds to float32 after every operation', () => {
    expect(stepIf(1, 2 ** -30, { theta: 2 }).u).toBe(1);
    expect(stepIf(0.1, 0.2, { theta: 1 }).u).toBe(Math.fround(Math.fround(0.1) + Math.fround(0.2)));
  });

  it('does not fire on NaN', () => {
    expect(stepIf(NaN, 1, { theta: 1 })).toEqual({ u: NaN, spike: 0, v: NaN });
  });
});

describe('runIf', () => {
  it('reproduces a hand-computed trace from θ/2', () => {
    // u: 0.75, 1 (spike), 0.25, -0.25, 1.25 (spike), 1.25 (spike)
    const run = runIf([0.25, 0.25, 0.25, -0.5, 1.5, 1], { theta: 1 });
    expect(run.spikes).toEqual(Uint8Array.of(0, 1, 0, 0, 1, 1));
    expect(run.v).toEqual(Float32Array.of(0.75, 0, 0.25, -0.25, 0.25, 0.25));
    expect(run.spikeCount).toBe(3);
    expect(run.averageOutput).toBe(0.5);
  });

  it('shows the unevenness error of the QCFS paper: the timing of equal charge changes the count', () => {
    // Weight 1.5, θ = 1, T = 4, v0 = 0; input spikes at steps 1, 3, 4 and at steps 3, 4.
    expect(runIf([1.5, 0, 1.5, 1.5], { theta: 1, v0: 0 }).spikeCount).toBe(3);
    const late = runIf([0, 0, 1.5, 1.5], { theta: 1, v0: 0 });
    expect(late.spikeCount).toBe(2);
    expect(late.v[3]).toBe(1);
    const even = runIf([0.75, 0.75, 0.75, 0.75], { theta: 1, v0: 0 });
    expect(even.spikeCount).toBe(3);
  });

  it('conserves charge: Σ I = θ · spikes + v[T − 1] − v0', () => {
    fc.assert(
      fc.property(
        fc.array(dyadic(-2, 4), { minLength: 1, maxLength: 64 }),
        dyadicTheta,
        dyadic(-2, 3),
        (currents, theta, v0) => {
          const run = runIf(currents, { theta, v0 });
          const charge = currents.reduce((sum, current) => sum + current, 0);
          expect(theta * run.spikeCount + run.v.at(-1)! - v0).toBe(charge);
        },
      ),
    );
  });

  it('scales: potentials, inputs and θ times 2ᵏ give the same spikes', () => {
    fc.assert(
      fc.property(
        fc.array(fc.float({ min: -2, max: 4, noNaN: true }), { minLength: 1, maxLength: 32 }),
        fc.integer({ min: -6, max: 6 }),
        (currents, exponent) => {
          const scale = 2 ** exponent;
          fc.pre(currents.every((current) => current === 0 || Math.abs(current) > 1e-20));
          const run = runIf(currents, { theta: 0.7, v0: 0.2 });
          const scaled = runIf(
            currents.map((current) => current * scale),
            { theta: 0.7 * scale, v0: 0.2 * scale },
          );
          expect(scaled.spikes).toEqual(run.spikes);
        },
      ),
    );
  });

  it('names every argument that is out of range', () => {
    expect(() => runIf([1], { theta: -1, v0: NaN })).toThrow(
      new RangeError('runIf: theta must be finite and > 0, got -1. v0 must be finite, got NaN.'),
    );
    expect(() => runIf([], { theta: 1 })).toThrow(
      new RangeError('runIf: currents must have at least 1 element, got 0.'),
    );
  });
});
