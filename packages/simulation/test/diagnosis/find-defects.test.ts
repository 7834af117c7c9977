import { ERROR_PARTS } from '@opi-snn/theory';
import { describe, expect, test } from 'vitest';
import {
  ActivationScale,
  findDefects,
  suggest,
  type LayerProfile,
  type WeightCause,
} from '../../src/index.js';

const NONE = { mean: 0, meanSquare: 0 };

/** A layer whose activations are spread evenly over (0, `reach` θ], half of them zero. */
function profile(layer: string, reach: number, rest: Partial<LayerProfile> = {}): LayerProfile {
  const scale = new ActivationScale();
  for (let i = 1; i <= 500; i++) {
    scale.add((i / 500) * reach);
    scale.add(0);
  }
  return {
    layer,
    neurons: 100,
    images: 10,
    timeSteps: 64,
    theta: { lowest: 1, highest: 1 },
    correlation: 1,
    signal: scale.meanSquare,
    error: Object.fromEntries(ERROR_PARTS.map((part) => [part, NONE])) as LayerProfile['error'],
    weightDifference: 1e-13,
    largestDrive: reach,
    dead: { snn: 0, ann: 0 },
    saturated: { snn: 0, ann: 0 },
    firstSpike: 1,
    scale,
    histogram: { ann: [], snn: [] },
    ...rest,
  };
}

const neverAsked = (layer: string): WeightCause => {
  throw new Error(`weights of ${layer} must not be looked at`);
};
const HALF = { kind: 'fraction', fraction: 0.5 } as const;

describe('findDefects', () => {
  test('finds nothing in layers whose thresholds are near the best one', () => {
    const layers = [profile('a', 1), profile('b', 1.5), profile('c', 0.6)];
    expect(findDefects(layers, neverAsked)).toEqual([]);
  });

  test('names thresholds that are ten times too high or too low, in the order of the network', () => {
    const defects = findDefects([profile('a', 1), profile('b', 0.1), profile('c', 10)], neverAsked);
    expect(defects.map(({ layer, cause }) => [layer, cause])).toEqual([
      ['b', 'threshold-too-high'],
      ['c', 'threshold-too-low'],
    ]);
    expect(defects[0]!.factor).toBeCloseTo(0.1, 2);
    expect(defects[1]!.factor).toBeCloseTo(10, 0);
  });

  test('calls a layer dead that gets no positive current, whatever its threshold', () => {
    const dead = profile('a', 1, { largestDrive: -0.5, weightDifference: 3 });
    expect(findDefects([dead], () => ({ kind: 'weights', node: 'conv' }))).toEqual([
      { layer: 'a', cause: 'dead-layer', node: 'conv' },
    ]);
    const original = profile('a', 0, { largestDrive: 0 });
    expect(findDefects([original], neverAsked)).toEqual([{ layer: 'a', cause: 'dead-layer' }]);
  });

  test('blames a threshold, not the layer, when the current is there but far too small', () => {
    expect(findDefects([profile('a', 1e-4)], neverAsked)[0]!.cause).toBe('threshold-too-high');
  });

  test('tells a missing batch-norm fold, other weights, calibrated weights and replaced pooling apart', () => {
    const layer = (difference: number): LayerProfile => profile('a', 1, { weightDifference: difference });
    const fold: WeightCause = { kind: 'unfolded-batch-norm', node: 'conv', batchNorm: 'norm' };
    expect(findDefects([layer(1e-5)], () => fold)).toEqual([
      { layer: 'a', cause: 'unfolded-batch-norm', node: 'conv', batchNorm: 'norm' },
    ]);
    const other = (): WeightCause => ({ kind: 'weights', node: 'conv' });
    expect(findDefects([layer(0.2)], other)).toEqual([{ layer: 'a', cause: 'other-weights', node: 'conv' }]);
    expect(findDefects([layer(0.2)], () => ({ kind: 'connections' }))).toEqual([
      { layer: 'a', cause: 'other-weights' },
    ]);
    expect(findDefects([layer(0.01)], other)).toEqual([]);
    expect(findDefects([layer(0.2)], () => ({ kind: 'pooling', node: 'pool' }))).toEqual([]);
  });
});

describe('suggest', () => {
  test('repairs the first defect before anything else', () => {
    const profiles = [profile('a', 10), profile('b', 0.1)];
    const suggestion = suggest(profiles, findDefects(profiles, neverAsked), [
      { kind: 'fraction', fraction: 0 },
    ]);
    expect(suggestion).toMatchObject({ kind: 'threshold', layer: 'a' });
  });

  test('repairs weights with those of the ANN, and knows nothing against a layer that was dead before', () => {
    const fold = { layer: 'a', cause: 'unfolded-batch-norm', node: 'conv', batchNorm: 'norm' } as const;
    expect(suggest([profile('a', 1)], [fold], [HALF])).toEqual({ kind: 'weights', layer: 'a', node: 'conv' });
    expect(suggest([profile('a', 0)], [{ layer: 'a', cause: 'dead-layer' }], [HALF])).toBeUndefined();
  });

  test('proposes θ/2 where neurons start elsewhere, else the threshold that saves most, else nothing', () => {
    const fair = [profile('a', 1), profile('b', 2)];
    expect(suggest(fair, [], [{ kind: 'uniform', low: 0, high: 1 }, HALF])).toMatchObject({
      kind: 'potential',
    });
    const saved = suggest(fair, [], [HALF, HALF]);
    expect(saved).toMatchObject({ kind: 'threshold', layer: 'b' });
    expect((saved as { factor: number }).factor).toBeCloseTo(2, 1);
    expect(suggest([profile('a', 1)], [], [HALF])).toBeUndefined();
  });
});
