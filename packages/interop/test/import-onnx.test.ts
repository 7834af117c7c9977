import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { foldBatchNorm, type NetworkNode } from '@opi-snn/network';
import { describe, expect, test } from 'vitest';
import { type ImportedNetwork, importOnnx, readNpz, verifyLogits } from '../src/index.js';

const FIXTURES = join(import.meta.dirname, 'fixtures');

async function importFixture(name: string): Promise<ImportedNetwork> {
  return importOnnx(await readFile(join(FIXTURES, `${name}.onnx`)), { source: `${name}.onnx` });
}

function countOf(imported: ImportedNetwork, op: NetworkNode['op']): number {
  return imported.network.description.nodes.filter((node) => node.op === op).length;
}

const NAMES = [
  'resnet',
  'resnet-unfolded',
  'resnet-opset11',
  'resnet-opset17-batch-norm',
  'resnet-padded',
  'resnet-qcfs',
  'resnet-qcfs-after',
  'bounds',
  'bounds-opset12',
  'vgg',
  'viewed-vgg-opset11',
  'one-sided',
  'concatenating',
  'pre-activation',
  'channels-last-opset11',
  'channels-last-opset18',
  'channels-last-opset24',
];

describe('importOnnx', () => {
  test.each(NAMES)('computes the logits of the source for %s', async (name) => {
    const { network, inputLayout } = await importFixture(name);
    const samples = await readNpz(await readFile(join(FIXTURES, `${name}.npz`)));
    const { largestDifference, sameArgMax } = verifyLogits(network, samples, inputLayout);
    expect(largestDifference).toBeLessThan(1e-4);
    expect(sameArgMax).toBe(3);
    expect(verifyLogits(foldBatchNorm(network), samples, inputLayout).largestDifference).toBeLessThan(1e-4);
    expect(countOf({ network, inputLayout, notes: [] }, 'relu')).toBeGreaterThanOrEqual(0);
  });
});
