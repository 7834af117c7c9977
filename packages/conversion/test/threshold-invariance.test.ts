import { fileURLToPath } from 'node:url';
import { inferShapes, loadNetwork, type Network } from '@opi-snn/network';
import { CounterRandom, shuffle } from '@opi-snn/theory';
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { chooseThreshold, isActivation, measureStatistics, type ThresholdRule } from '../src/index.js';

const IMAGES = 6;
const RULES: readonly ThresholdRule[] = [
  { kind: 'maximum' },
  { kind: 'neuron-maximum' },
  { kind: 'percentile', percentile: 99 },
  { kind: 'percentile', percentile: 99.9 },
  { kind: 'mean-squared-error', timeSteps: 8 },
];

/** Thresholds of all layers by all rules that measure. */
function thresholds(network: Network, images: Float32Array): unknown {
  const statistics = measureStatistics(network, { images }, [99, 99.9]);
  const nodes = network.description.nodes.filter(isActivation);
  return RULES.map((rule) =>
    nodes.map((node, i) => chooseThreshold(rule, { node, bound: undefined, statistics: statistics[i] })),
  );
}

describe('thresholds of a trained network', () => {
  let network: Network;
  let size: number;
  beforeAll(async () => {
    network = await loadNetwork(fileURLToPath(new URL('../../../checkpoints/embedded-vgg.safetensors', import.meta.url)));
    const input = network.description.nodes.find(({ op }) => op === 'input')!;
    size = inferShapes(network.description).get(input.name)!.reduce((product, extent) => product * extent);
  }); // prettier-ignore

  it('are the same bits in any order of the calibration images', () => {
    const random = new CounterRandom(4);
    const images = Float32Array.from({ length: IMAGES * size }, () => random.nextBelow(65) / 16 - 2);
    const expected = thresholds(network, images);
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 1e6 }), (seed) => {
        const order = shuffle(
          Uint32Array.from({ length: IMAGES }, (_, i) => i),
          new CounterRandom(seed),
        );
        const reordered = new Float32Array(images.length);
        order.forEach((from, to) => {
          reordered.set(images.subarray(from * size, (from + 1) * size), to * size);
        });
        expect(thresholds(network, reordered)).toEqual(expected);
      }),
      { numRuns: 5, seed: 1 },
    );
    // Other images give other thresholds: the property is not that of a constant.
    expect(thresholds(network, images.subarray(0, size))).not.toEqual(expected);
  }, 120_000);
});
