import { describe, expect, it } from 'vitest';

import {
  createSimulator,
  type SimulationRequest,
  type SimulatorOptions,
  type SpikingPlan,
  type Synapse,
} from '../src/index.js';
import { dense, driven, plan, readOut } from './plans.js';

const good = plan(driven([1, 1]), readOut([0], [dense(0, [1, 1])]));

/** The good plan with another first synapse of the read-out. */
function reading(synapse: unknown): SpikingPlan {
  return plan(driven([1, 1]), readOut([0], [synapse as Synapse]));
}

describe('createSimulator refuses', () => {
  const base = dense(0, [1, 1]);
  const neuron = { theta: Float32Array.of(1), reset: 'subtraction' };
  const cases: readonly (readonly [string, unknown, string])[] = [
    [
      'an input shape of 0',
      { ...good, inputShape: [0, 1, 1] },
      'inputShape must be three integers ≥ 1, got [0, 1, 1].',
    ],
    ['no layers', { ...good, layers: [] }, 'layers must hold at least the read-out, got none.'],
    [
      'a broken shape',
      plan({ ...driven([1]), shape: [1, 1.5, 1] }, readOut([0], [])),
      'layer 0 (driven): shape must be three integers ≥ 1, got [1, 1.5, 1].',
    ],
    [
      'a read-out that spikes',
      plan(driven([1])),
      'layer 0 (driven): the last layer is the read-out and must have no neuron.',
    ],
    [
      'a hidden layer without neuron',
      plan(readOut([0], []), readOut([0], [])),
      'layer 0 (read-out): neuron must be given: only the last layer may lack it.',
    ],
    [
      'too many classes',
      plan({ ...readOut([0], []), shape: [65_537, 1, 1] }),
      'the read-out must have at most 65536 neurons, got 65537.',
    ],
    [
      'a bias of another length',
      plan({ ...readOut([0, 0], []), shape: [1, 1, 3] }),
      'bias must hold 3 values, got 2.',
    ],
    ['a bias that is not finite', plan(readOut([0, NaN], [])), 'bias[1] must be finite, got NaN.'],
    ['θ = 0', plan(driven([1], 0), readOut([0], [])), 'theta[0] must be > 0, got 0.'],
    ['θ = ∞', plan(driven([1], Infinity), readOut([0], [])), 'theta[0] must be finite, got Infinity.'],
    [
      'an unknown reset',
      plan({ ...driven([1]), neuron: { ...neuron, reset: 'soft' } as never }, readOut([0], [])),
      "reset must be 'subtraction' or 'zero', got soft.",
    ],
    [
      'a later source',
      reading({ ...base, source: 1 }),
      "synapse 0: source must be the index of an earlier layer or 'input', got 1.",
    ],
    [
      'an identity from the image',
      reading({ kind: 'identity', source: 'input', scale: Float32Array.of(1) }),
      'source must be the index of an earlier layer, got input.',
    ],
    [
      'a kernel of size 0',
      reading({ ...base, kernelSize: [0, 1] }),
      'kernel size must be two integers ≥ 1, got [0, 1].',
    ],
    [
      'strides of 0',
      reading({ ...base, strides: [1, 0] }),
      'kernel strides must be two integers ≥ 1, got [1, 0].',
    ],
    [
      'negative padding',
      reading({ ...base, padding: { ...base.padding, left: -1 } }),
      'kernel padding must be four integers ≥ 0, got [0, 0, -1, 0].',
    ],
    [
      'a broken pool',
      reading({ ...base, pool: { size: [1, 0], strides: [1, 1], padding: base.padding } }),
      'pool size must be two integers ≥ 1, got [1, 0].',
    ],
    [
      'windows that make another size',
      reading({ ...base, padding: { ...base.padding, top: 1 } }),
      'its windows must make [1, 1] places of source [1, 1, 2], got [2, 1].',
    ],
    ['missing weights', reading(dense(0, [1])), 'weights must hold 2 values, got 1.'],
    [
      'weights that are not finite',
      reading(dense(0, [1, -Infinity])),
      'weights[1] must be finite, got -Infinity.',
    ],
    [
      'an identity between different channels',
      reading({ kind: 'identity', source: 0, scale: Float32Array.of(1) }),
      'its source must have 1 channels, got 2.',
    ],
    [
      'scales of another length',
      plan(driven([1]), readOut([0], [{ kind: 'identity', source: 0, scale: new Float32Array(2) }])),
      'scale must hold 1 values, got 2.',
    ],
  ];

  it.each(cases)('%s', async (_, broken, message) => {
    await expect(createSimulator(broken as SpikingPlan)).rejects.toThrow(RangeError);
    await expect(createSimulator(broken as SpikingPlan)).rejects.toThrow(message);
  });

  it('everything at once', async () => {
    const broken = plan(
      { ...driven([NaN], -1), synapses: [dense(0, [1])] },
      readOut([0], [dense(0, [1, 2])]),
    );
    await expect(createSimulator(broken)).rejects.toThrow(
      'createSimulator: layer 0 (driven): bias[0] must be finite, got NaN. layer 0 (driven): theta[0] must be > 0, ' +
        "got -1. layer 0 (driven): synapse 0: source must be the index of an earlier layer or 'input', got 0. " +
        'layer 1 (read-out): synapse 0: weights must hold 1 values, got 2.',
    );
  });

  it('options out of range, all at once', async () => {
    const options = { backend: 'gpu', threads: 0, memoryBytes: -1 } as unknown as SimulatorOptions;
    await expect(createSimulator(good, options)).rejects.toThrow(
      'createSimulator: backend must be one of auto, reference, event-driven, wasm, native, native-avx512, native-avx2, native-sse42, ' +
        'native-neon, got gpu. threads must be an integer in [1, 1024], got 0. memoryBytes must be a positive number of ' +
        'bytes, got -1.',
    );
  });
});

describe('run refuses', () => {
  const request: SimulationRequest = {
    images: Float32Array.of(0),
    batch: 1,
    timeSteps: 2,
    initialPotentials: [{ kind: 'per-channel', values: new Float32Array(2) }],
  };
  const values = new Float32Array(3);
  const cases: readonly (readonly [Partial<SimulationRequest>, string])[] = [
    [
      { batch: 0, timeSteps: 0.5 },
      'run: batch must be an integer ≥ 1, got 0. timeSteps must be an integer in [1, 65535], got 0.5.',
    ],
    [{ batch: 2 }, 'images must hold 2 values, got 1.'],
    [{ images: Float32Array.of(NaN) }, 'images[0] must be finite, got NaN.'],
    [{ initialPotentials: [] }, 'initialPotentials must hold one entry per spiking layer (1), got 0.'],
    [
      { initialPotentials: [{ kind: 'per-neuron', values }] },
      'initialPotentials[0].values (per-neuron) must hold 2 values, got 3.',
    ],
    [
      { initialPotentials: [{ kind: 'per-channel', values: Float32Array.of(0, Infinity) }] },
      'initialPotentials[0].values (per-channel)[1] must be finite, got Infinity.',
    ],
    [{ record: { spikeCountsAt: [0, 3] } }, 'record.spikeCountsAt must hold integers in [1, 2], got 0.'],
    [
      { record: { membrane: [{ layer: 2, neurons: [] }] } },
      'record.membrane[0].layer must be an integer in [0, 1], got 2.',
    ],
    [
      { record: { membrane: [{ layer: 0, neurons: [2] }] } },
      'record.membrane[0].neurons must hold integers in [0, 1], got 2.',
    ],
  ];

  it.each(cases)('%o', async (change, message) => {
    const simulator = await createSimulator(good, { threads: 1 });
    await expect(simulator.run({ ...request, ...change })).rejects.toThrow(RangeError);
    await expect(simulator.run({ ...request, ...change })).rejects.toThrow(message);
    await expect(simulator.run(request)).resolves.toBeDefined();
    await simulator.close();
  });

  it('a budget that not even one image and step fit', async () => {
    const simulator = await createSimulator(good, { threads: 1, memoryBytes: 100 });
    await expect(simulator.run(request)).rejects.toThrow(
      /^run: memoryBytes must be at least \d+ per thread for this request, got 100\. Give createSimulator more memory or fewer threads\.$/,
    );
    await simulator.close();
  });
});
