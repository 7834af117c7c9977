import { describe, expect, it } from 'vitest';
import { convertNetwork, givenThreshold, RESET_BY_SUBTRACTION, ZERO } from '../src/index.js';
import { tinyNetwork } from './tiny-network.js';

const layer = {
  node: { op: 'relu', name: 'act1', inputs: ['z'] },
  bound: undefined,
  statistics: undefined,
} as const;
const given = (values: readonly number[]): ReturnType<typeof givenThreshold> =>
  givenThreshold({ kind: 'given', origin: 'test', layers: { act1: values } }, layer);

describe('givenThreshold', () => {
  it('is the value given, rounded to float32, per layer or per channel', () => {
    expect(given([0.1])).toEqual({ theta: { shape: [1], data: Float32Array.of(0.1) } });
    expect(given([1, 2, 3])).toEqual({ theta: { shape: [3], data: Float32Array.of(1, 2, 3) } });
  });

  it.each([
    [[], 'none'],
    [[1, 0], '0'],
    [[-1], '-1'],
    [[NaN], 'NaN'],
    [[1e39], 'Infinity'],
  ])('refuses %j', (values, got) => {
    expect(given(values)).toEqual({
      problem: `given thresholds must be finite and > 0, got ${got} (test)`,
      remedy: 'A layer or channel that never gets positive input has no scale: calibrate on more images',
    });
  });

  it('refuses a layer without one; the provenance tells the origin, not the numbers', () => {
    const layers = { act1: [1], act2: [2] };
    const options = { initialPotential: ZERO, neuron: RESET_BY_SUBTRACTION };
    const { network } = convertNetwork(tinyNetwork(), {
      ...options,
      threshold: { kind: 'given', origin: 'measured', layers },
    });
    expect(network.description.provenance).toMatchObject({
      conversion: { threshold: { kind: 'given', origin: 'measured' } },
    });
    expect(() =>
      convertNetwork(tinyNetwork(), {
        ...options,
        threshold: { kind: 'given', origin: 'measured', layers: { act1: [1] } },
      }),
    ).toThrow('act2: no threshold is given (measured). Calibrate on this network');
  });
});
