import { zeroMeanErrorPotential } from '@opi-snn/theory';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { channelErrors, type LayerSample, matchMean } from '../src/index.js';

const THETA = Float64Array.of(1, 2);

/** Random currents and targets of two channels. */
const sampleArbitrary = fc
  .record({
    timeSteps: fc.integer({ min: 1, max: 6 }),
    places: fc.integer({ min: 1, max: 30 }),
    values: fc.array(fc.float({ min: -1, max: 2, noNaN: true }), { minLength: 7, maxLength: 50 }),
  })
  .map(({ timeSteps, places, values }): LayerSample => {
    const take = (length: number, step: number): Float32Array =>
      Float32Array.from({ length }, (_, i) => values[(i * step + (i % 3)) % values.length]!);
    return {
      timeSteps,
      channels: 2,
      places,
      imageOf: new Uint32Array(places),
      currents: take(places * timeSteps * 2, 1),
      targets: take(places * 2, 5).map((value) => Math.min(Math.max(value, 0), 1)),
    };
  });

describe('matchMean', () => {
  it('finds where the mean error passes zero, or the end of the range', () => {
    fc.assert(
      fc.property(sampleArbitrary, (sample) => {
        const v0 = matchMean(sample, THETA);
        const errorAt = (shift: number): Float64Array =>
          channelErrors(sample, { theta: THETA, v0: v0.map((value, c) => value + shift * THETA[c]!) }).mean;
        const [below, above] = [errorAt(-(2 ** -10)), errorAt(2 ** -10)];
        v0.forEach((value, c) => {
          const k = value / THETA[c]!;
          expect(k).toBeGreaterThanOrEqual(-1.5);
          expect(k).toBeLessThanOrEqual(2.5);
          if (k > -1.5) expect(below[c]!).toBeLessThanOrEqual(1e-12);
          if (k < 2.5) expect(above[c]!).toBeGreaterThanOrEqual(-1e-12);
        });
      }),
    );
  });

  it('under constant currents is the potential without mean error of theory', () => {
    const z = Float32Array.from({ length: 400 }, (_, i) => (1.3 * i * i) / 400 ** 2 - 0.1);
    for (const timeSteps of [2, 4, 8]) {
      const sample: LayerSample = {
        timeSteps,
        channels: 1,
        places: z.length,
        imageOf: new Uint32Array(z.length),
        currents: Float32Array.from(
          { length: z.length * timeSteps },
          (_, i) => z[Math.floor(i / timeSteps)]!,
        ),
        targets: z.map((value) => Math.min(Math.max(value, 0), 1)),
      };
      const [v0] = matchMean(sample, Float64Array.of(1));
      const expected = zeroMeanErrorPotential({ kind: 'samples', values: z }, { theta: 1, timeSteps });
      expect(Math.abs(v0! - expected)).toBeLessThanOrEqual(2 ** -11);
      expect(v0).not.toBe(0.5);
    }
  });

  it('leaves θ/2 where it serves: a channel that never fires and never should', () => {
    const sample: LayerSample = {
      timeSteps: 4,
      channels: 2,
      places: 3,
      imageOf: new Uint32Array(3),
      currents: new Float32Array(24).fill(-1),
      targets: new Float32Array(6),
    };
    expect([...matchMean(sample, THETA)]).toEqual([0.5, 1]);
  });
});
