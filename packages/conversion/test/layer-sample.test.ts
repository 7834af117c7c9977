import { expectClose } from '@opi-snn/test-utils';
import { spikeCount } from '@opi-snn/theory';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { channelErrors, type LayerSample } from '../src/index.js';

/** Places with the same current at every step. */
function constantSample(z: readonly number[], targets: readonly number[], timeSteps: number): LayerSample {
  return {
    timeSteps,
    channels: 1,
    places: z.length,
    imageOf: Uint32Array.from(z, (_, i) => i),
    currents: Float32Array.from(z.flatMap((value) => new Array<number>(timeSteps).fill(value))),
    targets: Float32Array.from(targets),
  };
}

describe('channelErrors', () => {
  it('steps the neurons of each channel: a trace by hand', () => {
    // Two places of one image, two channels, three steps.
    const sample: LayerSample = {
      timeSteps: 3,
      channels: 2,
      places: 2,
      imageOf: Uint32Array.of(0, 0),
      currents: Float32Array.of(0.5, 1, 0.5, 1, 0.5, 1, 0.25, -1, 0.75, 4, 0, 0),
      targets: Float32Array.of(0.5, 1, 0.25, 0),
    };
    // θ = 1, 2; v0 = 0.5, 0. Place 0 fires in steps 1, 3 and in step 2; place 1 in step 2 and in step 2.
    const { mean, meanSquare, imageMeanSquare } = channelErrors(sample, {
      theta: Float64Array.of(1, 2),
      v0: Float64Array.of(0.5, 0),
    });
    const errors = [
      [2 / 3 - 0.5, 2 / 3 - 1],
      [1 / 3 - 0.25, 2 / 3 - 0],
    ] as const;
    const means = [0, 1].map((c) => (errors[0][c]! + errors[1][c]!) / 2);
    expectClose([...mean], means, 'float64');
    expectClose(
      [...meanSquare],
      [0, 1].map((c) => (errors[0][c]! ** 2 + errors[1][c]! ** 2) / 2),
      'float64',
    );
    expectClose(
      [...imageMeanSquare],
      means.map((value) => value ** 2),
      'float64',
    );
  });

  it('under constant current is the closed form of theory', () => {
    const dyadic = fc.integer({ min: -64, max: 96 }).map((n) => n / 32);
    fc.assert(
      fc.property(
        fc.array(dyadic, { minLength: 1, maxLength: 8 }),
        fc.constantFrom(1, 2, 4, 8),
        dyadic,
        (z, timeSteps, v0) => {
          const errors = z.map((value) => spikeCount(value, 2, timeSteps, v0) * (2 / timeSteps) - 1);
          const sample = constantSample(
            z,
            z.map(() => 1),
            timeSteps,
          );
          const { mean, imageMeanSquare, meanSquare } = channelErrors(sample, {
            theta: Float64Array.of(2),
            v0: Float64Array.of(v0),
          });
          // Multiples of a power of two: the sums are exact.
          expect(mean[0]).toBe(errors.reduce((sum, e) => sum + e, 0) / z.length);
          // Every place is an image of its own.
          expect(imageMeanSquare).toEqual(meanSquare);
        },
      ),
    );
  });

  it('keeps images apart, and takes one place in so many', () => {
    const sample = {
      ...constantSample([1, 1, 0, 0, 1], [0, 0, 1, 1, 0], 1),
      imageOf: Uint32Array.of(0, 0, 1, 1, 2),
    };
    const neurons = { theta: Float64Array.of(1), v0: Float64Array.of(0) };
    const { mean, meanSquare, imageMeanSquare } = channelErrors(sample, neurons);
    expectClose([mean[0]!, meanSquare[0]!, imageMeanSquare[0]!], [1 / 5, 1, 1], 'float64');
    expectClose([...channelErrors(sample, neurons, 2).mean], [1 / 3], 'float64');
  });
});
