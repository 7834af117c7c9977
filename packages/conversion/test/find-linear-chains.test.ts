import type { Network, NetworkNode } from '@opi-snn/network';
import { describe, expect, test } from 'vitest';
import { ConversionError, convertWithMethod, type ConversionProblem } from '../src/index.js';
import { activation, tensor, tinyNetwork } from './tiny-network.js';

const NONE = { top: 0, bottom: 0, left: 0, right: 0 };
const between = (name: string, input: string): NetworkNode => {
  const rest = { kernelSize: [1, 1], filters: 3, strides: [1, 1], padding: NONE, bias: false } as const;
  return { op: 'conv2d', name, inputs: [input], ...rest };
};
const identity = { 'second/kernel': tensor([1, 1, 3, 3], [1, 0, 0, 0, 1, 0, 0, 0, 1]) };

/** The tiny network with its first activation read through `nodes`, the last of which is called `second`. */
function withSecond(...nodes: NetworkNode[]): Network {
  return tinyNetwork({
    extraTensors: identity,
    edit: (all) =>
      all.flatMap((node) =>
        node.name === 'act1' ? [...nodes, { ...node, inputs: ['second'] } as NetworkNode] : [node],
      ),
  });
}

function problemsOf(network: Network): readonly ConversionProblem[] {
  try {
    convertWithMethod(network, 'opi');
  } catch (error) {
    if (error instanceof ConversionError) return error.problems;
    throw error;
  }
  return [];
}

describe('findLinearChains', () => {
  test('refuses a layer that reads another one, through batch norm and addition too, and says how to mend it', () => {
    const remedy =
      'Merge the two layers into one (the product of their weights), or train with an activation between them';
    expect(problemsOf(withSecond(between('second', 'norm')))).toEqual([
      { node: 'second', message: 'conv2d reads weighted values ("norm") with no activation between', remedy },
    ]);
    const sum: NetworkNode = { op: 'add', name: 'sum', inputs: ['norm', 'norm'] };
    expect(problemsOf(withSecond(sum, between('second', 'sum')))).toEqual([
      { node: 'second', message: 'conv2d reads weighted values ("sum") with no activation between', remedy },
    ]);
  });

  test('refuses a pooling between weights and activation', () => {
    const network = tinyNetwork({
      edit: (all) => {
        const [pool, act] = [
          all.findIndex(({ name }) => name === 'pool'),
          all.findIndex(({ name }) => name === 'act1'),
        ];
        const [before, after] = [{ ...all[pool]!, inputs: ['norm'] }, activation('clip', 'act1', 'pool')];
        return all.map((node, i) =>
          i === act
            ? (before as NetworkNode)
            : i === pool
              ? after
              : node.name === 'flat'
                ? ({ ...node, inputs: ['act1'] } as NetworkNode)
                : node,
        );
      },
    });
    expect(problemsOf(network)).toEqual([
      {
        node: 'pool',
        message: 'average-pool reads weighted values ("norm") with no activation between',
        remedy:
          'Put the activation before the pooling, or leave the pooling to strides of the layer before, and train again',
      },
    ]);
  });

  test('accepts layers behind activations, sums of weighted values before an activation, and two poolings in a row', () => {
    expect(problemsOf(tinyNetwork())).toEqual([]);
    const pool: NetworkNode = {
      op: 'average-pool',
      name: 'again',
      inputs: ['pool'],
      size: [1, 1],
      strides: [1, 1],
      padding: NONE,
    };
    const twice = tinyNetwork({
      edit: (all) =>
        all.flatMap((node) =>
          node.name === 'flat' ? [pool, { ...node, inputs: ['again'] } as NetworkNode] : [node],
        ),
    });
    expect(problemsOf(twice)).toEqual([]);
  });
});
