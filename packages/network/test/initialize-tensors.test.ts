import { expectSameBits } from '@opi-snn/test-utils';
import { describe, expect, it } from 'vitest';
import {
  buildResNet20,
  buildSmallVgg,
  findNetworkProblems,
  initializeTensors,
  NetworkError,
} from '../src/index.js';
import { describeNetwork } from './describe-network.js';

describe('initializeTensors', () => {
  const description = buildResNet20({ classes: 10 });
  const tensors = initializeTensors(description, { seed: 42 });

  it('makes a valid network that depends on nothing but the seed', () => {
    expect(findNetworkProblems({ description, tensors })).toEqual([]);
    const again = initializeTensors(description, { seed: 42 });
    for (const [name, { data }] of tensors) expectSameBits(again.get(name)!.data, data, name);
    const other = initializeTensors(description, { seed: 43 });
    expect(other.get('logits/kernel')!.data).not.toEqual(tensors.get('logits/kernel')!.data);
  });

  it('draws convolutions from N(0, 2 / (taps · out))', () => {
    const { data, shape } = tensors.get('stage3.block3.conv2/kernel')!;
    const variance = 2 / (shape[0]! * shape[1]! * shape[3]!);
    const mean = data.reduce((sum, w) => sum + w, 0) / data.length;
    const meanSquare = data.reduce((sum, w) => sum + w * w, 0) / data.length;
    // n = 36,864 draws: bounds of 5 standard errors, σ/√n and σ²·√(2/n); false alarm ≤ 2 · 5.8e-7, and the seed is fixed.
    expect(data.length).toBe(36_864);
    expect(Math.abs(mean)).toBeLessThan(5 * Math.sqrt(variance / data.length));
    expect(Math.abs(meanSquare - variance)).toBeLessThan(5 * variance * Math.sqrt(2 / data.length));
  });

  it('draws dense kernels from U(−1/√in, 1/√in)', () => {
    const { data } = tensors.get('logits/kernel')!;
    const limit = 1 / Math.sqrt(64);
    expect(Math.max(...data.map(Math.abs))).toBeLessThanOrEqual(limit);
    expect(Math.max(...data)).toBeGreaterThan(0.9 * limit);
    expect(Math.min(...data)).toBeLessThan(-0.9 * limit);
  });

  it('starts batch norm as the identity, biases at 0, bounds at 4 for clip and 8 for qcfs', () => {
    const values = (name: string): number[] => [...new Set(tensors.get(name)!.data)];
    expect(['gamma', 'beta', 'mean', 'variance'].map((part) => values(`stem.norm/${part}`))).toEqual([
      [1],
      [0],
      [0],
      [1],
    ]);
    expect(values('logits/bias')).toEqual([0]);
    expect(values('stem.activation/bound')).toEqual([4]);
    const qcfs = buildSmallVgg({ classes: 2, blocks: [[16]], activation: { op: 'qcfs', levels: 4 } });
    const bound = (options: object): Float32Array =>
      initializeTensors(qcfs, { seed: 1, ...options }).get('block1.activation1/bound')!.data;
    expect([...bound({})]).toEqual([8]);
    expect([...bound({ initialBound: 2, bounds: 'channel' })]).toEqual(new Array(16).fill(2));
  });

  it('starts thresholds at 1 and potentials at θ/2', () => {
    const spiking = describeNetwork(
      [
        { op: 'input', name: 'x', inputs: [], shape: [1, 1, 3] },
        {
          op: 'integrate-and-fire',
          name: 'y',
          inputs: ['x'],
          reset: 'zero',
          initialPotential: { kind: 'tensor' },
        },
      ],
      'y',
    );
    const tensors = initializeTensors(spiking, { seed: 1, bounds: 'channel' });
    expect([...tensors.get('y/threshold')!.data]).toEqual([1, 1, 1]);
    expect([...tensors.get('y/initial-potential')!.data]).toEqual([0.5, 0.5, 0.5]);
  });

  it('refuses an invalid description', () => {
    expect(() => initializeTensors({ ...description, output: '?' }, { seed: 1 })).toThrow(NetworkError);
  });
});
