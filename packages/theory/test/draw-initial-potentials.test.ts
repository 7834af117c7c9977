import { expectSameBits } from '@opi-snn/test-utils';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { drawInitialPotentials, type InitialPotential, normalQuantile, philox4x32 } from '../src/index.js';

const UNIFORM: InitialPotential = { kind: 'uniform', low: 0.1, high: 0.9 };
const NORMAL: InitialPotential = { kind: 'normal', mean: 0.5, standardDeviation: 0.25 };
const { fround } = Math;

/** Potentials of `neurons` neurons. */
function draw(
  potential: InitialPotential,
  neurons: number,
  { seed = 1, imageIndex = 2, layerIndex = 3, theta = Float32Array.of(1) } = {},
): Float32Array {
  const out = new Float32Array(neurons).fill(NaN);
  drawInitialPotentials(potential, { seed, imageIndex, layerIndex, theta, out });
  return out;
}

describe('drawInitialPotentials', () => {
  it('gives every neuron the fraction of its channel’s θ', () => {
    const theta = Float32Array.of(1, 2, 3);
    expect(draw({ kind: 'fraction', fraction: 0.5 }, 7, { theta })).toEqual(
      Float32Array.of(0.5, 1, 1.5, 0.5, 1, 1.5, 0.5),
    );
  });

  it('gives every neuron the fraction of its channel, or its own', () => {
    const theta = Float32Array.of(1, 2);
    expect(draw({ kind: 'fractions', fractions: [0.5, 0.25] }, 6, { theta })).toEqual(
      Float32Array.of(0.5, 0.5, 0.5, 0.5, 0.5, 0.5),
    );
    expect(draw({ kind: 'fractions', fractions: [0, 1, 2, 3, 4, 5] }, 6, { theta })).toEqual(
      Float32Array.of(0, 2, 2, 6, 4, 10),
    );
    expect(draw({ kind: 'fractions', fractions: [0.1] }, 4, { theta })).toEqual(
      draw({ kind: 'fraction', fraction: 0.1 }, 4, { theta }),
    );
  });

  it('refuses fractions that were made for another layer', () => {
    expect(() =>
      draw({ kind: 'fractions', fractions: [1, 2, 3] }, 8, { theta: Float32Array.of(1, 2) }),
    ).toThrow(
      new RangeError(
        'drawInitialPotentials: fractions must have one value for each channel (2) or neuron (8), got 3.',
      ),
    );
  });

  it('computes every draw from (seed, image, layer, neuron) in the stated order of roundings', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(UNIFORM, NORMAL),
        fc.maxSafeNat(),
        fc.nat(0xffffffff),
        fc.nat(1000),
        fc.integer({ min: 1, max: 5 }),
        fc.integer({ min: 1, max: 40 }),
        (potential, seed, imageIndex, layerIndex, channels, neurons) => {
          const theta = Float32Array.from({ length: channels }, (_, c) => 0.3 + 0.4 * c);
          const key = [seed % 2 ** 32, Math.floor(seed / 2 ** 32) + 4 * 2 ** 21] as const;
          const expected = Float32Array.from({ length: neurons }, (_, i) => {
            const word = philox4x32([i >> 2, imageIndex, layerIndex, 0], key)[i & 3]!;
            const k =
              potential.kind === 'uniform'
                ? fround(fround(0.1) + fround(fround(0.9 - 0.1) * ((word >>> 8) / 2 ** 24)))
                : fround(0.5 + fround(0.25 * fround(normalQuantile((word + 0.5) / 2 ** 32))));
            return fround(k * theta[i % channels]!);
          });
          expectSameBits(draw(potential, neurons, { seed, imageIndex, layerIndex, theta }), expected);
        },
      ),
    );
  });

  it.each([UNIFORM, NORMAL])(
    'draws the same for a neuron whatever the size of the layer: %o',
    (potential) => {
      const theta = Float32Array.of(1, 2, 4);
      const whole = draw(potential, 5000, { theta });
      for (const size of [1, 3, 4, 1023, 1024, 1025, 4999]) {
        expectSameBits(draw(potential, size, { theta }), whole.subarray(0, size));
      }
    },
  );

  it.each([UNIFORM, NORMAL])('differs between seeds, images and layers: %o', (potential) => {
    const arrays = [{}, { seed: 2 }, { seed: 1 + 2 ** 32 }, { imageIndex: 3 }, { layerIndex: 2 }].map(
      (options) => draw(potential, 64, options).join(),
    );
    expect(new Set(arrays).size).toBe(arrays.length);
  });

  it.each([UNIFORM, NORMAL])('scales with θ: powers of two exactly: %o', (potential) => {
    const unit = draw(potential, 100);
    expectSameBits(
      draw(potential, 100, { theta: Float32Array.of(8) }),
      unit.map((v0) => 8 * v0),
    );
  });

  it('has the mean and variance asked for', () => {
    const size = 100_000;
    const cases = [
      [UNIFORM, 0.5, 0.8 ** 2 / 12],
      [NORMAL, 0.5, 0.0625],
    ] as const;
    for (const [potential, mean, variance] of cases) {
      const values = draw(potential, size);
      const average = values.reduce((sum, value) => sum + value, 0) / size;
      const spread = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / size;
      // Five standard errors: probability 6e-7 each.
      expect(Math.abs(average - mean)).toBeLessThan(5 * Math.sqrt(variance / size));
      expect(Math.abs(spread - variance)).toBeLessThan(5 * variance * Math.sqrt(2 / size));
    }
  });

  it('stays within the closed range of a uniform distribution', () => {
    const values = draw(UNIFORM, 20000);
    expect(Math.min(...values)).toBeGreaterThanOrEqual(fround(0.1));
    expect(Math.max(...values)).toBeLessThanOrEqual(fround(0.9));
  });

  it('accepts a layer without neurons', () => {
    expect(draw(NORMAL, 0)).toEqual(new Float32Array(0));
  });

  it('names every argument that is out of range', () => {
    expect(() =>
      draw(UNIFORM, 1, { seed: 0.5, imageIndex: -1, layerIndex: 2 ** 32, theta: Float32Array.of(1, 0) }),
    ).toThrow(
      new RangeError(
        'drawInitialPotentials: seed must be an integer in [0, 2^53), got 0.5. ' +
          'imageIndex must be an integer in [0, 2^32), got -1. ' +
          'layerIndex must be an integer in [0, 2^32), got 4294967296. theta[1] must be finite and > 0, got 0.',
      ),
    );
    expect(() => draw(UNIFORM, 1, { theta: new Float32Array(0) })).toThrow(
      new RangeError('drawInitialPotentials: theta must have at least 1 element, got 0.'),
    );
    expect(() => draw({ kind: 'uniform', low: 2, high: 1 }, 1)).toThrow('low must be at most high');
  });
});
