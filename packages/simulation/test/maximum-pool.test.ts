import {
  type Network,
  type NetworkNode,
  parameterShapes,
  type PoolNode,
  type Tensor,
} from '@opi-snn/network';
import { CounterRandom } from '@opi-snn/theory';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { CompileError, compileNetwork, createRunner, imagesInMemory } from '../src/index.js';

const NONE = { top: 0, bottom: 0, left: 0, right: 0 };
const SAME = { top: 1, bottom: 1, left: 1, right: 1 };
const WINDOW = { kernelSize: [3, 3], strides: [1, 1], padding: SAME } as const;
const TIME_STEPS = 9;
const SIDE = 6;

function neurons(name: string, input: string): NetworkNode {
  const initialPotential = { kind: 'fraction', fraction: 0.5 } as const;
  return { op: 'integrate-and-fire', name, inputs: [input], reset: 'subtraction', initialPotential };
}

function maximum(
  input: string,
  { size, strides, padding }: Pick<PoolNode, 'size' | 'strides' | 'padding'>,
): NetworkNode {
  return { op: 'max-pool', name: 'pool', inputs: [input], size, strides, padding };
}

const TILES = { size: [2, 2], strides: [2, 2], padding: NONE } as const;

function network(nodes: readonly NetworkNode[], seed = 1): Network {
  const description = {
    format: 'opi-snn-network',
    formatVersion: 1,
    name: 'maxima',
    nodes,
    output: nodes.at(-1)!.name,
  } as const;
  const random = new CounterRandom(seed);
  const tensors = new Map<string, Tensor>();
  for (const [name, shape] of parameterShapes(description, { bounds: 'channel' })) {
    const draw = name.endsWith('/threshold')
      ? () => 2 ** (random.nextBelow(3) - 1)
      : () => (random.nextBelow(17) - 7) / 16;
    const length = shape.reduce((product, extent) => product * extent, 1);
    tensors.set(name, { shape, data: Float32Array.from({ length }, draw) });
  }
  return { description, tensors };
}

const IMAGE: NetworkNode = { op: 'input', name: 'image', inputs: [], shape: [SIDE, SIDE, 2] };
const CONVOLUTION: NetworkNode = {
  op: 'conv2d',
  name: 'conv',
  inputs: ['image'],
  filters: 3,
  ...WINDOW,
  bias: true,
};
const readOut = (input: string): NetworkNode[] => [
  { op: 'flatten', name: 'flat', inputs: [input] },
  { op: 'dense', name: 'logits', inputs: ['flat'], units: 4, bias: true },
];

const pools = fc.record({
  size: fc.constantFrom([2, 2] as const, [3, 3] as const, [2, 3] as const),
  strides: fc.constantFrom([1, 1] as const, [2, 2] as const, [2, 1] as const),
  padding: fc.constantFrom(NONE, { top: 1, bottom: 0, left: 0, right: 1 }),
});

describe('max pooling', () => {
  test('hands the largest count of each window on: logits = t · b + Σ w · θ · max N, at every t', async () => {
    await fc.assert(
      fc.asyncProperty(pools, fc.nat(), async (pool, seed) => {
        const nodes = [
          IMAGE,
          CONVOLUTION,
          neurons('fire', 'conv'),
          maximum('fire', pool),
          ...readOut('pool'),
        ];
        const snn = network(nodes, seed);
        const random = new CounterRandom(seed + 1);
        const image = Float32Array.from({ length: SIDE * SIDE * 2 }, () => (random.nextBelow(33) - 16) / 16);
        const steps = Array.from({ length: TIME_STEPS }, (_, t) => t + 1);
        const runner = await createRunner(snn);
        const run = await runner.run(imagesInMemory(image, [SIDE, SIDE, 2]), {
          timeSteps: TIME_STEPS,
          record: { logits: true, spikeCountsAt: steps },
        });
        await runner.close();
        expect(runner.backend).toBe('event-driven');
        const theta = snn.tensors.get('fire/threshold')!.data;
        const weights = snn.tensors.get('logits/kernel')!.data;
        const bias = snn.tensors.get('logits/bias')!.data;
        for (const t of steps) {
          const largest = largestOf(run.spikeCounts!.byLayer.get('fire')![t - 1]!, pool);
          const expected = Array.from(bias, (b, o) =>
            largest.reduce((sum, n, i) => sum + n * theta[i % 3]! * weights[i * 4 + o]!, t * b),
          );
          expect([...run.logits!.subarray((t - 1) * 4, t * 4)]).toEqual(expected);
        }
      }),
      { numRuns: 30 },
    );
  });

  test('runs on the event-driven kernels whatever fast ones are asked for, and on the reference', async () => {
    const snn = network([
      IMAGE,
      CONVOLUTION,
      neurons('fire', 'conv'),
      maximum('fire', TILES),
      ...readOut('pool'),
    ]);
    const used = [];
    for (const backend of ['auto', 'wasm', 'native', 'reference'] as const) {
      const runner = await createRunner(snn, { backend });
      used.push(runner.backend);
      await runner.close();
    }
    expect(used).toEqual(['event-driven', 'event-driven', 'event-driven', 'reference']);
  });

  test('is refused where counts of a window do not stand for the same, naming node and remedy', () => {
    const afterImage = [
      IMAGE,
      maximum('image', TILES),
      { ...CONVOLUTION, inputs: ['pool'] } as NetworkNode,
      neurons('fire', 'conv'),
      ...readOut('fire'),
    ];
    expect(problemsOf(network(afterImage))).toEqual([
      'max-pool must read the neurons of one layer, whose spikes it counts, got "image". Convert with --max-pool average.',
    ]);
    const own = network([
      IMAGE,
      CONVOLUTION,
      neurons('fire', 'conv'),
      maximum('fire', TILES),
      ...readOut('pool'),
    ]);
    const length = SIDE * SIDE * 3;
    const data = Float32Array.from({ length }, (_, i) => 1 + i);
    const tensors = new Map(own.tensors).set('fire/threshold', { shape: [SIDE, SIDE, 3], data });
    expect(problemsOf({ ...own, tensors })).toEqual([
      'max-pool reads fire, whose neurons have thresholds of their own: their counts are not comparable. ' +
        'Use one threshold per channel, or convert with --max-pool average.',
    ]);
  });
});

/** The definition, place by place. */
function largestOf(
  counts: Uint16Array,
  { size, strides, padding }: Pick<PoolNode, 'size' | 'strides' | 'padding'>,
): number[] {
  const places = (axis: 0 | 1, border: number): number[] => {
    const count = Math.floor((SIDE + border - size[axis]) / strides[axis]) + 1;
    return Array.from({ length: count }, (_, i) => i * strides[axis]);
  };
  const largest: number[] = [];
  for (const row of places(0, padding.top + padding.bottom)) {
    for (const column of places(1, padding.left + padding.right)) {
      for (let channel = 0; channel < 3; channel++) {
        let most = 0;
        for (let y = row - padding.top; y < row - padding.top + size[0]; y++) {
          for (let x = column - padding.left; x < column - padding.left + size[1]; x++) {
            const isInside = y >= 0 && x >= 0 && y < SIDE && x < SIDE;
            if (isInside) most = Math.max(most, counts[(y * SIDE + x) * 3 + channel]!);
          }
        }
        largest.push(most);
      }
    }
  }
  return largest;
}

function problemsOf(value: Network): string[] {
  try {
    compileNetwork(value);
  } catch (error) {
    expect(error).toBeInstanceOf(CompileError);
    return (error as CompileError).problems.map(({ message }) => message);
  }
  return [];
}
