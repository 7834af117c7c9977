import { currentLimits, spikeRange, type SpikingLayer, type SpikingPlan } from '@opi-snn/neuron-kernels';
import { CounterRandom } from '@opi-snn/theory';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { CompileError, compileNetwork, quantizePlan } from '../src/index.js';
import { RESIDUAL, residualNetwork } from './residual-network.js';

const NONE = { top: 0, bottom: 0, left: 0, right: 0 };

function dense(source: number | 'input', weights: Float32Array) {
  return {
    kind: 'convolution',
    source,
    kernelSize: [1, 1],
    strides: [1, 1],
    padding: NONE,
    weights,
  } as const;
}

function layer(name: string, bias: Float32Array, synapses: SpikingLayer['synapses'], theta?: Float32Array) {
  const neuron = theta && { neuron: { theta, reset: 'subtraction' as const } };
  return { name, shape: [1, 1, bias.length] as const, bias, synapses, ...neuron };
}

/** image → 20 neurons → 4 neurons → 3 logits, random weights of a given size. */
function randomPlan(seed: number, size: number): SpikingPlan {
  const random = new CounterRandom(seed);
  const floats = (length: number, scale: number): Float32Array =>
    Float32Array.from({ length }, () => (random.nextUniform() - 0.5) * scale);
  const theta = (length: number): Float32Array => floats(length, 1).map((v) => v + 1);
  const layers = [
    layer('first', floats(20, 1), [dense('input', floats(20, 2))], theta(20)),
    layer('second', floats(4, 1), [dense(0, floats(80, size))], theta(4)),
    layer('logits', floats(3, 1), [dense(1, floats(12, size))]),
  ];
  return { inputShape: [1, 1, 1], layers };
}

describe('quantizePlan', () => {
  test('puts θ and θ/2 on the grid, rounds weights by half a step at most, and nothing can leave 16 bits', () => {
    const sizes = fc.constantFrom(0.01, 1, 8, 20);
    fc.assert(
      fc.property(fc.nat(), sizes, (seed, size) => {
        const plan = randomPlan(seed, size);
        const { precision, layers } = quantizePlan(plan, 'random');
        expect(precision).toBe('int16');
        layers.forEach(({ step, neuron, bias, synapses, shape }, i) => {
          const original = plan.layers[i]!;
          neuron?.theta.forEach((levels, o) => {
            expect(levels % 2).toBe(0);
            expect(levels).toBeGreaterThanOrEqual(128);
            expect(levels).toBeLessThanOrEqual(1024);
            expect(Math.fround(original.neuron!.theta[o]! / levels)).toBe(step![o]);
          });
          synapses.forEach((synapse, k) => {
            if (synapse.source === 'input' || synapse.kind === 'identity') return;
            const { weights } = original.synapses[k] as typeof synapse;
            weights.forEach((w, j) => {
              expect(Math.abs(w / step![j % shape[2]]! - synapse.weights[j]!)).toBeLessThan(0.501);
            });
          });
          const { low, high } = spikeRange({ shape, synapses });
          const constant = synapses.some(({ source }) => source === 'input') ? bias.map(() => 0) : bias;
          for (let o = 0; o < shape[2]; o++) {
            const [, most] = currentLimits(layers[i]!);
            expect(constant[o]! + high[o]!).toBeLessThanOrEqual(most);
            expect(constant[o]! + low[o]!).toBeGreaterThanOrEqual(-most);
          }
        });
      }),
      { numRuns: 50 },
    );
  });

  test('takes the finest grid that fits', () => {
    const { layers } = quantizePlan(randomPlan(3, 20), 'random');
    const { low, high } = spikeRange(layers[1]!);
    layers[1]!.neuron!.theta.forEach((levels, o) => {
      const bias = layers[1]!.bias[o]!;
      const used = Math.max(bias + high[o]!, -bias - low[o]!);
      // Two more steps in θ, and the roundings of 20 weights, would be too many; or 1024 are reached.
      if (levels < 1024) expect((used * (levels + 4)) / levels + 20).toBeGreaterThan(32_767);
    });
    // Of four inputs the weights, not their sums, bound the read-out's grid.
    const [readOut] = layers[2]!.synapses;
    const weights = (readOut as { weights: Float32Array }).weights.map(Math.abs);
    expect(Math.max(...weights)).toBeLessThanOrEqual(32_767);
    expect(Math.max(...weights)).toBeGreaterThan(32_700);
  });

  test('leaves what the image drives real, in grid steps', () => {
    const plan = randomPlan(1, 1);
    const [first] = quantizePlan(plan, 'random').layers;
    const [synapse] = first!.synapses;
    if (synapse?.kind !== 'convolution') throw new Error('a convolution is expected');
    const { weights } = plan.layers[0]!.synapses[0] as typeof synapse;
    synapse.weights.forEach((w, o) => {
      expect(w * first!.step![o]!).toBeCloseTo(weights[o]!, 6);
    });
    expect(synapse.weights.some((w) => !Number.isInteger(w))).toBe(true);
  });

  test('refuses grids that would be too coarse, with layer, channel and remedy', () => {
    const plan = randomPlan(1, 1);
    const weights = new Float32Array(80).fill(1);
    // Channel 2 gets 20 weights of 15 θ.
    const theta = Float32Array.of(1, 1, 1 / 15, 1);
    const layers = [plan.layers[0]!, layer('second', new Float32Array(4), [dense(0, weights)], theta)];
    const last = layer('logits', new Float32Array(1), [dense('input', Float32Array.of(1))]);
    const refused = (): unknown => quantizePlan({ ...plan, layers: [...layers, last] }, 'heavy');
    expect(refused).toThrow(CompileError);
    expect(refused).toThrow(
      'compileNetwork: network "heavy" has 2 problems:\n' +
        '  second: channel 2: bias and weights of one sign must add up to at most 256 θ, for θ to take 128 steps of a ' +
        '16-bit grid; it would take 108. Use precision float32.\n' +
        '  logits: reads the image: int16 cannot bound its logits. Use precision float32.',
    );
  });

  test('is exact for weights on the grid', () => {
    const network = residualNetwork({ ...RESIDUAL, seed: 4 });
    const { plan } = compileNetwork(network);
    const { layers } = quantizePlan(plan, 'residual');
    layers.slice(0, -1).forEach(({ step, bias, neuron }, i) => {
      expect(bias.map((b, o) => b * step![o]!)).toEqual(plan.layers[i]!.bias);
      expect(neuron!.theta.map((levels, o) => levels * step![o]!)).toEqual(plan.layers[i]!.neuron!.theta);
    });
  });
});
