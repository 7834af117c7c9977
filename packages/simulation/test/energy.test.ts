import { expectClose } from '@opi-snn/test-utils';
import { describe, expect, test } from 'vitest';
import { estimateEnergy, HOROWITZ_45_NM, type SpikingOperations } from '../src/index.js';

/** Powers of two, so that sums by hand are easy to follow. */
const TABLE = {
  name: 'by hand',
  source: 'none',
  confidence: 'exact',
  float32: { add: 1, multiply: 4 },
  int32: { add: 0.5, multiply: 2 },
  int8: { add: 0.125, multiply: 0.25 },
};
const OPERATIONS: SpikingOperations = {
  additions: Float64Array.of(100, 300),
  spikes: Float64Array.of(10, 20),
  neuronUpdates: Float64Array.of(64, 128),
  constantAdditions: Float64Array.of(32, 64),
  multiplyAccumulates: 1000,
};

describe('estimateEnergy', () => {
  test('is the sum of what spikes, constant currents and neuron updates cost, beside two ANNs', () => {
    const estimate = estimateEnergy(OPERATIONS, 5000, { timeSteps: 2, table: TABLE });
    expect(estimate).toEqual({
      timeSteps: 2,
      table: 'by hand',
      activationBits: 2,
      float32: {
        snn: {
          additions: 300,
          constantCurrent: 1000 * 5 + 64,
          neuronUpdates: 128 + 20,
          total: 300 + 5064 + 148,
        },
        ann: 5000 * 5,
      },
      int8: {
        snn: { additions: 150, constantCurrent: 1000 * 0.75 + 32, neuronUpdates: 74, total: 150 + 782 + 74 },
        ann: 5000 * 0.75,
      },
    });
  });

  test.each([
    [1, 1],
    [3, 2],
    [4, 3],
    [255, 8],
    [256, 9],
  ])(
    'gives the ANN beside T = %d activations of %d bits, and a multiplier that holds them',
    (timeSteps, bits) => {
      const steps = new Float64Array(timeSteps);
      const operations = {
        additions: steps,
        spikes: steps,
        neuronUpdates: steps,
        constantAdditions: steps,
        multiplyAccumulates: 0,
      };
      const { activationBits, int8 } = estimateEnergy(operations, 1, { timeSteps, table: TABLE });
      expect(activationBits).toBe(bits);
      expect(int8.ann).toBe(bits <= 8 ? 0.75 : 2.5);
    },
  );

  test('refuses a T that was not counted', () => {
    expect(() => estimateEnergy(OPERATIONS, 1, { timeSteps: 3, table: TABLE })).toThrow(
      new RangeError('estimateEnergy: timeSteps must be an integer in [1, 2], got 3.'),
    );
  });

  test('the table of Horowitz has the published ratios: a float32 multiply-accumulate is 4.6 pJ, an addition 0.9 pJ', () => {
    const { float32, int32 } = HOROWITZ_45_NM;
    expectClose(
      [float32.multiply + float32.add, float32.add, int32.multiply + int32.add],
      [4.6, 0.9, 3.2],
      'float64',
    );
    expect(HOROWITZ_45_NM.source).toContain('ISSCC 2014');
  });
});
