import { carriedPotential } from '@opi-snn/theory';
import { describe, expect, test } from 'vitest';
import { createRunner, imagesInMemory, type NetworkRunner, type RunOptions } from '../src/index.js';
import { RESIDUAL, residualImages, residualNetwork } from './residual-network.js';

const SHAPE = [6, 7, 2] as const;
const [POSITIONS, SEQUENCES, STEPS] = [4, 3, 6];
const DESCRIPTION = { ...RESIDUAL, seed: 11 } as const;
const SOURCE = imagesInMemory(residualImages(POSITIONS * SEQUENCES, 11), SHAPE);
const LOGITS = { logits: true } as const;
const BACKENDS = ['reference', 'wasm', 'event-driven'] as const;

/**
 * Logits of one sequence, image by image, each a run of its own from potentials that the test computes from the one before:
 * α and θ are powers of two and all sums small multiples of 1/64, so that v0/θ, which a run takes, is exact.
 */
async function oneByOne(runner: NetworkRunner, sequence: number, alpha: number): Promise<number[]> {
  const spiking = runner.plan.layers.slice(0, -1);
  const fractions = spiking.map(({ shape }) => new Array<number>(shape[0] * shape[1] * shape[2]).fill(0.5));
  const logits: number[] = [];
  for (let position = 0; position < POSITIONS; position++) {
    const run = await runner.run(SOURCE, {
      timeSteps: STEPS,
      indices: [position * SEQUENCES + sequence],
      initialPotential: fractions.map((own) => ({ kind: 'fractions', fractions: [...own] })),
      record: {
        ...LOGITS,
        spikeCountsAt: [STEPS],
        membrane: spiking.map(({ name }, layer) => ({
          layer: name,
          neurons: fractions[layer]!.map((_, i) => i),
        })),
      },
    });
    logits.push(...run.logits!);
    spiking.forEach(({ name, neuron }, layer) => {
      const theta = (i: number): number => neuron!.theta[i % neuron!.theta.length]!;
      const { values } = run.membrane![layer]!;
      const neurons = fractions[layer]!.length;
      fractions[layer] = fractions[layer]!.map((fraction, i) => {
        const finished = {
          v0: fraction * theta(i),
          v: values[(STEPS - 1) * neurons + i]!,
          spikes: run.spikeCounts!.byLayer.get(name)![0]![i]!,
        };
        return 0.5 + carriedPotential(finished, theta(i), alpha) / theta(i);
      });
    });
  }
  return logits;
}

function rowsOf(logits: Float32Array, sequence: number): number[] {
  const size = logits.length / (POSITIONS * SEQUENCES);
  return Array.from({ length: POSITIONS }, (_, position) => {
    const row = position * SEQUENCES + sequence;
    return [...logits.slice(row * size, (row + 1) * size)];
  }).flat();
}

describe.each([false, true])('carried potentials, a θ for each neuron: %s', (hasOwnThresholds) => {
  const network = residualNetwork({ ...DESCRIPTION, hasOwnThresholds });
  const backends = hasOwnThresholds ? (['reference', 'event-driven'] as const) : BACKENDS;

  test.each(backends)('%s: the run of a sequence is that of its images one by one, in any batch', async (backend) => {
    const runner = await createRunner(network, { backend, threads: 1 });
    for (const alpha of [0.5, 1]) {
      const options = { timeSteps: STEPS, sequences: SEQUENCES, carriedPotential: { alpha }, record: LOGITS };
      const [all, alone] = [await runner.run(SOURCE, options), await runner.run(SOURCE, { ...options, batchSize: 1 })];
      expect(alone.logits).toEqual(all.logits);
      expect(all).toMatchObject({ carriedPotential: { alpha }, sequences: SEQUENCES });
      expect(alone.layers.map(({ spikes }) => spikes)).toEqual(all.layers.map(({ spikes }) => spikes));
      for (let sequence = 0; sequence < SEQUENCES; sequence++) {
        expect(rowsOf(all.logits!, sequence)).toEqual(await oneByOne(runner, sequence, alpha));
      }
    }
    await runner.close();
  }); // prettier-ignore

  test('α = 0 is the run without, bit by bit; any other is not, but for the first images', async () => {
    const runner = await createRunner(network);
    const options: RunOptions = { timeSteps: STEPS, record: LOGITS };
    const plain = await runner.run(SOURCE, options);
    const [zero, half] = await runner.runSweep(SOURCE, {
      ...options,
      sequences: SEQUENCES,
      members: [{ carriedPotential: { alpha: 0 } }, { carriedPotential: { alpha: 0.5 } }],
    });
    expect(zero!.logits).toEqual(plain.logits);
    expect(zero!.predictionHash).toBe(plain.predictionHash);
    const first = (SEQUENCES / SOURCE.length) * plain.logits!.length;
    expect(half!.logits!.slice(0, first)).toEqual(plain.logits!.slice(0, first));
    expect(half!.logits!.slice(first)).not.toEqual(plain.logits!.slice(first));
    await runner.close();
  });

  test('leaves what is asked to be recorded as it is', async () => {
    const runner = await createRunner(network);
    const record = {
      spikeCountsAt: [2, STEPS],
      membrane: [{ layer: 'fire2', neurons: [3, 1] }],
    };
    const options = { timeSteps: STEPS, record };
    const plain = await runner.run(SOURCE, options);
    const carried = await runner.run(SOURCE, { ...options, sequences: 3, carriedPotential: { alpha: 0 } });
    expect(carried.membrane).toEqual(plain.membrane);
    expect(carried.spikeCounts).toEqual(plain.spikeCounts);
    await runner.close();
  });
});

describe('carried potentials', () => {
  test('are refused where they mean nothing', async () => {
    const runner = await createRunner(residualNetwork(DESCRIPTION));
    const run = (options: Partial<RunOptions>) => runner.run(SOURCE, { timeSteps: 2, ...options });
    const carriedPotential = { alpha: 0.5 };
    await expect(run({ carriedPotential })).rejects.toThrow(
      'carriedPotential needs sequences, got undefined: without them no image follows another.',
    );
    await expect(run({ carriedPotential, sequences: 5 })).rejects.toThrow(
      'sequences must divide the number of images, 12, got 5.',
    );
    await expect(run({ carriedPotential: { alpha: -1 }, sequences: 0 })).rejects.toThrow(
      /sequences must be an integer in \[1, 12\], got 0\. carriedPotential: .*alpha must be in \[0, 1\], got -1/,
    );
    const preparation = { kind: 'residual-mask', timeSteps: 2 } as const;
    await expect(run({ carriedPotential, sequences: 3, preparation })).rejects.toThrow(
      'carriedPotential must not be given together with preparation: each decides where a neuron starts.',
    );
    await runner.close();
    const zero = await createRunner(residualNetwork({ ...DESCRIPTION, reset: 'zero' }));
    await expect(zero.run(SOURCE, { timeSteps: 2, sequences: 3, carriedPotential })).rejects.toThrow(
      'carriedPotential needs plain neurons reset by subtraction, got others in fire1.',
    );
    await zero.close();
  });
});
