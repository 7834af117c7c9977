import { expectClose } from '@opi-snn/test-utils';
import { runIf } from '@opi-snn/theory';
import type { NetworkNode } from '@opi-snn/network';
import { describe, expect, it } from 'vitest';
import {
  addInputCurrents,
  convertNetwork,
  type ConversionOptions,
  HALF,
  recordedShift,
  RESET_BY_SUBTRACTION,
  withoutShift,
  ZERO,
} from '../src/index.js';
import { GOLDEN } from './golden.js';
import { tensor, tinyNetwork } from './tiny-network.js';

const SHIFTED: ConversionOptions = {
  threshold: { kind: 'trained-bound' },
  initialPotential: ZERO,
  neuron: RESET_BY_SUBTRACTION,
  shift: { kind: 'half-quantum', timeSteps: 8 },
};

describe('the shift θ/(2T)', () => {
  it('is added to the bias of the layer before the neurons, channel by channel, and nothing else changes', () => {
    const source = tinyNetwork();
    const plain = convertNetwork(source, { ...SHIFTED, shift: undefined } as never).network;
    const { network, report } = convertNetwork(source, SHIFTED);
    // θ of act1 is 1, 2, 4 by channel, of act2 0.5 for all: bounds of the tiny network.
    const added = (key: string): number[] =>
      [...network.tensors.get(key)!.data].map((value, c) => value - plain.tensors.get(key)!.data[c]!);
    expect(added('conv/bias')).toEqual([1 / 16, 2 / 16, 4 / 16]);
    for (const value of added('hidden/bias')) expect(value).toBeCloseTo(0.5 / 16, 6);
    expect(network.tensors.get('logits/bias')).toBe(plain.tensors.get('logits/bias'));
    expect(report.notes).toEqual([
      'θ/(2T) with T = 8 is added to every input at every step: read the network after 8 steps.',
    ]);
  });

  it('stands in the provenance, and can be taken out again', () => {
    const { network } = convertNetwork(tinyNetwork(), SHIFTED);
    const plain = convertNetwork(tinyNetwork(), { ...SHIFTED, shift: undefined } as never).network;
    expect(recordedShift(network.description)).toEqual({ kind: 'half-quantum', timeSteps: 8 });
    expect(recordedShift(plain.description)).toBeUndefined();
    expect(withoutShift(plain)).toBe(plain);
    const back = withoutShift(network);
    expect(recordedShift(back.description)).toBeUndefined();
    for (const key of ['conv/bias', 'hidden/bias', 'logits/bias', 'act1/threshold'])
      expectClose([...back.tensors.get(key)!.data], [...plain.tensors.get(key)!.data], 'float32');
  });

  it('that a file records wrongly is none', () => {
    const { description } = convertNetwork(tinyNetwork(), SHIFTED).network;
    for (const shift of [
      { kind: 'other', timeSteps: 8 },
      { kind: 'half-quantum', timeSteps: 0 },
      'half-quantum',
    ])
      expect(recordedShift({ ...description, provenance: { conversion: { shift } } })).toBeUndefined();
    expect(recordedShift({ ...description, provenance: {} })).toBeUndefined();
  });

  it('gives the spike trains of SpikingJelly, and at step T as many spikes as θ/2', () => {
    for (const { theta, v0, shift, currents, spikes, counts } of GOLDEN.trains) {
      currents.forEach((current, i) => {
        const run = runIf(new Float32Array(GOLDEN.timeSteps).fill(current + shift), { theta, v0 });
        expect([...run.spikes].join(''), `θ = ${theta}, v0 = ${v0}, I = ${current}`).toBe(spikes[i]);
        expect(run.spikeCount).toBe(counts[i]);
        if (shift > 0 && current >= 0 && current <= theta - shift) {
          const charged = runIf(new Float32Array(GOLDEN.timeSteps).fill(current), { theta, v0: theta / 2 });
          expect(charged.spikeCount).toBe(counts[i]);
        }
      });
    }
  });

  it('and a potential are refused together, with the reason', () => {
    expect(() => convertNetwork(tinyNetwork(), { ...SHIFTED, initialPotential: HALF })).toThrow(
      'convertNetwork: network "tiny" has 1 problem:\n' +
        '  the shift θ/(2T) and an initial potential (every layer) must not both be used: by step T the shift has brought ' +
        'θ/2, and a potential of θ/2 on top makes θ, whose bias −θ/(2T) is as large as with neither. Leave out the shift ' +
        '(the potential serves every T), or start at 0',
    );
    const oneLayer: ConversionOptions['initialPotential'] = {
      kind: 'per-layer',
      layers: { act2: HALF },
      otherwise: ZERO,
    };
    expect(() => convertNetwork(tinyNetwork(), { ...SHIFTED, initialPotential: oneLayer })).toThrow(
      'an initial potential (act2) must not both be used',
    );
  });

  it.each([0, 1.5, -1, NaN])('refuses T = %s', (timeSteps) => {
    const shift = { kind: 'half-quantum', timeSteps } as const;
    expect(() => convertNetwork(tinyNetwork(), { ...SHIFTED, shift })).toThrow(
      `shift.timeSteps must be an integer ≥ 1, got ${timeSteps}. Give the T at which the network will be read`,
    );
  });

  it('refuses a kind that it does not know', () => {
    const shift = { kind: 'whole-quantum', timeSteps: 8 } as never;
    expect(() => convertNetwork(tinyNetwork(), { ...SHIFTED, shift })).toThrow(
      'shift.kind must be half-quantum, got "whole-quantum". θ/(2T) is the only shift',
    );
  });
});

describe('addInputCurrents', () => {
  const neuron = (name: string, input: string): NetworkNode => {
    return {
      op: 'integrate-and-fire',
      name,
      inputs: [input],
      reset: 'subtraction',
      initialPotential: ZERO as never,
    };
  };

  it('gives a sum its current through the first summand with weights, and makes a bias where there was none', () => {
    const { network } = addInputCurrents(residual('sum'), new Map([['second', Float32Array.of(0.5)]]));
    expect([...network.tensors.get('branch/bias')!.data]).toEqual([0.5, 0.5]);
    expect(network.description.nodes.find(({ name }) => name === 'branch')).toMatchObject({ bias: true });
    expect(network.tensors.has('shortcut/bias')).toBe(false);
  });

  it('names neurons whose layer others read as well', () => {
    const { problems, network } = addInputCurrents(
      residual('shared'),
      new Map([['second', Float32Array.of(1)]]),
    );
    expect(problems).toEqual([
      {
        node: 'second',
        message: 'its input cannot be shifted: no convolution or dense layer feeds these neurons alone',
        remedy: 'Use an initial potential instead of a shift of the input',
      },
    ]);
    expect([...network.tensors.keys()].some((key) => key.endsWith('/bias'))).toBe(false);
  });

  /** first → branch, shortcut → sum → second; or: first → branch → second and third. */
  function residual(kind: 'sum' | 'shared'): ReturnType<typeof tinyNetwork> {
    const dense = (name: string, input: string): NetworkNode => {
      return { op: 'dense', name, inputs: [input], units: 2, bias: false };
    };
    const nodes: NetworkNode[] = [
      { op: 'input', name: 'image', inputs: [], shape: [2] } as never,
      dense('first-layer', 'image'),
      neuron('first', 'first-layer'),
      dense('branch', 'first'),
      ...(kind === 'sum'
        ? [
            dense('shortcut', 'first'),
            { op: 'add', name: 'sum', inputs: ['branch', 'shortcut'] } as NetworkNode,
            neuron('second', 'sum'),
          ]
        : [neuron('second', 'branch'), neuron('third', 'branch')]),
    ];
    const kernels = nodes
      .filter(({ op }) => op === 'dense')
      .map(({ name }) => [`${name}/kernel`, tensor([2, 2], [1, 0, 0, 1])] as const);
    return {
      description: { format: 'opi-snn-network', formatVersion: 1, name: 'residual', nodes, output: 'second' },
      tensors: new Map(kernels),
    };
  }
});
