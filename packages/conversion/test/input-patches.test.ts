import { runNetwork, type Conv2dNode, type NetworkNode } from '@opi-snn/network';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { inputPatches } from '../src/calibration/input-patches.js';

const small = fc.integer({ min: 0, max: 2 });
const convolution = fc
  .record({
    kernelSize: fc.tuple(fc.integer({ min: 1, max: 3 }), fc.integer({ min: 1, max: 3 })),
    strides: fc.tuple(fc.integer({ min: 1, max: 2 }), fc.integer({ min: 1, max: 2 })),
    padding: fc.record({ top: small, bottom: small, left: small, right: small }),
    filters: fc.integer({ min: 1, max: 3 }),
  })
  .map((rest): Conv2dNode => ({ op: 'conv2d', name: 'conv', inputs: ['image'], bias: false, ...rest }));
const SHAPE = [4, 5, 2] as const;

describe('inputPatches', () => {
  it('times the kernel as a matrix are the convolution, at every place that is used', () => {
    fc.assert(
      fc.property(convolution, fc.integer({ min: 1, max: 3 }), fc.integer(), (conv, every, seed) => {
        const values = numbers(2 * 40, seed);
        const shape = [...conv.kernelSize, 2, conv.filters];
        const data = numbers(
          shape.reduce((all, extent) => all * extent),
          seed + 1,
        );
        const nodes: NetworkNode[] = [{ op: 'input', name: 'image', inputs: [], shape: SHAPE }, conv];
        const { output } = runNetwork(
          {
            description: { format: 'opi-snn-network', formatVersion: 1, name: 'one', nodes, output: 'conv' },
            tensors: new Map([['conv/kernel', { shape, data }]]),
          },
          values,
        );
        const { inputs, places } = inputPatches(conv, { values, shape: SHAPE }, every);
        const length = data.length / conv.filters;
        const perImage = output.data.length / 2 / conv.filters;
        expect([...places]).toEqual(used(perImage, every));
        places.forEach((place, row) => {
          for (let c = 0; c < conv.filters; c++) {
            let sum = 0;
            for (let k = 0; k < length; k++) sum += inputs[row * length + k]! * data[k * conv.filters + c]!;
            expect(sum).toBeCloseTo(output.data[place * conv.filters + c]!, 5);
          }
        });
      }),
    );
  });

  it('of a dense layer are its inputs', () => {
    const dense = { op: 'dense', name: 'fc', inputs: ['x'], units: 2, bias: false } as const;
    const values = numbers(9, 1);
    expect(inputPatches(dense, { values, shape: [3] })).toEqual({
      inputs: values,
      places: Uint32Array.of(0, 1, 2),
    });
  });
});

/** Dyadic numbers that a seed decides. */
function numbers(length: number, seed: number): Float32Array {
  return Float32Array.from(
    { length },
    (_, i) => ((Math.imul(i + 1, 2654435761 ^ seed) >>> 20) % 33) / 16 - 1,
  );
}

function used(perImage: number, every: number): number[] {
  return Array.from({ length: 2 * perImage }, (_, at) => at).filter(
    (at) => ((at % perImage) + Math.floor(at / perImage)) % every === 0,
  );
}
