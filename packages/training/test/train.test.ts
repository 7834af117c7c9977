import { readFile, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expectSameBits, temporaryFolder } from '@opi-snn/test-utils';
import type { Network } from '@opi-snn/network';
import { describe, expect, it } from 'vitest';
import { trainNetwork, type Training, type TrainOptions } from '../src/train.js';
import { TrainingError } from '../src/training-error.js';
import { loadTrainingState } from '../src/training-state.js';
import { describeOnEachBackend } from './each-backend.js';
import { tinyDataset, tinyDescription, tinyRecipe, tinyTraining } from './tiny-training.js';

function expectSameNetwork(actual: Network, expected: Network): void {
  expect(new Set(actual.tensors.keys())).toEqual(new Set(expected.tensors.keys()));
  for (const [name, { data }] of expected.tensors) expectSameBits(actual.tensors.get(name)!.data, data, name);
}

/** The log without what a clock decides. */
function timeless({ log }: Training): object[] {
  return log.map((line) => ({ ...line, seconds: 0 }));
}

/** Runs until the given step of the given epoch, aborts, and returns what the abort rejected with. */
async function interrupt(options: TrainOptions, epoch: number, step: number): Promise<unknown> {
  const controller = new AbortController();
  return trainNetwork({
    ...options,
    signal: controller.signal,
    onProgress: (progress) => {
      if (progress.epoch === epoch && progress.step === step) controller.abort(new Error('enough'));
    },
  }).catch((error: unknown) => error);
}

describeOnEachBackend('trainNetwork', (_, backend) => {
  it('learns two classes, and logs every epoch with the bound of every layer', async () => {
    const folder = temporaryFolder();
    const recipe = tinyRecipe({ epochs: 6 });
    const test = tinyDataset(40, 2);
    const training = await trainNetwork(tinyTraining(folder, { backend, recipe, test, testEvery: 4 }));
    const { log } = training;
    expect(training.backend).toBe(backend);
    expect(log.map(({ epoch }) => epoch)).toEqual([1, 2, 3, 4, 5, 6]);
    expect(log.at(-1)!.loss).toBeLessThan(log[0]!.loss);
    expect(log.at(-1)!.testAccuracy).toBeGreaterThan(0.9);
    expect(log.map(({ testAccuracy }) => testAccuracy !== undefined)).toEqual([
      false,
      false,
      false,
      true,
      false,
      true,
    ]);
    for (const { bounds } of log)
      expect(Object.keys(bounds)).toEqual(['block1.activation1', 'block2.activation1']);
    const lines = (await readFile(join(folder, 'training-log.jsonl'), 'utf8')).trim().split('\n');
    expect(lines.map((line) => JSON.parse(line) as unknown)).toEqual(log);
    expect((await readdir(folder)).sort()).toEqual(['state.safetensors', 'training-log.jsonl']);
  });

  it('goes on after an abort at any step to the bits of an uninterrupted run', async () => {
    const whole = await trainNetwork(tinyTraining(temporaryFolder(), { backend }));
    for (const [epoch, step] of [
      [0, 1],
      [0, 4],
      [1, 2],
    ] as const) {
      const options = tinyTraining(temporaryFolder(), { backend });
      expect(await interrupt(options, epoch, step)).toEqual(new Error('enough'));
      const resumed = await trainNetwork({ ...options, resume: true });
      expectSameNetwork(resumed.network, whole.network);
      expect(timeless(resumed)).toEqual(timeless(whole));
    }
  });

  it('starts from the values of a trained network, with new momenta', async () => {
    const first = await trainNetwork(tinyTraining(temporaryFolder(), { backend }));
    const recipe = tinyRecipe({ epochs: 1, learningRate: 1e-6 });
    const folder = temporaryFolder();
    const second = await trainNetwork(tinyTraining(folder, { backend, recipe, from: first.network }));
    const [before, after] = [first, second].map(({ network }) => network.tensors.get('logits/kernel')!.data);
    expect(Math.max(...after!.map((value, i) => Math.abs(value - before![i]!)))).toBeLessThan(1e-4);
  });
});

describe('trainNetwork', () => {
  it('returns the network of a finished run without another step', async () => {
    const options = tinyTraining(temporaryFolder());
    const first = await trainNetwork(options);
    const steps: number[] = [];
    const again = await trainNetwork({
      ...options,
      resume: true,
      onProgress: ({ step }) => steps.push(step),
    });
    expect(steps).toEqual([]);
    expectSameNetwork(again.network, first.network);
  });

  it('refuses a folder that holds a checkpoint unless it is to go on, and keeps it', async () => {
    const options = tinyTraining(temporaryFolder(), { recipe: tinyRecipe({ epochs: 1 }) });
    await trainNetwork(options);
    await expect(trainNetwork(options)).rejects.toThrow(
      /folder must be empty, got .* with a checkpoint after 1 epochs\. Pass --resume to go on/,
    );
    expect((await loadTrainingState(options.folder))?.epoch).toBe(1);
  });

  it('refuses to go on with other settings, naming each with both values', async () => {
    const options = tinyTraining(temporaryFolder(), { recipe: tinyRecipe({ epochs: 1 }) });
    await trainNetwork(options);
    const other = {
      ...options,
      resume: true,
      recipe: tinyRecipe({ epochs: 1, learningRate: 0.05, seed: 4 }),
      train: tinyDataset(100, 9),
    };
    const error = await trainNetwork(other).catch((reason: unknown) => reason as Error);
    expect(error).toBeInstanceOf(TrainingError);
    expect((error as Error).message).toMatch(
      /a resumed run must have the settings it was begun with.*\n {2}recipe: was .*"learningRate":0\.1.*\n.*now .*"learningRate":0\.05.*\n {2}data: was .*\n.*\n {2}start: was/,
    );
  });

  it('refuses a second run into the same folder', async () => {
    const options = tinyTraining(temporaryFolder());
    // Which of two simultaneous runs comes first is left to the disk.
    const ends = await Promise.allSettled([trainNetwork(options), trainNetwork(options)]);
    const refused = ends.filter((end) => end.status === 'rejected');
    expect(refused.map(({ reason }) => (reason as Error).message)).toEqual([
      expect.stringMatching(/folder must not be in use, got/),
    ]);
  });

  it('stops with advice when the loss diverges, and keeps the last good checkpoint', async () => {
    const folder = temporaryFolder();
    // The first epoch warms up from 0; the second has the whole, absurd rate.
    const schedule = { kind: 'constant', per: 'epoch', warmUpEpochs: 0 } as const;
    const good = tinyTraining(folder, { recipe: tinyRecipe({ epochs: 1, schedule }) });
    await trainNetwork(good);
    const kept = (await loadTrainingState(folder))!;
    const state = await readFile(join(folder, 'state.safetensors'));
    const absurd = { ...kept.recipe, epochs: 3, learningRate: 1e30 };
    // The same state under the absurd recipe, as if the run had begun with it.
    const { saveTrainingState } = await import('../src/training-state.js');
    await saveTrainingState(folder, { ...kept, recipe: absurd });
    const run = trainNetwork({ ...good, recipe: absurd, resume: true });
    await expect(run).rejects.toThrow(
      /the loss must stay finite and near or below guessing, got .* \(epoch 2, step \d+, learning rate 1\.00e\+30\)\. Lower the learning rate or warm up longer; the last good checkpoint is kept\./,
    );
    const after = (await loadTrainingState(folder))!;
    expect(after.epoch).toBe(1);
    for (const [name, { data }] of kept.tensors) expectSameBits(after.tensors.get(name)!.data, data, name);
    expect(state.length).toBeGreaterThan(0);
  });

  it('says what is wrong with a broken state file, and leaves it', async () => {
    const options = tinyTraining(temporaryFolder(), { recipe: tinyRecipe({ epochs: 1 }) });
    await trainNetwork(options);
    const path = join(options.folder, 'state.safetensors');
    const whole = await readFile(path);
    for (const broken of [
      whole.subarray(0, whole.length / 2),
      new Uint8Array(3),
      Buffer.from('{"not":"it"}'),
    ]) {
      await writeFile(path, broken);
      await expect(trainNetwork({ ...options, resume: true })).rejects.toThrow(
        /state\.safetensors must be a whole training state, got a file that cannot be read: .* Choose another folder, or remove this one to begin again\./s,
      );
      expect([...(await readFile(path))]).toEqual([...broken]);
    }
  });

  it('lists everything that is wrong with a recipe at once', async () => {
    const recipe = {
      ...tinyRecipe({
        epochs: 0,
        batchSize: 101,
        learningRate: Number.NaN,
        momentum: 1,
        weightDecay: -1,
        boundDecay: -1,
        labelSmoothing: 1,
        seed: 0.5,
      }),
      schedule: { kind: 'cosine', per: 'step', warmUpEpochs: -1 } as const,
    };
    await expect(trainNetwork(tinyTraining(temporaryFolder(), { recipe }))).rejects.toThrow(
      'trainNetwork: recipe: epochs must be an integer ≥ 1, got 0. batchSize must be an integer in [1, 100] (the images), got 101. ' +
        'learningRate must be > 0, got NaN. momentum must be in [0, 1), got 1. weightDecay must be ≥ 0, got -1. boundDecay must be ≥ 0, got -1. ' +
        'labelSmoothing must be in [0, 1), got 1. warmUpEpochs must be ≥ 0, got -1. seed must be an integer in [0, 2^53), got 0.5.',
    );
  });

  it('refuses a starting network of another shape, naming every tensor', async () => {
    const from: Network = {
      description: tinyDescription(),
      tensors: new Map([
        ['logits/kernel', { shape: [3, 2], data: new Float32Array(6) }],
        ['other/bias', { shape: [1], data: new Float32Array(1) }],
      ]),
    };
    await expect(trainNetwork(tinyTraining(temporaryFolder(), { from }))).rejects.toThrow(
      /from must be a network with the tensors of small-vgg, got: other\/bias is unknown; block1\.conv1\/kernel is missing; .*logits\/kernel has shape \[3, 2\], not \[32, 2\]/,
    );
  });
});
