import { describe, expect, test } from 'vitest';
import { createRunner, imagesInMemory, type RunOptions } from '../src/index.js';
import { RESIDUAL, residualImages, residualNetwork } from './residual-network.js';

const network = residualNetwork({ ...RESIDUAL, seed: 1 });
const images = imagesInMemory(residualImages(3, 1), [6, 7, 2]);

describe('run', () => {
  const refusal = async (options: Partial<RunOptions>, source = images): Promise<string> => {
    const runner = await createRunner(network, { threads: 1 });
    const message = await runner.run(source, { timeSteps: 2, ...options }).then(
      () => 'accepted',
      (error: unknown) => {
        expect(error).toBeInstanceOf(RangeError);
        return (error as Error).message;
      },
    );
    await runner.close();
    return message;
  };

  test('names every option that is out of range, at once', async () => {
    expect(
      await refusal({
        timeSteps: 0,
        seed: -1,
        batchSize: 0.5,
        indices: [0, 3],
        initialPotential: [{ kind: 'fraction', fraction: 0 }],
        record: {
          spikeCountsAt: [0],
          membrane: [
            { layer: 'fire9', neurons: [0] },
            { layer: 'fire5', neurons: [5] },
          ],
        },
      }),
    ).toBe(
      'run: timeSteps must be an integer in [1, 65535], got 0. ' +
        'seed must be an integer in [0, 9007199254740991], got -1. ' +
        'batchSize must be an integer in [1, 65535], got 0.5. ' +
        'indices[1] must be an integer in [0, 2], got 3. ' +
        'initialPotential must be one, or one for each of the 5 spiking layers, got 1. ' +
        'record.spikeCountsAt must be an integer in [1, 0], got 0. ' +
        'record.membrane.layer must be one of fire1, fire2, fire3, fire4, fire5, logits, got "fire9". ' +
        'record.membrane.neurons of fire5 must be an integer in [0, 4], got 5.',
    );
  });

  test('names the layer whose potential is wrong', async () => {
    const half = { kind: 'fraction', fraction: 0.5 } as const;
    const wrong = { kind: 'uniform', low: 1, high: 0 } as const;
    expect(await refusal({ initialPotential: [half, half, wrong, half, half] })).toMatch(
      /^run: initialPotential of fire3: assertInitialPotential: low must be at most high, got low 1 and high 0/,
    );
  });

  test('names the layer for which there are too few potentials, or too many', async () => {
    const half = { kind: 'fraction', fraction: 0.5 } as const;
    const three = { kind: 'fractions', fractions: [0, 0.5, 1] } as const;
    expect(await refusal({ initialPotential: [half, half, half, three, half] })).toBe(
      'run: initialPotential of fire4: fractions must have one value for each of 6 channels or 24 neurons, got 3.',
    );
  });

  test('refuses no images, and images of another shape', async () => {
    expect(await refusal({ indices: [] })).toBe('run: indices must name at least 1 image, got 0.');
    expect(await refusal({}, imagesInMemory(new Float32Array(84), [7, 6, 2]))).toBe(
      "run: images must have the shape [6, 7, 2] of the network's input, got [7, 6, 2].",
    );
  });

  test('takes a potential for each layer, and says which it used', async () => {
    const runner = await createRunner(network, { threads: 1 });
    const potentials = [0, 0.25, 0.5, 0.75, 1].map((fraction) => ({ kind: 'fraction', fraction }) as const);
    const run = await runner.run(images, { timeSteps: 4, initialPotential: potentials, indices: [2, 0] });
    expect(run.initialPotentials).toEqual(potentials);
    expect([...run.indices]).toEqual([2, 0]);
    expect((await runner.run(images, { timeSteps: 4 })).initialPotentials).toEqual(
      potentials.map(() => ({ kind: 'fraction', fraction: 0.5 })),
    );
    await runner.close();
  });
});
