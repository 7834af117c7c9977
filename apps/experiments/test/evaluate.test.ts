import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { expectFailure, opi } from './opi.js';

interface Evaluation {
  readonly predictionHash: string;
  readonly memory: {
    readonly budget: number;
    readonly peak: number;
    readonly batchSize: number;
    readonly kernels: {
      readonly weightBytes: number;
      readonly workingBytes: number;
      readonly stepsAtOnce: number;
    };
  };
  readonly profile?: readonly {
    readonly name: string;
    readonly milliseconds: number;
    readonly share: number;
    readonly density: number;
    readonly additions: number;
  }[];
}

let folder: string;
let snn: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'opi-evaluate-'));
  snn = join(folder, 'snn.safetensors');
  expect((await opi(['convert', 'embedded-vgg', '--out', snn])).stderr).toBe('');
});
afterAll(() => rm(folder, { recursive: true }));

const evaluate = async (...options: string[]): Promise<Evaluation> => {
  const { stdout, stderr } = await opi(['evaluate', snn, '--images', '3', '--time-steps', '2,80', ...options, '--json']);
  expect(stderr).toBe('');
  return JSON.parse(stdout) as Evaluation;
}; // prettier-ignore

describe('opi evaluate', () => {
  test('--profile tells time, density and additions of every layer, and the same predictions', async () => {
    const plain = await evaluate();
    expect(plain).not.toHaveProperty('profile');
    const { profile = [], predictionHash } = await evaluate('--profile', '--kernels', 'wasm');
    expect(predictionHash).toBe(plain.predictionHash);
    expect(profile.map(({ name }) => name)).toEqual([
      'block1.activation1',
      'block2.activation1',
      'block2.activation2',
      'block3.activation1',
      'block3.activation2',
      'logits',
    ]);
    expect(profile.reduce((sum, { share }) => sum + share, 0)).toBeCloseTo(1, 12);
    for (const [i, { milliseconds, density, additions }] of profile.entries()) {
      expect(milliseconds).toBeGreaterThan(0);
      // The first layer is driven by the image, whose current is no addition of spikes; the read-out never spikes.
      expect(additions > 0).toBe(i > 0);
      expect(density > 0).toBe(i < 5);
    }
  });

  test('--profile prints a table for people', async () => {
    const { stdout } = await opi(['evaluate', snn, '--images', '2', '--time-steps', '4', '--profile']);
    expect(stdout).toMatch(/^layer +ms an image +share +spiking +additions +10⁹ additions\/s$/mu);
    expect(stdout).toMatch(/^block2\.activation1 +\d+\.\d{3} +\d+\.\d % +\d+\.\d % +\d+ +\d+\.\d\d$/mu);
    expect(stdout).toMatch(/^all +\d+\.\d{3} +\d+ +\d+\.\d\d$/mu);
  });

  test('--memory bounds the working memory, from which batch and steps at once follow, and changes no prediction', async () => {
    const plenty = await evaluate('--threads', '1');
    expect(plenty.memory).toMatchObject({ budget: 2 ** 30, batchSize: 3, kernels: { stepsAtOnce: 64 } });
    const { memory, predictionHash } = await evaluate('--threads', '1', '--memory', '1.5MiB');
    expect(predictionHash).toBe(plenty.predictionHash);
    expect(memory.kernels.workingBytes).toBeLessThanOrEqual(0.75 * 1.5 * 2 ** 20);
    expect(memory.kernels.weightBytes).toBe(plenty.memory.kernels.weightBytes);
    expect(memory.kernels.stepsAtOnce).toBeLessThan(64);
    expect(memory.peak).toBeGreaterThan(memory.kernels.workingBytes);
  });

  test.each([
    [['--memory', '512'], /It must be a size such as 512MiB or 2GiB, got "512"\./u],
    [['--memory', '0MiB'], /It must be a size such as 512MiB or 2GiB, got "0MiB"\./u],
    [['--profile', '--kernels', 'reference'], /--profile needs --kernels wasm or native/u],
  ])('refuses %j and says what is meant', async (options, message) => {
    expectFailure(await opi(['evaluate', snn, ...options]), 2, message);
  });

  test('refuses --profile for an ANN', async () => {
    expectFailure(
      await opi(['evaluate', 'embedded-vgg', '--profile']),
      2,
      /--profile needs a spiking network/u,
    );
  });

  test('says how much memory is needed where one image and step do not fit', async () => {
    expectFailure(
      await opi([
        'evaluate',
        snn,
        '--images',
        '1',
        '--time-steps',
        '4',
        '--threads',
        '1',
        '--memory',
        '0.1MiB',
      ]),
      1,
      /memoryBytes must be at least \d+ per thread/u,
    );
  });
});
