import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { hashNetwork } from '@opi-snn/conversion';
import { loadNetwork } from '@opi-snn/network';
import { temporaryFolder } from '@opi-snn/test-utils';
import { describe, expect, test } from 'vitest';
import { expectFailure, opi } from './opi.js';

/** Converts the embedded network and returns its file. */
async function convert(name: string, ...options: string[]): Promise<string> {
  const out = join(temporaryFolder(), `${name}.safetensors`);
  const { code, stderr } = await opi(['convert', 'embedded-vgg', '--out', out, '--json', ...options]);
  expect(code, stderr).toBe(0);
  return out;
}

async function accuracyOf(file: string): Promise<number> {
  const { stdout } = await opi(['evaluate', file, '--images', '100', '--time-steps', '4', '--json']);
  return (JSON.parse(stdout) as { rows: { accuracy: number }[] }).rows[0]!.accuracy;
}

// Whole processes: seconds each on an idle machine, much more on a busy one.
describe('opi convert --potential', { timeout: 600_000 }, () => {
  test('joint answers better than θ/2 after four steps, and the same bits come from any number of threads', async () => {
    const options = ['--potential', 'joint', '--calibrate-for', '4', '--calibration-images', '24'];
    const [half, one, two] = [
      await convert('half'),
      await convert('one', ...options, '--threads', '1'),
      await convert('two', ...options, '--threads', '2'),
    ];
    expect((await readFile(two)).equals(await readFile(one))).toBe(true);
    // 72 and 92 % of the first 200 images with 128 calibration images; 24 are enough for ten points.
    expect(await accuracyOf(one)).toBeGreaterThan((await accuracyOf(half)) + 0.1);
    const { description } = await loadNetwork(one);
    expect(description.provenance).toMatchObject({
      calibration: {
        strategy: 'joint',
        timeSteps: 4,
        source: { dataSet: 'shapes-10', split: 'train', images: 24, seed: 1 },
      },
    });
  });

  test('calibrated depends on the seed that chooses the images, and leaves thresholds alone', async () => {
    const options = ['--potential', 'calibrated', '--calibrate-for', '2', '--calibration-images', '4'];
    const [one, two] = [
      await convert('seed1', ...options),
      await convert('seed2', ...options, '--seed', '2'),
    ];
    expect(hashNetwork(await loadNetwork(one))).not.toBe(hashNetwork(await loadNetwork(two)));
    const ann = await loadNetwork('../../checkpoints/embedded-vgg.safetensors');
    for (const [key, { data }] of (await loadNetwork(one)).tensors) {
      if (!key.endsWith('/threshold')) continue;
      const [bound] = ann.tensors.get(key.replace('/threshold', '/bound'))!.data;
      expect(new Set(data)).toEqual(new Set([bound]));
    }
  });

  test('refuses to calibrate neurons that are reset to zero', async () => {
    expectFailure(
      await opi(['convert', 'embedded-vgg', '--potential', 'zero-mean', '--reset', 'zero']),
      2,
      /--potential zero-mean is for reset by subtraction, got --reset zero\./u,
    );
  });
});
