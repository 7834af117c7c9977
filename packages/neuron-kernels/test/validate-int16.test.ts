import { describe, expect, it } from 'vitest';

import { createSimulator, type SpikingLayer, type SpikingPlan } from '../src/index.js';
import { dense, driven, plan, readOut } from './plans.js';

const ONE = Float32Array.of(1);

function source(more: Partial<SpikingLayer> = {}): SpikingLayer {
  return { ...driven([3], 4), step: ONE, ...more };
}

function target(weight: number, more: Partial<SpikingLayer> = {}): SpikingLayer {
  return { ...readOut([0], [dense(0, [weight])]), step: ONE, ...more };
}

function int16(...layers: SpikingLayer[]): SpikingPlan {
  return { ...plan(...layers), precision: 'int16' };
}

const refused: [what: string, network: SpikingPlan, message: string][] = [
  [
    'another precision',
    { ...plan(source(), target(1)), precision: 'int8' as 'int16' },
    "createSimulator: precision must be 'float32' or 'int16', got int8.",
  ],
  [
    'a layer without grid',
    int16({ ...driven([3], 4) }, target(1)),
    'createSimulator: layer 0 (driven): step must hold 1 values in an int16 plan, got none.',
  ],
  [
    'a step that is not positive',
    int16(source({ step: Float32Array.of(0) }), target(1)),
    'createSimulator: layer 0 (driven): step[0] must be finite and > 0, got 0.',
  ],
  [
    'classes on different grids',
    int16(source(), { ...readOut([0, 0], [dense(0, [1, 1])]), step: Float32Array.of(1, 2) }),
    'createSimulator: layer 1 (read-out): step must be one for all classes of the read-out, got 1 and 2.',
  ],
  [
    'everything off the grid',
    int16({ ...driven([3.5], 4.5), step: ONE }, { ...target(0.5, { bias: Float32Array.of(600_000) }) }),
    'createSimulator: layer 0 (driven): theta[0] must be an integer in [-32767, 32767], got 4.5. ' +
      'layer 0 (driven): bias[0] must be an integer in [-32767, 32767], got 3.5. ' +
      'layer 1 (read-out): synapse 0: weights[0] must be an integer in [-32767, 32767], got 0.5. ' +
      'layer 1 (read-out): bias[0] must be an integer in [-524287, 524287], got 600000.',
  ],
  [
    'a sum that leaves 20 bits in the read-out',
    int16(source(), target(32_767, { bias: Float32Array.of(500_000) })),
    'createSimulator: layer 1 (read-out): channel 0: bias and spikes of one step must stay in [-524287, 524287], ' +
      'got [500000, 532767]. Take a larger step.',
  ],
  [
    'spikes that leave no room for what the image drives',
    int16(
      source({
        bias: Float32Array.of(3, 3),
        shape: [1, 1, 2],
        step: Float32Array.of(1, 1),
        neuron: { theta: Float32Array.of(4, 4), reset: 'zero' },
      }),
      {
        ...driven([0.5], 4),
        step: ONE,
        synapses: [dense('input', [0.25]), dense(0, [32_767, -32_767]), dense(0, [1, -1])],
      },
      { ...readOut([0], [dense(1, [1])]), step: ONE },
    ),
    'createSimulator: layer 1 (driven): channel 0: bias and spikes of one step must stay in [-32768, 32767], ' +
      'got [-32768, 32768]. Take a larger step.',
  ],
];

describe('an int16 plan', () => {
  it.each(refused)('is refused for %s', async (_, network, message) => {
    await expect(createSimulator(network)).rejects.toThrow(new RangeError(message));
  });

  it('counts a pooled weight once for each pixel of its window', async () => {
    const shape = [2, 2, 1] as const;
    const padding = { top: 0, bottom: 0, left: 0, right: 0 };
    const pooled = { ...dense(0, [32_767]), pool: { size: [2, 2], strides: [1, 1], padding } } as const;
    const network = int16(source({ shape }), { ...readOut([500_000], [pooled]), step: ONE });
    await expect(createSimulator(network)).rejects.toThrow(/got \[500000, 631068\]/);
  });

  it('refuses potentials and steps for which 32 bits might not do', async () => {
    const simulator = await createSimulator(int16(source(), target(1)));
    const request = {
      images: ONE,
      batch: 1,
      timeSteps: 1,
      initialPotentials: [{ kind: 'per-channel', values: Float32Array.of(-40_000) }],
    } as const;
    await expect(simulator.run(request)).rejects.toThrow(
      new RangeError(
        'run: initialPotentials[0].values[0] must be in [-32767, 32767] grid steps for an int16 plan, got -40000. ' +
          'Start nearer to θ, or use a float32 plan.',
      ),
    );
    const initialPotentials = [{ kind: 'per-channel', values: ONE }] as const;
    await expect(simulator.run({ ...request, timeSteps: 4097, initialPotentials })).rejects.toThrow(
      new RangeError('run: timeSteps must be an integer in [1, 4096], got 4097.'),
    );
    await simulator.close();
  });
});
