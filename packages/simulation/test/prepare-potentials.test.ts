import { maskedPotential, offsetPotential } from '@opi-snn/theory';
import { describe, expect, test } from 'vitest';
import { createRunner, imagesInMemory, type NetworkRunner, type RunOptions } from '../src/index.js';
import { RESIDUAL, residualImages, residualNetwork } from './residual-network.js';

const SHAPE = [6, 7, 2] as const;
const IMAGES = 3;
const DESCRIPTION = { ...RESIDUAL, seed: 11 } as const;
const NETWORK = residualNetwork(DESCRIPTION);
const SOURCE = imagesInMemory(residualImages(IMAGES, 11), SHAPE);

/** Potentials [image][step][neuron] and spikes [image][neuron] of a layer, in another way than the preparation takes. */
async function record(runner: NetworkRunner, image: number, timeSteps: number, options: Partial<RunOptions>) {
  const spiking = runner.plan.layers.slice(0, -1);
  return runner.run(SOURCE, {
    timeSteps,
    indices: [image],
    ...options,
    record: {
      logits: true,
      spikeCountsAt: Array.from({ length: timeSteps }, (_, t) => t + 1),
      membrane: spiking.map(({ name, shape }) => {
        return { layer: name, neurons: Array.from({ length: shape[0] * shape[1] * shape[2] }, (_, i) => i) };
      }),
    },
  });
}

/** Potentials v0/θ of each layer as `fractions`, one image at a time. */
async function expectedStart(runner: NetworkRunner, image: number, kind: 'residual-mask' | 'offset-spikes') {
  const spiking = runner.plan.layers.slice(0, -1);
  const fractions = spiking.map(({ shape }) => new Array<number>(shape[0] * shape[1] * shape[2]).fill(0.5));
  const potentials = () =>
    fractions.map((values) => ({ kind: 'fractions' as const, fractions: [...values] }));
  const trial = await record(runner, image, 4, { initialPotential: potentials() });
  for (const [layer, { name, neuron }] of spiking.entries()) {
    const { membrane, spikeCounts } =
      kind === 'residual-mask' ? trial : await record(runner, image, 4, { initialPotential: potentials() });
    const [values, counts] = [membrane![layer]!.values, spikeCounts!.byLayer.get(name)!];
    const neurons = fractions[layer]!.length;
    fractions[layer] = fractions[layer]!.map((fraction, i) => {
      const theta = neuron!.theta[i % neuron!.theta.length]!;
      const v = [0, 1, 2, 3].map((t) => values[t * neurons + i]!);
      if (kind === 'residual-mask') return maskedPotential(v[3]!, theta, fraction * theta) / theta;
      const fired = (t: number): boolean => counts[t]![i]! > (t === 0 ? 0 : counts[t - 1]![i]!);
      return offsetPotential({ v, fired }, theta, fraction * theta) / theta;
    });
  }
  return potentials();
}

describe.each(['residual-mask', 'offset-spikes'] as const)('a run prepared by %s', (kind) => {
  test('is the run from the potentials that a trial image by image gives, on every backend and in any batch', async () => {
    const preparation = { kind, timeSteps: 4 } as const;
    for (const backend of ['reference', 'wasm', 'event-driven'] as const) {
      const runner = await createRunner(NETWORK, { backend, threads: 1 });
      for (const batchSize of [1, 3]) {
        const run = await runner.run(SOURCE, {
          timeSteps: 8,
          preparation,
          batchSize,
          record: { logits: true },
        });
        expect(run.preparation).toEqual(preparation);
        for (let image = 0; image < IMAGES; image++) {
          const start = await expectedStart(runner, image, kind);
          const alone = await record(runner, image, 8, { initialPotential: start });
          const size = alone.logits!.length;
          expect(run.logits!.slice(image * size, (image + 1) * size)).toEqual(alone.logits);
        }
      }
      const plain = await runner.run(SOURCE, { timeSteps: 8, record: { logits: true } });
      const prepared = await runner.run(SOURCE, { timeSteps: 8, preparation, record: { logits: true } });
      expect(prepared.logits).not.toEqual(plain.logits);
      await runner.close();
    }
  });

  test('is refused for neurons that it is not derived for, and out of range', async () => {
    const signed = residualNetwork({ ...DESCRIPTION, emission: { kind: 'signed' } });
    const runner = await createRunner(signed);
    await expect(runner.run(SOURCE, { timeSteps: 4, preparation: { kind, timeSteps: 4 } })).rejects.toThrow(
      'preparation needs plain neurons reset by subtraction, got others in fire1.',
    );
    await expect(runner.run(SOURCE, { timeSteps: 4, preparation: { kind, timeSteps: 0 } })).rejects.toThrow(
      'preparation: assertPreparation: timeSteps must be an integer in [1, 1024], got 0.',
    );
    await runner.close();
  });
});
