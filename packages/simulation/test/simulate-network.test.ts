import { createHash } from 'node:crypto';
import {
  initializeTensors,
  type IntegrateAndFireNode,
  type Network,
  type NetworkDescription,
  type NetworkNode,
  type Tensor,
} from '@opi-snn/network';
import { type SharedPotential, normalizeWeights, spikeCount, spikeCountResetToZero } from '@opi-snn/theory';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  createRunner,
  imagesInMemory,
  type RunOptions,
  simulateNetwork,
  type Simulation,
} from '../src/index.js';
import { bruteForce } from './brute-force.js';
import { residualImages, residualNetwork, type ResidualOptions } from './residual-network.js';

const SHAPE = [6, 7, 2] as const;
const NONE = { top: 0, bottom: 0, left: 0, right: 0 };
const half: SharedPotential = { kind: 'fraction', fraction: 0.5 };

/** Hash of every bit of a run's results, without what says how they were computed. */
function fingerprint(run: Simulation): string {
  const hash = createHash('sha256');
  const visit = (value: unknown): void => {
    if (ArrayBuffer.isView(value))
      hash.update(new Uint8Array(value.buffer, value.byteOffset, value.byteLength));
    else if (value instanceof Map) for (const entry of value) entry.forEach(visit);
    else if (typeof value === 'object' && value !== null) Object.entries(value).flat().forEach(visit);
    else hash.update(`${String(value)};`);
  };
  const results = { ...run, backend: null, threads: null, batchSize: null };
  for (const how of ['precision', 'memory']) Reflect.deleteProperty(results, how);
  visit(results);
  return hash.digest('hex');
}

/** Options of the neurons that only some kernels have. */
function neuronsOf(neurons: 'own thresholds' | 'signed' | number | undefined): Partial<ResidualOptions> {
  if (neurons === undefined) return {};
  if (neurons === 'own thresholds') return { hasOwnThresholds: true };
  const emission = neurons === 'signed' ? { kind: neurons } : { kind: 'group' as const, members: neurons };
  return { reset: 'subtraction', emission, hasOwnThresholds: neurons === 'signed' };
}

describe('simulateNetwork', () => {
  test('does what the network says, node by node: spikes, operations, first spikes, potentials, logits', async () => {
    const side = fc.constantFrom(1, 2, 3);
    const options = fc.record({
      seed: fc.nat({ max: 1_000_000 }),
      kernel: fc.tuple(side, side),
      strides: fc.tuple(side, side),
      pool: fc.constantFrom([1, 1] as const, [2, 1] as const, [2, 2] as const),
      border: fc.integer({ min: 0, max: 2 }),
      reset: fc.constantFrom('subtraction' as const, 'zero' as const),
      initialPotential: fc.constantFrom<IntegrateAndFireNode['initialPotential']>(
        half,
        { kind: 'fraction', fraction: 0 },
        { kind: 'fraction', fraction: -0.25 },
        { kind: 'tensor' },
      ),
    });
    const [timeSteps, images] = [9, 3];
    let total = 0;
    await fc.assert(
      fc.asyncProperty(
        options,
        fc.constantFrom('reference' as const, 'wasm' as const),
        fc.constantFrom(undefined, 'own thresholds' as const, 'signed' as const, 2, 4),
        async (drawn, plainBackend, neurons) => {
          const chosen = { ...drawn, ...neuronsOf(neurons) };
          const backend =
            neurons === undefined || plainBackend === 'reference' ? plainBackend : 'event-driven';
          const network = residualNetwork(chosen);
          const pixels = residualImages(images, chosen.seed);
          const traced = ['fire1', 'fire3', 'fire5', 'logits'].map((layer) => ({ layer, neurons: [2, 0] }));
          const run = await simulateNetwork(network, imagesInMemory(pixels, SHAPE), {
            timeSteps,
            backend,
            threads: 1,
            record: { logits: true, membrane: traced, spikeCountsAt: [timeSteps], firstSpikes: true },
          });
          const expected = Array.from({ length: images }, (_, imageIndex) =>
            bruteForce(network, pixels.subarray(imageIndex * 84, (imageIndex + 1) * 84), {
              timeSteps,
              imageIndex,
              seed: 0,
            }),
          );
          run.layers.forEach((layer, index) => {
            const each = expected.map((image) => image.get(layer.name)!);
            const sums = (key: 'spikes' | 'synapticOperations'): number[] =>
              Array.from({ length: timeSteps }, (_, t) =>
                each.reduce((sum, image) => sum + image[key][t]!, 0),
              );
            expect([...layer.spikes]).toEqual(sums('spikes'));
            expect([...layer.synapticOperations]).toEqual(sums('synapticOperations'));
            const first = each.flatMap(({ firstSpike }) => firstSpike);
            expect(layer.firstSpikeTimeSum).toBe(first.reduce((sum, time) => sum + time, 0));
            expect(layer.firedNeurons).toBe(first.filter((time) => time > 0).length);
            each.forEach(({ firstSpike }, image) => {
              expect(run.firstSpikes!.timeSum[image * run.layers.length + index]).toBe(
                firstSpike.reduce((sum, time) => sum + time, 0),
              );
            });
            if (index < run.layers.length - 1) {
              const counts = run.spikeCounts!.byLayer.get(layer.name)![0]!;
              expect([...counts]).toEqual(each.flatMap((image) => image.counts));
            }
            total += sums('spikes').reduce((sum, n) => sum + n, 0);
          });
          const stepsOf = (layer: string): number[][] =>
            expected.flatMap((image) => image.get(layer)!.potentials);
          for (const { layer, neurons, values } of run.membrane!) {
            expect([...values]).toEqual(
              stepsOf(layer).flatMap((step) => neurons.map((neuron) => step[neuron]!)),
            );
          }
          expect([...run.logits!]).toEqual(stepsOf('logits').flat());
          expect([...run.predictions]).toEqual(
            stepsOf('logits').map((logits) => logits.indexOf(Math.max(...logits))),
          );
        },
      ),
      { numRuns: 48, seed: 2022 },
    );
    // The networks above are not silent.
    expect(total).toBeGreaterThan(5000);
  });

  test('gives the same bits on 1, 2 and 3 threads, in batches of 1, 7 and 64, by reference and WebAssembly, in any order', async () => {
    const uniform: SharedPotential = { kind: 'uniform', low: 0, high: 1 };
    const network = residualNetwork({
      seed: 4,
      kernel: [3, 2],
      strides: [1, 2],
      pool: [2, 2],
      border: 1,
      reset: 'subtraction',
      initialPotential: uniform,
    });
    // Not dyadic: here every rounding counts.
    const tensors = new Map<string, Tensor>();
    for (const [name, { shape, data }] of network.tensors) {
      tensors.set(name, { shape, data: data.map((value, i) => value * (1 + Math.sin(i) / 7)) });
    }
    const images = imagesInMemory(
      residualImages(65, 5).map((value, i) => value + Math.sin(i) / 9),
      SHAPE,
    );
    const options: RunOptions = {
      timeSteps: 9,
      seed: 5,
      record: {
        logits: true,
        spikeCountsAt: [4, 9],
        membrane: [{ layer: 'fire3', neurons: [0, 5] }],
        firstSpikes: true,
      },
    };
    const reference = await simulateNetwork({ ...network, tensors }, images, {
      ...options,
      backend: 'reference',
    });
    const expected = fingerprint(reference);
    expect([reference.backend, reference.threads, reference.batchSize]).toEqual(['reference', 1, 64]);
    for (const threads of [1, 2, 3]) {
      const runner = await createRunner({ ...network, tensors }, { backend: 'wasm', threads });
      for (const batchSize of [1, 7, 64]) {
        const other = await runner.run(images, { ...options, batchSize });
        expect([other.backend, other.threads, other.batchSize]).toEqual(['wasm-simd', threads, batchSize]);
        expect(fingerprint(other)).toBe(expected);
      }
      const turned = Array.from({ length: 65 }, (_, i) => 64 - i);
      const { predictionHash } = await runner.run(images, { ...options, indices: turned });
      expect(predictionHash).toBe(reference.predictionHash);
      // What is compared depends on its inputs.
      expect(fingerprint(await runner.run(images, { ...options, seed: 6 }))).not.toBe(expected);
      await runner.close();
    }
    expect(reference.layers.slice(0, -1).every(({ firedNeurons }) => firedNeurons > 0)).toBe(true);
  });

  test('takes potentials of channels and neurons from the run as from the network, in any batch', async () => {
    const options = { seed: 6, kernel: [3, 3], strides: [1, 1], pool: [2, 2], border: 1 } as const;
    const network = residualNetwork({
      ...options,
      reset: 'subtraction',
      initialPotential: { kind: 'tensor' },
    });
    const images = imagesInMemory(residualImages(5, 6), SHAPE);
    const runner = await createRunner(network, { threads: 1 });
    const own = await runner.run(images, { timeSteps: 6, record: { logits: true } });
    const given = ['fire1', 'fire2', 'fire3', 'fire4', 'fire5'].map((name) => {
      return {
        kind: 'fractions',
        fractions: [...network.tensors.get(`${name}/initial-potential`)!.data],
      } as const;
    });
    expect(own.initialPotentials).toEqual(given);
    expect(given.map(({ fractions }) => fractions.length)).toEqual([4, 4, 48, 24, 5]);
    for (const batchSize of [1, 2, 5]) {
      const run = await runner.run(images, {
        timeSteps: 6,
        initialPotential: given,
        batchSize,
        record: { logits: true },
      });
      expect(fingerprint(run)).toBe(fingerprint(own));
    }
    const moved = given.map((potential, i) =>
      i === 2 ? { ...potential, fractions: potential.fractions.toReversed() } : potential,
    );
    const other = await runner.run(images, {
      timeSteps: 6,
      initialPotential: moved,
      record: { logits: true },
    });
    expect(fingerprint(other)).not.toBe(fingerprint(own));
    await runner.close();
  });

  test('holds every smaller T in one run', async () => {
    const network = residualNetwork({
      seed: 1,
      kernel: [3, 3],
      strides: [1, 1],
      pool: [2, 2],
      border: 1,
      reset: 'subtraction',
      initialPotential: half,
    });
    const images = imagesInMemory(residualImages(9, 1), SHAPE);
    const long = await simulateNetwork(network, images, { timeSteps: 12, record: { logits: true } });
    for (const timeSteps of [1, 5, 11]) {
      const short = await simulateNetwork(network, images, { timeSteps, record: { logits: true } });
      const head = (values: Uint16Array | Float32Array, width: number): number[] =>
        Array.from({ length: 9 }, (_, i) => [
          ...values.subarray(12 * width * i, (12 * i + timeSteps) * width),
        ]).flat();
      expect([...short.predictions]).toEqual(head(long.predictions, 1));
      expect([...short.logits!]).toEqual(head(long.logits!, 3));
      short.layers.forEach(({ spikes, synapticOperations }, layer) => {
        expect([...spikes]).toEqual([...long.layers[layer]!.spikes.subarray(0, timeSteps)]);
        expect([...synapticOperations]).toEqual([
          ...long.layers[layer]!.synapticOperations.subarray(0, timeSteps),
        ]);
      });
    }
  });

  test('starts every image from its own potential: an image gives the same alone, first or last', async () => {
    const network = residualNetwork({
      seed: 2,
      kernel: [3, 3],
      strides: [1, 1],
      pool: [1, 1],
      border: 1,
      reset: 'subtraction',
      initialPotential: { kind: 'normal', mean: 0.5, standardDeviation: 0.25 },
    });
    const images = imagesInMemory(residualImages(4, 2), SHAPE);
    const runner = await createRunner(network, { threads: 1 });
    const logitsOf = async (indices: number[], row: number): Promise<number[]> => {
      const { logits } = await runner.run(images, { timeSteps: 7, indices, record: { logits: true } });
      return [...logits!.subarray(row * 21, (row + 1) * 21)];
    };
    const alone = await logitsOf([3], 0);
    expect(await logitsOf([3, 0, 1, 2], 0)).toEqual(alone);
    expect(await logitsOf([0, 1, 2, 3], 3)).toEqual(alone);
    // Twice in one batch, with other images between: nothing is left of the first time.
    expect(await logitsOf([3, 1, 3], 2)).toEqual(alone);
    await runner.close();
  });
});

/** image of one value → 1x1 convolution by 1 → neurons → logits. */
function singleLayer(
  theta: number,
  reset: 'subtraction' | 'zero',
  initialPotential: SharedPotential,
): Network {
  const nodes: NetworkNode[] = [
    { op: 'input', name: 'image', inputs: [], shape: [1, 1, 1] },
    {
      op: 'conv2d',
      name: 'conv',
      inputs: ['image'],
      kernelSize: [1, 1],
      filters: 1,
      strides: [1, 1],
      padding: NONE,
      bias: false,
    },
    { op: 'integrate-and-fire', name: 'fire', inputs: ['conv'], reset, initialPotential },
    { op: 'flatten', name: 'flat', inputs: ['fire'] },
    { op: 'dense', name: 'logits', inputs: ['flat'], units: 1, bias: false },
  ];
  const one = Float32Array.of(1);
  return {
    description: { format: 'opi-snn-network', formatVersion: 1, name: 'one', output: 'logits', nodes },
    tensors: new Map([
      ['conv/kernel', { shape: [1, 1, 1, 1], data: one }],
      ['fire/threshold', { shape: [1], data: Float32Array.of(theta) }],
      ['logits/kernel', { shape: [1, 1], data: one }],
    ]),
  };
}

describe('a single layer under constant input', () => {
  const steps = [1, 2, 3, 4, 8, 16, 31];
  const values = Float32Array.from({ length: 161 }, (_, i) => (i - 40) / 32);

  test.each([
    [1, 0.5],
    [1, 0],
    [2, 0.25],
    [0.5, 1],
  ])('emits exactly the closed form’s spikes at every T, θ = %d, v0 = %d θ', async (theta, fraction) => {
    const network = singleLayer(theta, 'subtraction', { kind: 'fraction', fraction });
    const run = await simulateNetwork(network, imagesInMemory(values, [1, 1, 1]), {
      timeSteps: 31,
      record: { spikeCountsAt: steps },
    });
    steps.forEach((timeSteps, i) => {
      const expected = Array.from(values, (z) => spikeCount(z, theta, timeSteps, fraction * theta));
      expect([...run.spikeCounts!.byLayer.get('fire')![i]!]).toEqual(expected);
    });
  });

  test('emits the closed form of reset to zero', async () => {
    const network = singleLayer(1, 'zero', half);
    const run = await simulateNetwork(network, imagesInMemory(values, [1, 1, 1]), {
      timeSteps: 31,
      record: { spikeCountsAt: steps },
    });
    steps.forEach((timeSteps, i) => {
      const expected = Array.from(values, (z) => spikeCountResetToZero(z, 1, timeSteps, 0.5));
      expect([...run.spikeCounts!.byLayer.get('fire')![i]!]).toEqual(expected);
    });
  });
});

describe('threshold scaling and weight normalisation (Theorem 1)', () => {
  /** image [8] → dense 7 → fire → dense 6 → fire → dense 3. */
  const description: NetworkDescription = {
    format: 'opi-snn-network',
    formatVersion: 1,
    name: 'chain',
    output: 'logits',
    nodes: [
      { op: 'input', name: 'image', inputs: [], shape: [1, 1, 8] },
      { op: 'flatten', name: 'flat', inputs: ['image'] },
      { op: 'dense', name: 'dense1', inputs: ['flat'], units: 7, bias: true },
      {
        op: 'integrate-and-fire',
        name: 'fire1',
        inputs: ['dense1'],
        reset: 'subtraction',
        initialPotential: half,
      },
      { op: 'dense', name: 'dense2', inputs: ['fire1'], units: 6, bias: true },
      {
        op: 'integrate-and-fire',
        name: 'fire2',
        inputs: ['dense2'],
        reset: 'subtraction',
        initialPotential: half,
      },
      { op: 'dense', name: 'logits', inputs: ['fire2'], units: 3, bias: true },
    ],
  };

  test('are the same spikes at every step, by every kernel', async () => {
    const lambdas = [4, 0.5];
    const balanced = new Map(initializeTensors(description, { seed: 8 }));
    for (const name of ['dense1', 'dense2', 'logits']) {
      const { shape, data } = balanced.get(`${name}/bias`)!;
      balanced.set(`${name}/bias`, { shape, data: data.map((_, i) => Math.sin(i) / 3) });
    }
    lambdas.forEach((lambda, i) =>
      balanced.set(`fire${i + 1}/threshold`, { shape: [1], data: Float32Array.of(lambda) }),
    );
    const normalized = new Map(balanced);
    const layers = lambdas.map((theta, i) => ({
      weights: balanced.get(`dense${i + 1}/kernel`)!.data,
      bias: balanced.get(`dense${i + 1}/bias`)!.data,
      theta,
      v0: Float32Array.of(theta / 2),
    }));
    normalizeWeights(layers).forEach(({ weights, bias, theta }, i) => {
      normalized.set(`dense${i + 1}/kernel`, {
        ...balanced.get(`dense${i + 1}/kernel`)!,
        data: Float32Array.from(weights),
      });
      normalized.set(`dense${i + 1}/bias`, {
        ...balanced.get(`dense${i + 1}/bias`)!,
        data: Float32Array.from(bias),
      });
      normalized.set(`fire${i + 1}/threshold`, { shape: [1], data: Float32Array.of(theta!) });
    });
    const last = balanced.get('logits/kernel')!;
    normalized.set('logits/kernel', { ...last, data: last.data.map((weight) => weight * lambdas[1]!) });

    const images = imagesInMemory(
      Float32Array.from({ length: 20 * 8 }, (_, i) => 3 * Math.sin(i * 1.7)),
      [1, 1, 8],
    );
    const steps = Array.from({ length: 16 }, (_, t) => t + 1);
    const run = (tensors: Network['tensors'], backend: 'reference' | 'wasm'): Promise<Simulation> =>
      simulateNetwork({ description, tensors }, images, {
        timeSteps: 16,
        backend,
        threads: 1,
        record: { spikeCountsAt: steps, logits: true },
      });
    for (const backend of ['reference', 'wasm'] as const) {
      const [a, b] = [await run(balanced, backend), await run(normalized, backend)];
      expect(b.spikeCounts).toEqual(a.spikeCounts);
      expect(b.logits).toEqual(a.logits);
      expect(a.layers.every(({ spikes }, i) => i === 2 || spikes.some((count) => count > 0))).toBe(true);
    }
    expect([...normalized.get('fire1/threshold')!.data, ...normalized.get('fire2/threshold')!.data]).toEqual([
      1, 1,
    ]);
  });
});
