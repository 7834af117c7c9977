import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { foldBatchNorm, type NetworkNode, runNetwork } from '@opi-snn/network';
import { describe, expect, test } from 'vitest';
import { type ImportedNetwork, importOnnx, OPSETS, readNpz, verifyLogits } from '../src/index.js';
import { writeOnnx } from './onnx-writer.js';

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
  'resnet-opset28',
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
  'channels-last-opset28',
];

describe('importOnnx', () => {
  test.each(NAMES)('computes the logits of the source for %s', async (name) => {
    const { network, inputLayout } = await importFixture(name);
    const samples = await readNpz(await readFile(join(FIXTURES, `${name}.npz`)));
    const { largestDifference, sameArgMax } = verifyLogits(network, samples, inputLayout);
    expect(largestDifference).toBeLessThan(1e-4);
    expect(sameArgMax).toBe(3);
    expect(verifyLogits(foldBatchNorm(network), samples, inputLayout).largestDifference).toBeLessThan(1e-4);
  });

  test('reads every operator set from 11 to the current one, 28', async () => {
    expect(OPSETS).toEqual({ oldest: 11, newest: 28 });
    const expected = await importFixture('channels-last-opset11');
    const bytes = await readFile(join(FIXTURES, 'channels-last-opset11.onnx'));
    // Field 8 of the model, 4 bytes long: domain "", version 11. The graph is valid in all of them.
    const at = bytes.lastIndexOf(Buffer.of(0x42, 4, 0x0a, 0, 0x10, 11)) + 5;
    expect(at).toBeGreaterThan(5);
    for (let opset = 11; opset <= 28; opset++) {
      bytes[at] = opset;
      const { network } = importOnnx(bytes);
      expect(network.description.provenance).toMatchObject({ importedFrom: { opset } });
      expect(network.description.nodes).toEqual(expected.network.description.nodes);
      expect(network.tensors).toEqual(expected.network.tensors);
    }
  });

  test('keeps batch norms that the exporter kept', async () => {
    expect(countOf(await importFixture('resnet-opset17-batch-norm'), 'batch-norm')).toBe(13);
  });

  test.each(['resnet-qcfs', 'resnet-qcfs-after'])(
    'recognises QCFS with levels and learned bound in %s',
    async (name) => {
      const { network } = await importFixture(name);
      const steps = network.description.nodes.filter((node) => node.op === 'qcfs');
      expect(steps.map(({ levels }) => levels)).toEqual(Array(11).fill(4));
      for (const step of steps) {
        const bound = network.tensors.get(`${step.name}/bound`)!;
        expect(bound.shape).toEqual([1]);
        expect(bound.data[0]).toBeCloseTo(1.7, 5);
      }
    },
  );

  test('recognises bounded ReLUs: constants, learned for the layer, learned per channel', async () => {
    const { network } = await importFixture('bounds');
    const clips = network.description.nodes.filter(({ op }) => op === 'clip');
    const bounds = clips.map(({ name }) => network.tensors.get(`${name}/bound`)!);
    expect(bounds.map(({ data }) => data.length)).toEqual([1, 1, 1, 6, 1, 1]);
    expect([0, 1, 2, 4, 5].map((i) => bounds[i]!.data[0]!.toFixed(4))).toEqual([
      '6.0000',
      '1.2500',
      '0.6000',
      '0.6000',
      '0.6000',
    ]);
  });

  test('makes one kernel of zeros and ones of a shortcut that is strided and padded with channels', async () => {
    const imported = await importFixture('resnet-padded');
    const { network } = imported;
    const shortcuts = network.description.nodes.filter(
      (node) => node.op === 'conv2d' && node.kernelSize[0] === 1,
    );
    expect(shortcuts).toHaveLength(2);
    expect(shortcuts.map((node) => node.op === 'conv2d' && node.strides)).toEqual([
      [2, 2],
      [2, 2],
    ]);
    const ones = shortcuts.map(({ name }) =>
      network.tensors.get(`${name}/kernel`)!.data.reduce((a, b) => a + b, 0),
    );
    expect(ones).toEqual([4, 8]);
    expect(countOf(imported, 'average-pool')).toBe(0);
  });

  test('names layers after their weights', async () => {
    const { network } = await importFixture('resnet-opset17-batch-norm');
    const names = network.description.nodes.map(({ name }) => name);
    expect(names).toContain('layer2.0.shortcut.0');
    expect(names).toContain('layer3.0.bn2');
  });

  test('moves a classifier behind a global average, grouped and dilated kernels exactly, and says what it cost', async () => {
    const imported = await importFixture('one-sided');
    expect(imported.notes).toEqual(['Grouped convolutions became full ones, with zeros between the groups.']);
    expect(countOf(imported, 'dense')).toBe(1);
  });

  test.each(['channels-last-opset11', 'vgg'])('tells how the images of the source lie: %s', async (name) => {
    expect((await importFixture(name)).inputLayout).toBe(name === 'vgg' ? 'NCHW' : 'NHWC');
  });

  test.each([
    [-1, 1],
    [-Infinity, 0.5],
    [0.25, Infinity],
    [-2, -0.5],
  ])('imports a clip from %d to %d exactly, as one from zero between affine maps', (low, high) => {
    const bytes = writeOnnx({
      inputs: { x: ['N', 1, 1, 1] },
      tensors: {
        one: { dims: [1, 1, 1, 1], values: [1] },
        l: { dims: [], values: [low] },
        h: { dims: [], values: [high] },
      },
      nodes: [
        { type: 'Conv', inputs: ['x', 'one'], outputs: ['a'] },
        { type: 'Clip', inputs: ['a', 'l', 'h'], outputs: ['b'] },
        { type: 'GlobalAveragePool', inputs: ['b'], outputs: ['y'] },
      ],
    });
    const x = Float32Array.of(-3, -2, -1, -0.5, 0, 0.25, 0.5, 1, 4);
    // Multiples of a quarter: every step is exact in float32.
    const expected = x.map((value) => Math.min(Math.max(value, low), high));
    expect([...runNetwork(importOnnx(bytes).network, x).output.data]).toEqual([...expected]);
  });
});
