import { expectSameBits } from '@opi-snn/test-utils';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CounterRandom, normalizeWeights, type ScaledLayer, scaleThresholds, stepIf } from '../src/index.js';

/** Dense layers [in, out] with random float32 weights, and a read-out without threshold. */
function randomNetwork(seed: number, thetas: readonly number[], sizes: readonly number[]): ScaledLayer[] {
  const random = new CounterRandom(seed);
  const draw = (size: number, spread: number): Float32Array =>
    Float32Array.from({ length: size }, () => spread * random.nextNormal());
  return sizes.slice(1).map((size, l) => {
    const theta = thetas[l];
    return {
      weights: draw(size * sizes[l]!, 0.7),
      bias: draw(size, 0.1),
      ...(theta === undefined ? {} : { theta }),
      v0: Float32Array.from({ length: size }, () => (theta ?? 0) * random.nextUniform()),
    };
  });
}

/** Spikes of all layers and steps, and the potentials at the end; float32, one rounding per operation. */
function simulate(
  layers: readonly ScaledLayer[],
  input: Float32Array,
  steps: number,
): { spikes: number[]; v: Float32Array[] } {
  const v = layers.map((layer) => Float32Array.from(layer.v0));
  const spikes: number[] = [];
  for (let t = 0; t < steps; t++) {
    let from: Float32Array = input;
    layers.forEach((layer, l) => {
      const size = layer.bias.length;
      const out = new Float32Array(size);
      for (let j = 0; j < size; j++) {
        let u = Math.fround(v[l]![j]! + layer.bias[j]!);
        from.forEach((x, i) => (u = Math.fround(u + Math.fround(x * layer.weights[i * size + j]!))));
        if (layer.theta === undefined) {
          v[l]![j] = u;
          continue;
        }
        const step = stepIf(u, 0, { theta: layer.theta });
        v[l]![j] = step.v;
        out[j] = layer.theta * step.spike;
        spikes.push(step.spike);
      }
      from = out;
    });
  }
  return { spikes, v };
}

const powerOfTwo = fc.integer({ min: -5, max: 5 }).map((k) => 2 ** k);
const network = fc.record({
  seed: fc.nat(1e6),
  thetas: fc.tuple(powerOfTwo, powerOfTwo, powerOfTwo),
  inputScale: powerOfTwo,
});
const SIZES = [6, 8, 7, 5, 3];

describe('threshold scaling and weight normalisation (Theorem 1)', () => {
  it('give identical spike trains, and potentials divided by θ', () => {
    let fired = 0;
    fc.assert(
      fc.property(network, ({ seed, thetas, inputScale }) => {
        const scaled = randomNetwork(seed, thetas, SIZES);
        const normalized = normalizeWeights(scaled, { inputScale });
        const random = new CounterRandom(seed, 1);
        const input = Float32Array.from({ length: 6 }, () => random.nextNormal());
        const a = simulate(scaled, input, 24);
        const b = simulate(
          normalized,
          input.map((x) => x / inputScale),
          24,
        );
        fired += a.spikes.filter((spike) => spike === 1).length;
        expect(b.spikes).toEqual(a.spikes);
        a.v.forEach((v, l) => {
          expectSameBits(
            b.v[l]!,
            v.map((x) => x / (thetas[l] ?? 1)),
          );
        });
      }),
    );
    expect(fired).toBeGreaterThan(1000);
  });

  it('are inverse to each other', () => {
    fc.assert(
      fc.property(network, ({ seed, thetas, inputScale }) => {
        const layers = randomNetwork(seed, thetas, SIZES);
        const normalized = normalizeWeights(layers, { inputScale });
        expect(normalized.map((layer) => layer.theta)).toEqual([1, 1, 1, undefined]);
        expect(scaleThresholds(normalized, [...thetas, undefined], { inputScale: 1 / inputScale })).toEqual(
          layers,
        );
      }),
    );
  });

  it('multiply each weight by λ of the layer before over λ of its own', () => {
    const layers: ScaledLayer[] = [
      { weights: Float32Array.of(1), bias: Float32Array.of(3), theta: 4, v0: Float32Array.of(2) },
      { weights: Float32Array.of(1), bias: Float32Array.of(3), theta: 2, v0: Float32Array.of(1) },
      { weights: Float32Array.of(1), bias: Float32Array.of(3), v0: Float32Array.of(0) },
    ];
    const before = structuredClone(layers);
    expect(normalizeWeights(layers, { inputScale: 2 })).toEqual([
      { weights: Float32Array.of(0.5), bias: Float32Array.of(0.75), theta: 1, v0: Float32Array.of(0.5) },
      { weights: Float32Array.of(2), bias: Float32Array.of(1.5), theta: 1, v0: Float32Array.of(0.5) },
      { weights: Float32Array.of(2), bias: Float32Array.of(3), v0: Float32Array.of(0) },
    ]);
    expect(layers).toEqual(before);
  });

  it('name every argument that is out of range', () => {
    const layer = { weights: Float32Array.of(1), bias: Float32Array.of(0), v0: Float32Array.of(0) };
    expect(() => normalizeWeights([{ ...layer, theta: 0 }], { inputScale: -1 })).toThrow(
      new RangeError(
        'normalizeWeights: inputScale must be finite and > 0, got -1. layers[0].theta must be finite and > 0, got 0.',
      ),
    );
    expect(() => scaleThresholds([{ ...layer, theta: 1 }, layer], [undefined, 2, 3])).toThrow(
      new RangeError(
        'scaleThresholds: thetas must have 2 elements, one per layer, got 3. ' +
          'thetas[0] must be finite and > 0, got undefined. ' +
          'thetas[1] must be undefined for a layer without threshold, got 2.',
      ),
    );
  });
});
