import fc from 'fast-check';
import { afterEach, describe, expect, it, vi } from 'vitest';

import {
  createSimulator,
  type LayerPotential,
  type SimulationOutput,
  type SimulationRequest,
  type SimulatorOptions,
} from '../src/index.js';
import { arbitraryCase, randomNumbers, type Case } from './arbitrary-plan.js';
import { dense, driven, plan, readOut } from './plans.js';

async function simulate({ plan, request }: Case, options: SimulatorOptions): Promise<SimulationOutput> {
  const simulator = await createSimulator(plan, options);
  try {
    return await simulator.run(request);
  } finally {
    await simulator.close();
  }
}

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

describe('WebAssembly', () => {
  it('gives the bits of the reference for any shape, stride, padding, pool, density, T, reset, potential', async () => {
    let spikes = 0;
    await fc.assert(
      fc.asyncProperty(arbitraryCase, async (example) => {
        const expected = await simulate(example, { backend: 'reference' });
        const got = await simulate(example, { backend: 'wasm', threads: 1 });
        expect(got).toStrictEqual(expected);
        spikes += expected.spikes.reduce((sum, n) => sum + n, 0);
      }),
      { numRuns: Number(process.env['OPI_PROPERTY_RUNS'] ?? 50), seed: 20_221_124 },
    );
    expect(spikes).toBeGreaterThan(1000); // The cases above are not silent.
  });

  it('gives the same bits on 1, 2 and 3 threads, in pieces of T, and image by image', async () => {
    const example = largerCase(7, 70);
    const expected = await simulate(example, { backend: 'reference' });
    for (const threads of [1, 2, 3]) {
      expect(await simulate(example, { backend: 'wasm', threads })).toStrictEqual(expected);
    }
    const frugal = { backend: 'wasm', threads: 1, memoryBytes: 120_000 } as const;
    expect(await simulate(example, frugal)).toStrictEqual(expected);

    const simulator = await createSimulator(example.plan, { threads: 2 });
    for (let image = 0; image < 7; image++) {
      const output = await simulator.run(slice(example.request, image, image + 1));
      const logits = expected.logits!;
      expect(output.logits).toStrictEqual(logits.slice(image * 70 * 3, (image + 1) * 70 * 3));
    }
    await simulator.close();
  });

  it('keeps nothing from one run to the next', async () => {
    const example = largerCase(3);
    const simulator = await createSimulator(example.plan, { threads: 1 });
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

  it('is WebAssembly on all cores, at most 8, and stands in the simulator', async () => {
    const simulator = await createSimulator(network);
    expect(simulator.backend).toBe('wasm-simd');
    expect(simulator.threads).toBeLessThanOrEqual(8);
    await simulator.close();
  });

  it('is one thread where memory cannot be shared', async () => {
    vi.stubGlobal('SharedArrayBuffer', undefined);
    const simulator = await createSimulator(network, { threads: 3 });
    expect([simulator.backend, simulator.threads]).toEqual(['wasm-simd', 1]);
    await simulator.close();
  });

  it('is the reference where WebAssembly is missing, unless it is insisted on', async () => {
    vi.stubGlobal('WebAssembly', undefined);
    const simulator = await createSimulator(network, { threads: 3 });
    expect([simulator.backend, simulator.threads]).toEqual(['reference', 1]);
    await simulator.close();
    await expect(createSimulator(network, { backend: 'wasm' })).rejects.toThrow(
      "createSimulator: backend must be 'auto' or 'reference' in this engine, got 'wasm'.",
    );
  });
});
