import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expectSameBits, temporaryFolder } from '@opi-snn/test-utils';
import { describe, expect, test } from 'vitest';
import {
  buildResNet20,
  buildSmallVgg,
  foldBatchNorm,
  inferShapes,
  initializeTensors,
  loadNetwork,
  runNetwork,
  saveNetwork,
  validateNetwork,
  type Network,
} from '../src/index.js';

const description = buildSmallVgg({ classes: 10 });
const network: Network = { description, tensors: initializeTensors(description, { seed: 1 }) };

describe('saveNetwork and loadNetwork', () => {
  test('give back every bit', async () => {
    const path = join(temporaryFolder(), 'network.safetensors');
    await saveNetwork(path, network);
    const read = await loadNetwork(path);
    expect(read.description).toEqual(description);
    for (const [name, { data }] of network.tensors) expectSameBits(read.tensors.get(name)!.data, data);
  });

  test.each([0, 4, 8, 100, 5000])('refuse a file cut after %i bytes', async (length) => {
    const path = join(temporaryFolder(), 'network.safetensors');
    await saveNetwork(path, network);
    await writeFile(path, (await readFile(path)).subarray(0, length));
    await expect(loadNetwork(path)).rejects.toThrow(/network\.safetensors/);
  });

  test('refuse a header that claims more bytes than there are, without allocating them', async () => {
    const path = join(temporaryFolder(), 'network.safetensors');
    await writeFile(path, Uint8Array.of(255, 255, 255, 255, 255, 255, 255, 127, 123, 125));
    await expect(loadNetwork(path)).rejects.toThrow(/header/);
  });
});

describe('reference architectures', () => {
  test('ResNet-20 has 19 activations and 64 features before its logits', () => {
    const resnet = buildResNet20({ classes: 10 });
    expect(resnet.nodes.filter(({ op }) => op === 'clip')).toHaveLength(19);
    expect([...inferShapes(resnet).values()].at(-1)).toEqual([10]);
    expect([...inferShapes(resnet).values()].at(-2)).toEqual([64]);
  });
});

describe('validateNetwork', () => {
  test('lists all problems at once, with their nodes', () => {
    const tensors = new Map(network.tensors);
    const [first, second] = [...tensors.keys()] as [string, string];
    tensors.delete(first);
    tensors.set(second, { shape: [1], data: Float32Array.of(NaN) });
    expect(() => {
      validateNetwork({ description, tensors });
    }).toThrow(new RegExp(`${first.split('/')[0]!}[^]*${second.split('/')[0]!}`));
  });
});

describe('foldBatchNorm', () => {
  test('computes the same logits without batch norm', () => {
    const images = Float32Array.from({ length: 2 * 32 * 32 * 3 }, (_, i) => Math.sin(i) / 2);
    const folded = foldBatchNorm(network);
    expect(folded.description.nodes.some(({ op }) => op === 'batch-norm')).toBe(false);
    const expected = runNetwork(network, images).output.data;
    const got = runNetwork(folded, images).output.data;
    expected.forEach((value, i) => {
      expect(Math.abs(got[i]! - value)).toBeLessThan(1e-5 * (1 + Math.abs(value)));
    });
  });
});
