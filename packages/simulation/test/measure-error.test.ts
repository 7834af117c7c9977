import { expectClose } from '@opi-snn/test-utils';
import { type SharedPotential, integrateConversionError } from '@opi-snn/theory';
import type { Network, NetworkNode } from '@opi-snn/network';
import { describe, expect, test } from 'vitest';
import {
  imagesInMemory,
  measureError,
  type RecordRequest,
  simulateNetwork,
  type Simulation,
} from '../src/index.js';

const NONE = { top: 0, bottom: 0, left: 0, right: 0 };
const THETA = 2;
const TIME_STEPS = 4;
const Z = Float32Array.from({ length: 129 }, (_, i) => (i - 32) / 32);

/** image of one value → 1x1 convolution by 1 → neurons of threshold 2 → logits. */
function network(initialPotential: SharedPotential): Network {
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
    { op: 'integrate-and-fire', name: 'fire', inputs: ['conv'], reset: 'subtraction', initialPotential },
    { op: 'flatten', name: 'flat', inputs: ['fire'] },
    { op: 'dense', name: 'logits', inputs: ['flat'], units: 1, bias: false },
  ];
  const one = Float32Array.of(1);
  return {
    description: { format: 'opi-snn-network', formatVersion: 1, name: 'one', output: 'logits', nodes },
    tensors: new Map([
      ['conv/kernel', { shape: [1, 1, 1, 1], data: one }],
      ['fire/threshold', { shape: [1], data: Float32Array.of(THETA) }],
      ['logits/kernel', { shape: [1, 1], data: one }],
    ]),
  };
}

const clipped = Z.map((z) => Math.min(Math.max(z, 0), THETA));
const run = (snn: Network, record: RecordRequest = { spikeCountsAt: [TIME_STEPS] }): Promise<Simulation> =>
  simulateNetwork(snn, imagesInMemory(Z, [1, 1, 1]), { timeSteps: TIME_STEPS, record });

describe('measureError', () => {
  test.each([0, 0.25, 0.5, 1])(
    'is the theory’s error over the same inputs for constant input, v0 = %d θ',
    async (fraction) => {
      const potential: SharedPotential = { kind: 'fraction', fraction };
      const snn = network(potential);
      const [error] = measureError(await run(snn), snn, new Map([['fire', { output: clipped, input: Z }]]));
      const expected = integrateConversionError(
        potential,
        { kind: 'samples', values: Z },
        { theta: THETA, timeSteps: TIME_STEPS, activation: 'clip' },
      );
      expect(error).toMatchObject({ layer: 'fire', timeSteps: TIME_STEPS, samples: Z.length });
      expectClose([error!.bias, error!.squaredError], [expected.bias, expected.squaredError], 'float64', {
        magnitude: 1,
      });
      // One layer under constant input has neither unevenness nor, below θ, clipping.
      const { parts } = error!;
      expect([parts!.unevenness.mean, parts!.unevenness.meanSquare]).toEqual([0, 0]);
      expect(parts!.clipping.meanSquare).toBeGreaterThan(0);
    },
  );

  test('counts no clipping against an ANN that clips at θ, and tells apart what the layers before pass on', async () => {
    const snn = network({ kind: 'fraction', fraction: 0.5 });
    const bound = Float32Array.of(THETA);
    const simulation = await run(snn);
    const [same] = measureError(
      simulation,
      snn,
      new Map([['fire', { output: clipped, input: Z, bound, averageInput: Z }]]),
    );
    expect(same!.parts!.clipping).toEqual({ mean: 0, meanSquare: 0 });
    expect(same!.parts!.inherited).toEqual({ mean: 0, meanSquare: 0 });
    // Dyadic numbers: the sum of the parts is the whole error to the bit.
    expect(same!.parts!.total.meanSquare).toBe(same!.squaredError);
    // Had the ANN's layer before put out a half more, that half would be what is inherited.
    const more = Z.map((z) => z + 0.5);
    const ann = { output: more.map((z) => Math.max(z, 0)), input: more, averageInput: Z };
    const [inherited] = measureError(simulation, snn, new Map([['fire', ann]]));
    const expected = Z.reduce((sum, z, i) => sum + Math.max(z, 0) - Math.max(more[i]!, 0), 0) / Z.length;
    expect(inherited!.parts!.inherited.mean).toBe((expected / THETA) * TIME_STEPS);
    expect(inherited!.parts!.unevenness.meanSquare).toBe(0);
  });

  test('refuses runs without counts, arrays of another length, another network', async () => {
    const snn = network({ kind: 'fraction', fraction: 0.5 });
    const simulation = await run(snn);
    const ann = new Map([['fire', { output: clipped }]]);
    const without = await run(snn, {});
    expect(() => measureError(without, snn, ann)).toThrow(
      new RangeError(
        'measureError: simulation must hold spike counts, got none. Run with record.spikeCountsAt.',
      ),
    );
    expect(() => measureError(simulation, snn, new Map([['fire', { output: new Float32Array(5) }]]))).toThrow(
      new RangeError('measureError: output of fire must hold 129 · 1 values, got 5.'),
    );
    expect(() => measureError(simulation, { ...snn, tensors: new Map() }, ann)).toThrow(
      new RangeError('measureError: network must hold the tensor fire/threshold. Give the network that ran.'),
    );
    expect(measureError(simulation, snn, new Map())).toEqual([]);
  });
});
