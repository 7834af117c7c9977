import { spawnSync } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expectClose, temporaryFolder } from '@opi-snn/test-utils';
import { describe, expect, test } from 'vitest';
import { loadNetwork, runNetwork } from '../src/index.js';

const FIXTURES = fileURLToPath(new URL('fixtures', import.meta.url));
const PYTHON = process.env['OPI_PYTHON'] ?? 'python3';
const hasTorch = spawnSync(PYTHON, ['-c', 'import torch, safetensors, numpy']).status === 0;

interface Expected {
  readonly images: readonly number[];
  readonly logits: readonly number[];
}

async function expectSameLogits(folder: string, name: string): Promise<void> {
  const network = await loadNetwork(join(folder, `from-pytorch-${name}.safetensors`));
  const all = JSON.parse(await readFile(join(folder, 'from-pytorch.json'), 'utf8')) as Record<
    string,
    Expected
  >;
  const { images, logits } = all[name]!;
  const got = runNetwork(network, Float32Array.from(images)).output.data;
  // PyTorch sums in another order and in float32; measured: 3e-7 of the largest logit.
  expectClose(got, logits, 'backend', { magnitude: Math.max(...logits.map(Math.abs)) });
}

describe('a checkpoint that examples/pytorch wrote', () => {
  test.each(['resnet20', 'vgg16'])('has the logits that PyTorch computes (%s)', async (name) => {
    await expectSameLogits(FIXTURES, name);
  });

  test.skipIf(!hasTorch)(
    'has them too when it is written now (skipped without PyTorch in python3 or OPI_PYTHON)',
    async () => {
      const folder = temporaryFolder();
      const { status, stderr } = spawnSync(PYTHON, [join(FIXTURES, 'generate-from-pytorch.py'), folder]);
      expect(status, String(stderr)).toBe(0);
      for (const name of ['resnet20', 'vgg16']) await expectSameLogits(folder, name);
    },
    120_000,
  );
});
