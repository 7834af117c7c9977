import { loadDataset } from '@opi-snn/datasets';
import { buildSmallVgg, initializeTensors, runNetwork, type Network } from '@opi-snn/network';
import { expectClose } from '@opi-snn/test-utils';
import { beforeAll, describe, expect, test } from 'vitest';
import { collectActivations } from '../src/index.js';

const description = buildSmallVgg({ classes: 10, activation: { op: 'relu' } });
const network: Network = { description, tensors: initializeTensors(description, { seed: 5 }) };
const normalization = { mean: [0.5, 0.5, 0.5], standardDeviation: [0.25, 0.25, 0.25] };
const shared = { normalization, backend: 'wasm' } as const;
const nodes = description.nodes.filter(({ op }) => op === 'relu').map(({ name }) => name);
let dataset: Awaited<ReturnType<typeof loadDataset>>;

beforeAll(async () => {
  dataset = await loadDataset('shapes-10', 'train', {});
});

describe('collectActivations', () => {
  test('shows what the layers behind make of outputs that are given, batch by batch', async () => {
    const own = await collectActivations(network, dataset, { ...shared, images: 3, batchSize: 2 });
    const outputs = new Map([...own].map(([name, { output }]) => [name, output.map((value) => 2 * value)]));
    const doubled = await collectActivations(network, dataset, {
      ...shared,
      images: 3,
      batchSize: 2,
      outputs,
    });
    const [first, second] = nodes as [string, string];
    // The first layer reads the image; the second is linear in what it reads, but for its batch norm's shift.
    expect(doubled.get(first)!.input).toEqual(own.get(first)!.input);
    expect(doubled.get(first)!.output).toEqual(own.get(first)!.output);
    const zeros = new Map([[first, new Float32Array(own.get(first)!.output.length)]]);
    const silent = await collectActivations(network, dataset, {
      ...shared,
      images: 3,
      batchSize: 2,
      outputs: zeros,
    });
    const [z, twice, shift] = [own, doubled, silent].map((collected) => collected.get(second)!.input);
    const expected = Array.from(z!, (value, i) => 2 * value - shift![i]!);
    expectClose(twice!, expected, 'float32', { magnitude: 10 });
  });

  test('computes what the reference computes', async () => {
    const collected = await collectActivations(network, dataset, { ...shared, images: 1 });
    const { input } = collected.get(nodes[0]!)!;
    const pixels = new Float32Array(dataset.imageShape.reduce((n, extent) => n * extent, 1));
    pixels.set(
      Float32Array.from(dataset.images.subarray(0, pixels.length), (byte) => (byte / 255 - 0.5) / 0.25),
    );
    const source = description.nodes.find(({ name }) => name === nodes[0])!.inputs[0]!;
    const { activations } = runNetwork(network, pixels, { activations: [source] });
    expectClose(input, activations.get(source)!.data, 'float32', { magnitude: 10 });
  });

  test('refuses outputs of nodes that are no activations, and of another length', async () => {
    const outputs = new Map([
      ['logits', new Float32Array(10)],
      [nodes[0]!, new Float32Array(7)],
    ]);
    await expect(collectActivations(network, dataset, { ...shared, images: 2, outputs })).rejects.toThrow(
      new RegExp(
        `outputs must name activations of the network \\(.*\\), got 'logits'\\. outputs of ${nodes[0]!} must hold 2 · \\d+ values, got 7\\.`,
      ),
    );
  });
});
