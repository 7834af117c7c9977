import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decomposeError, ERROR_PARTS, integrateConversionError, runIf } from '../src/index.js';
import { constant, dyadic } from './dyadic.js';

const powerOfTwo = fc.integer({ min: -1, max: 2 }).map((k) => 2 ** k);
const steps = fc.integer({ min: 0, max: 5 }).map((k) => 2 ** k);

describe('decomposeError', () => {
  it('separates the causes in a case computed by hand', () => {
    // θ = 1, T = 4, v0 = 0. Even input ¾ gives 3 spikes; late input 0, 0, 1.5, 1.5 gives 2 (QCFS, figure on unevenness).
    const parts = decomposeError({
      z: [0.8125, 0.75, 1.5],
      output: [0.75, 0.5, 1],
      theta: 1,
      timeSteps: 4,
      v0: 0,
    });
    expect(parts.clipping).toEqual(Float64Array.of(0, 0, -0.5));
    expect(parts.quantization).toEqual(Float64Array.of(-0.0625, 0, 0));
    expect(parts.unevenness).toEqual(Float64Array.of(0, -0.25, 0));
    expect(parts.inherited).toEqual(Float64Array.of(0, 0, 0));
    expect(parts.total).toEqual(Float64Array.of(-0.0625, -0.25, -0.5));
    expect(parts.mean.clipping).toBe(-0.5 / 3);
    expect(parts.meanSquare.total).toBe((0.0625 ** 2 + 0.25 ** 2 + 0.5 ** 2) / 3);
  });

  it('adds up to φ − ReLU(z) exactly, for any input over time', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(dyadic(-2, 4), fc.array(dyadic(-2, 4), { minLength: 32, maxLength: 32 })), {
          minLength: 1,
          maxLength: 6,
        }),
        powerOfTwo,
        steps,
        dyadic(-1, 2),
        fc.boolean(),
        (neurons, theta, timeSteps, v0, isTraced) => {
          const z = neurons.map(([input]) => input);
          const currents = neurons.map(([, values]) => values.slice(0, timeSteps));
          const output = currents.map((values) => runIf(values, { theta, v0 }).averageOutput);
          const averageInput = currents.map((values) => values.reduce((sum, x) => sum + x, 0) / timeSteps);
          const parts = decomposeError({
            z,
            output,
            theta,
            timeSteps,
            v0,
            ...(isTraced ? { averageInput } : {}),
          });
          z.forEach((input, i) => {
            const sum = ERROR_PARTS.slice(0, -1).reduce((total, part) => total + parts[part][i]!, 0);
            expect(parts.total[i]).toBe(output[i]! - Math.max(input, 0));
            expect(sum).toBe(parts.total[i]);
            expect(parts.clipping[i]).toBeLessThanOrEqual(0);
          });
        },
      ),
    );
  });

  it('finds no unevenness under constant input, and quantization of at most half a quantum from θ/2', () => {
    fc.assert(
      fc.property(dyadic(-2, 4), powerOfTwo, steps, (z, theta, timeSteps) => {
        const v0 = theta / 2;
        const output = [runIf(constant(z, timeSteps), { theta, v0 }).averageOutput];
        const parts = decomposeError({ z: [z], output, theta, timeSteps, v0 });
        expect(parts.unevenness[0]).toBe(0);
        expect(Math.abs(parts.quantization[0]!)).toBeLessThanOrEqual(theta / (2 * timeSteps));
        const rectified = decomposeError({ z: [Math.max(z, 0)], output, theta, timeSteps, v0 });
        expect(rectified).toEqual(parts);
      }),
    );
  });

  it('counts no clipping against an ANN that clips at θ itself, and adds up to φ − clip(z, 0, λ) for any λ', () => {
    fc.assert(
      fc.property(
        dyadic(-2, 4),
        dyadic(-2, 4),
        powerOfTwo,
        powerOfTwo,
        steps,
        (z, averageInput, theta, lambda, timeSteps) => {
          const output = [runIf(constant(averageInput, timeSteps), { theta, v0: theta / 2 }).averageOutput];
          const options = { z: [z], averageInput: [averageInput], output, theta, timeSteps, v0: theta / 2 };
          const parts = decomposeError({ ...options, lambda });
          expect(parts.total[0]).toBe(output[0]! - Math.min(Math.max(z, 0), lambda));
          expect(decomposeError({ ...options, lambda: theta }).clipping).toEqual(Float64Array.of(0));
          expect(decomposeError({ ...options, lambda: [lambda] })).toEqual(parts);
          expect(decomposeError({ ...options, lambda: Infinity })).toEqual(decomposeError(options));
        },
      ),
    );
  });

  it('has the moments of the integrated error, with the opposite sign of the mean', () => {
    const z = Array.from({ length: 64 }, (_, i) => (i - 8) / 32);
    const options = { theta: 1, timeSteps: 8 };
    const output = z.map((input) => runIf(constant(input, 8), { theta: 1, v0: 0.25 }).averageOutput);
    const { mean, meanSquare } = decomposeError({ z, output, v0: 0.25, ...options });
    const predicted = integrateConversionError(
      { kind: 'fraction', fraction: 0.25 },
      { kind: 'samples', values: z },
      { ...options, activation: 'relu' },
    );
    expect(-mean.total * 8).toBe(predicted.bias);
    expect(meanSquare.total * 64).toBe(predicted.squaredError);
  });

  it('takes one potential per neuron', () => {
    const parts = decomposeError({
      z: [0.25, 0.25],
      output: [0.5, 0.5],
      theta: 1,
      timeSteps: 2,
      v0: [0, 0.5],
    });
    expect(parts.quantization).toEqual(Float64Array.of(-0.25, 0.25));
    expect(parts.unevenness).toEqual(Float64Array.of(0.5, 0));
  });

  it('stays within float64 rounding of φ − ReLU(z) where θ/T is not dyadic', () => {
    fc.assert(
      fc.property(fc.float({ min: -2, max: 2, noNaN: true }), fc.integer({ min: 0, max: 7 }), (z, spikes) => {
        const output = [(Math.fround(0.7) * spikes) / 7];
        const parts = decomposeError({ z: [z], output, theta: Math.fround(0.7), timeSteps: 7, v0: 0.35 });
        expect(Math.abs(parts.total[0]! - (output[0]! - Math.max(z, 0)))).toBeLessThan(1e-15);
      }),
    );
  });

  it('names every argument that is out of range', () => {
    const options = { z: [1, 2], output: [1], theta: 1, timeSteps: 1, v0: 0 };
    expect(() => decomposeError({ ...options, theta: -1, v0: NaN })).toThrow(
      new RangeError('decomposeError: theta must be finite and > 0, got -1. v0 must be finite, got NaN.'),
    );
    expect(() => decomposeError({ ...options, averageInput: [0, NaN], v0: [1, 2, 3] })).toThrow(
      new RangeError(
        'decomposeError: output must have 2 elements, as many as z, got 1. averageInput[1] must be finite, got NaN. ' +
          'v0 must have 2 elements, as many as z, got 3.',
      ),
    );
    expect(() => decomposeError({ ...options, output: [1, 1], lambda: 0 })).toThrow(
      new RangeError('decomposeError: lambda must be > 0, got 0.'),
    );
    expect(() => decomposeError({ ...options, output: [1, 1], lambda: [1, NaN, 1] })).toThrow(
      new RangeError(
        'decomposeError: lambda must have 2 elements, as many as z, got 3. lambda[1] must be > 0, got NaN.',
      ),
    );
    expect(() => decomposeError({ ...options, z: [], output: [] })).toThrow(
      new RangeError('decomposeError: z must have at least 1 element, got 0.'),
    );
  });
});
