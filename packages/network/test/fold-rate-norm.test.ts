import { expectClose } from '@opi-snn/test-utils';
import { describe, expect, it } from 'vitest';
import {
  buildArchitecture,
  foldRateNorm,
  initializeTensors,
  rateNormThreshold,
  runNetwork,
  type Network,
  type NetworkDescription,
  type Tensor,
} from '../src/index.js';

const IMAGES = Float32Array.from({ length: 2 * 768 }, (_, i) => ((i * 37) % 101) / 50 - 1);

/** Thresholds that differ from layer to layer. */
function rateNormNetwork(architecture: string): Network {
  const description = buildArchitecture(architecture, {
    classes: 4,
    width: 0.25,
    inputShape: [16, 16, 3],
    activation: { op: 'rate-norm' },
  });
  const tensors = new Map(initializeTensors(description, { seed: 3 }));
  description.nodes
    .filter(({ op }) => op === 'rate-norm')
    .forEach(({ name }, i) => {
      tensors.set(`${name}/maximum`, { shape: [1], data: Float32Array.of(0.5 + 0.25 * (i % 4)) });
      tensors.set(`${name}/scale`, { shape: [1], data: Float32Array.of((i % 3) - 1) });
    });
  return { description, tensors };
}

function opsOf({ description }: Network, op: string): string[] {
  return description.nodes.filter((node) => node.op === op).map(({ name }) => name);
}

describe('foldRateNorm', () => {
  it.each(['small-vgg', 'resnet20'])('keeps what %s computes', (architecture) => {
    const network = rateNormNetwork(architecture);
    const folded = foldRateNorm(network);
    expect(opsOf(folded, 'rate-norm')).toEqual([]);
    expect(opsOf(folded, 'clip')).toEqual(opsOf(network, 'rate-norm'));
    const [before, after] = [network, folded].map((each) => runNetwork(each, IMAGES).output.data);
    // Weights are rounded once more; 20 layers of at most 9 · 16 terms hand that on.
    const magnitude = Math.max(...before!.map(Math.abs));
    expectClose(after!, before!, 'float32-reduction', { terms: 20 * 9 * 16, magnitude });
  });

  it('makes v_th the bound, and 1/v_th a factor of the weights behind it, through pooling too', () => {
    const network = rateNormNetwork('small-vgg');
    const folded = foldRateNorm(network);
    const [first] = opsOf(network, 'rate-norm');
    const threshold = rateNormThreshold(first!, network.tensors);
    expect([...folded.tensors.get(`${first!}/bound`)!.data]).toEqual([Math.fround(threshold)]);
    const kernel = network.tensors.get('block2.conv1/kernel')!.data;
    expect([...folded.tensors.get('block2.conv1/kernel')!.data]).toEqual([
      ...kernel.map((weight) => weight / threshold),
    ]);
    expect(opsOf(folded, 'conv2d')).toEqual(opsOf(network, 'conv2d'));
    expect(folded.tensors.has(`${first!}/maximum`)).toBe(false);
  });

  it('puts a division where an addition or the output reads a rate', () => {
    const resnet = rateNormNetwork('resnet20');
    const added = opsOf(foldRateNorm(resnet), 'conv2d').filter((name) => name.endsWith('.rate'));
    expect(added.length).toBeGreaterThan(0);
    expect(added).toContain('stage1.block1.activation2.rate');
    // The convolution beside the addition takes the factor itself: no two weighted layers without neurons between.
    const { nodes } = foldRateNorm(resnet).description;
    const readersOf = (name: string): string[] =>
      nodes.filter(({ inputs }) => inputs.some((input) => input === name)).map((node) => node.name);
    expect(readersOf('stage1.block1.activation2.rate')).toEqual(['stage1.block2.add']);
    expect(readersOf('stage1.block1.activation2')).toEqual([
      'stage1.block1.activation2.rate',
      'stage1.block2.conv1',
    ]);

    const description: NetworkDescription = {
      format: 'opi-snn-network',
      formatVersion: 1,
      name: 'rates',
      nodes: [
        { op: 'input', name: 'image', inputs: [], shape: [1, 1, 2] },
        { op: 'flatten', name: 'flat', inputs: ['image'] },
        { op: 'rate-norm', name: 'rate', inputs: ['flat'] },
      ],
      output: 'rate',
    };
    const tensors = new Map<string, Tensor>([
      ['rate/maximum', { shape: [1], data: Float32Array.of(4) }],
      ['rate/scale', { shape: [1], data: Float32Array.of(0) }],
    ]);
    const folded = foldRateNorm({ description, tensors });
    expect(folded.description.output).toBe('rate.rate');
    expectClose(runNetwork(folded, Float32Array.of(1, 9)).output.data, [0.5, 1], 'float32');
  });

  it('returns a network without Rate-Norm as it is, and leaves the source alone', () => {
    const description = buildArchitecture('small-vgg', { classes: 4 });
    const plain: Network = { description, tensors: initializeTensors(description, { seed: 1 }) };
    expect(foldRateNorm(plain)).toBe(plain);
    const network = rateNormNetwork('resnet20');
    const copy = new Map([...network.tensors].map(([name, { data }]) => [name, data.slice()]));
    foldRateNorm(network);
    for (const [name, data] of copy) expect(network.tensors.get(name)!.data).toEqual(data);
  });

  it('lists what is wrong with a network', () => {
    const { description, tensors } = rateNormNetwork('small-vgg');
    const broken = new Map(tensors);
    broken.delete('block1.activation1/maximum');
    expect(() => foldRateNorm({ description, tensors: broken })).toThrow(/block1\.activation1/);
  });
});

describe('rateNormThreshold', () => {
  it('is the maximum times the sigmoid of the scale, plus 1e-6', () => {
    const tensors = new Map<string, Tensor>([
      ['a/maximum', { shape: [1], data: Float32Array.of(8) }],
      ['a/scale', { shape: [1], data: Float32Array.of(0) }],
    ]);
    expect(rateNormThreshold('a', tensors)).toBe(4 + 1e-6);
  });
});
