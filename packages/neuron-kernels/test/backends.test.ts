import fc from 'fast-check';
import { afterEach, describe, expect, it, vi } from 'vitest';

import { createSimulator, type LayerPotential, type SimulationRequest } from '../src/index.js';
import { arbitraryCase, randomNumbers, type Case } from './arbitrary-plan.js';
import { FAST_BACKENDS, MISSING_BACKENDS } from './fast-backends.js';
import { dense, driven, plan, readOut } from './plans.js';
import { simulate } from './simulate.js';

/** One larger network, the same in every run of the tests. */
function largerCase(batch: number, timeSteps = 20): Case {
  const random = randomNumbers(7);
  const floats = (length: number): Float32Array => Float32Array.from({ length }, () => random() - 0.3);
  const same = { top: 1, bottom: 1, left: 1, right: 1 };
  const layer = (name: string, source: number | 'input', inputs: number, channels: number) => ({
    name,
    shape: [6, 6, channels] as const,
    synapses: [
      {
        kind: 'convolution' as const,
        source,
        kernelSize: [3, 3] as const,
        strides: [1, 1] as const,
        padding: same,
        weights: floats(9 * inputs * channels).map((w) => w / inputs),
      },
    ],
    bias: floats(channels),
    neuron: { theta: new Float32Array(channels).fill(0.8), reset: 'subtraction' as const },
  });
  const layers = [layer('a', 'input', 3, 20), layer('b', 0, 20, 70), layer('c', 1, 70, 9)];
  const pool = { size: [6, 6], strides: [1, 1], padding: { top: 0, bottom: 0, left: 0, right: 0 } } as const;
  const last = readOut([0, 0, 0], [{ ...dense(2, [...floats(27)]), pool }]);
  const potentials = layers.map(({ shape }): LayerPotential => ({
    kind: 'per-neuron',
    values: floats(batch * 36 * shape[2]),
  }));
  const request: SimulationRequest = {
    images: floats(batch * 108),
    batch,
    timeSteps,
    initialPotentials: potentials,
    record: { logits: true, spikeCountsAt: [timeSteps], membrane: [{ layer: 1, neurons: [3, 69] }] },
  };
  return { plan: { inputShape: [6, 6, 3], layers: [...layers, last] }, request };
}

/** Images [from, to) of a request. */
function slice(request: SimulationRequest, from: number, to: number): SimulationRequest {
  const part = (values: Float32Array): Float32Array => {
    const each = values.length / request.batch;
    return values.slice(from * each, to * each);
  };
  const initialPotentials = request.initialPotentials.map(({ kind, values }) =>
    kind === 'per-neuron' ? { kind, values: part(values) } : { kind, values },
  );
  return { ...request, batch: to - from, images: part(request.images), initialPotentials };
}

describe('fast kernels', () => {
  it.skip.each(MISSING_BACKENDS)('%s cannot be tested: %s', () => undefined);

  it('give the bits of the reference for any shape, stride, padding, pool, density, T, reset, potential', async () => {
    let spikes = 0;
    await fc.assert(
      fc.asyncProperty(arbitraryCase, async (example) => {
        const expected = await simulate(example, { backend: 'reference' });
        for (const backend of FAST_BACKENDS) {
          const got = await simulate(example, { backend, threads: 1 });
          expect(got, backend).toStrictEqual(expected);
        }
        spikes += expected.spikes.reduce((sum, n) => sum + n, 0);
      }),
      { numRuns: Number(process.env['OPI_PROPERTY_RUNS'] ?? 50), seed: 20_221_124 },
    );
    expect(spikes).toBeGreaterThan(1000); // The cases above are not silent.
  });

  describe.each(FAST_BACKENDS)('(%s) give the same bits', (backend) => {
    const example = largerCase(5, 70);

    it('on 1, 2 and 3 threads, and in pieces of T', async () => {
      const expected = await simulate(example, { backend: 'reference' });
      const frugal = { threads: 1, memoryBytes: 160_000 };
      for (const options of [{ threads: 1 }, { threads: 2 }, { threads: 3 }, frugal]) {
        expect(await simulate(example, { backend, ...options })).toStrictEqual(expected);
      }
    });

    it('image by image', async () => {
      const { logits } = await simulate(example, { backend, threads: 1 });
      const simulator = await createSimulator(example.plan, { backend, threads: 1 });
      for (let image = 0; image < 5; image++) {
        const output = await simulator.run(slice(example.request, image, image + 1));
        expect(output.logits).toStrictEqual(logits!.slice(image * 70 * 3, (image + 1) * 70 * 3));
      }
      await simulator.close();
    });
  });

  it.each(FAST_BACKENDS)('(%s) keep nothing from one run to the next', async (backend) => {
    const example = largerCase(3);
    const simulator = await createSimulator(example.plan, { backend, threads: 1 });
    const expected = await simulator.run(example.request);
    const { images, initialPotentials } = slice(largerCase(5).request, 0, 2);
    await simulator.run({ images, batch: 2, timeSteps: 66, initialPotentials });
    expect(await simulator.run(example.request)).toStrictEqual(expected);
    await simulator.close();
  });
});

describe('the choice of kernels', () => {
  const network = plan(driven([1]), readOut([0], [dense(0, [1])]));

  afterEach(() => {
    vi.unstubAllGlobals();
  });

  const fastest = FAST_BACKENDS.find((name) => name !== 'wasm') ?? 'wasm-simd';

  it('is the native ones where they are built, else WebAssembly, on all cores, at most 8', async () => {
    const simulator = await createSimulator(network);
    expect(simulator.backend).toBe(fastest);
    expect(simulator.threads).toBeLessThanOrEqual(8);
    await simulator.close();
  });

  it('is WebAssembly where that is asked for', async () => {
    const simulator = await createSimulator(network, { backend: 'wasm', threads: 1 });
    expect(simulator.backend).toBe('wasm-simd');
    await simulator.close();
  });

  it('is one thread where memory cannot be shared', async () => {
    vi.stubGlobal('SharedArrayBuffer', undefined);
    const simulator = await createSimulator(network, { threads: 3 });
    expect([simulator.backend, simulator.threads]).toEqual([fastest, 1]);
    await simulator.close();
  });

  it('is the reference where WebAssembly is missing, unless another is insisted on', async () => {
    vi.stubGlobal('WebAssembly', undefined);
    const simulator = await createSimulator(network, { threads: 3 });
    expect([simulator.backend, simulator.threads]).toEqual(['reference', 1]);
    await simulator.close();
    await expect(createSimulator(network, { backend: 'wasm' })).rejects.toThrow(
      "createSimulator: backend must be 'auto' or 'reference' in this engine, got 'wasm'.",
    );
    await expect(createSimulator(network, { backend: 'native' })).rejects.toThrow(
      "createSimulator: backend must be 'auto', 'wasm' or 'reference' here, got 'native'. " +
        'There are no such native kernels: The engine has no WebAssembly.Memory to share with them.',
    );
  });

  it.each(MISSING_BACKENDS)('is refused with the reason if it is %s, missing', async (backend, reason) => {
    await expect(createSimulator(network, { backend })).rejects.toThrow(
      `createSimulator: backend must be 'auto', 'wasm' or 'reference' here, got '${backend}'. ` +
        `There are no such native kernels: ${reason}.`,
    );
  });
});
