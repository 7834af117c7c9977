import { convertWithMethod } from '@opi-snn/conversion';
import { buildResNet20, buildSmallVgg, initializeTensors, type Network } from '@opi-snn/network';
import { createRunner, imagesInMemory } from '@opi-snn/simulation';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { rescaleNetwork, scaleGroups } from '../src/experiments/rescale-network.js';

const SHAPE = [16, 16, 3] as const;
const OPTIONS = { classes: 4, inputShape: SHAPE, width: 0.25 };

function spiking(description: ReturnType<typeof buildResNet20>): Network {
  const tensors = initializeTensors(description, { seed: 3, initialBound: 1.3 });
  return convertWithMethod({ description, tensors }, 'opi').network;
}

const NETWORKS = [
  ['VGG', spiking(buildSmallVgg({ ...OPTIONS, blocks: [[8], [8, 8]] }))],
  ['ResNet-20', spiking(buildResNet20(OPTIONS))],
] as const;

const images = Float32Array.from({ length: 2 * 16 * 16 * 3 }, (_, i) => Math.sin(i * 1.7) + Math.cos(i / 31));

/** Spike counts of every neuron after every step, and the logits. */
async function record(network: Network): Promise<{ counts: unknown; logits: Float32Array }> {
  const runner = await createRunner(network, { backend: 'reference' });
  try {
    const { spikeCounts, logits } = await runner.run(imagesInMemory(images, SHAPE), {
      timeSteps: 6,
      indices: [0, 1],
      record: { spikeCountsAt: [1, 2, 3, 4, 5, 6], logits: true },
    });
    return { counts: [...spikeCounts!.byLayer], logits: logits! };
  } finally {
    await runner.close();
  }
}

describe('rescaleNetwork', () => {
  test.each(NETWORKS)(
    'leaves every spike and logit of a %s as it is when factors are powers of two',
    async (_, snn) => {
      const expected = await record(snn);
      await fc.assert(
        fc.asyncProperty(fc.array(fc.integer({ min: -6, max: 6 }), { minLength: 8 }), async (exponents) => {
          let group = 0;
          const rescaled = rescaleNetwork(snn, () => 2 ** exponents[group++ % exponents.length]!);
          expect(await record(rescaled)).toEqual(expected);
        }),
        { numRuns: 5 },
      );
    },
  );

  test.each(NETWORKS)('sets the thresholds of a %s and alters nothing of the source', (_, snn) => {
    const before = structuredClone(snn.tensors);
    const rescaled = rescaleNetwork(
      snn,
      (neurons) => 1 / snn.tensors.get(`${neurons[0]!}/threshold`)!.data[0]!,
    );
    const thetas = [...rescaled.tensors].filter(([name]) => name.endsWith('/threshold'));
    for (const [, { data }] of thetas) expect(data[0]).toBeCloseTo(1, 6);
    expect(snn.tensors).toEqual(before);
  });

  test('scales what an identity shortcut joins together, and nothing else', () => {
    const { nodes } = buildResNet20(OPTIONS);
    const groups = scaleGroups(nodes);
    const together = (a: string, b: string): boolean => groups.get(a) === groups.get(b);
    expect(together('stem.activation', 'stage1.block3.activation2')).toBe(true);
    expect(together('stem.activation', 'stage1.block1.activation1')).toBe(false);
    expect(together('stage1.block3.activation2', 'stage2.block1.activation2')).toBe(false);
    expect(together('input', 'stem.conv')).toBe(false);
  });
});
