import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { meanFirstSpikes } from '../src/index.js';
import { decodeFirstSpikes, encodeFirstSpikes, firstSpikeProblems } from '../src/first-spikes.js';
import { makeRun } from './runs.js';

const layers = [
  { name: 'fire1', neurons: 2 },
  { name: 'fire2', neurons: 4 },
  { name: 'logits', neurons: 10 },
];
const run = makeRun({
  predictions: [
    [0, 0, 0],
    [0, 0, 0],
  ],
  layers,
  firstSpikes: [
    // Image 0: both neurons of fire1 at steps 1 and 2; one of fire2 at step 3.
    [
      [3, 2],
      [3, 1],
      [0, 0],
    ],
    // Image 1: nothing fires.
    [
      [0, 0],
      [0, 0],
      [0, 0],
    ],
  ],
});

describe('meanFirstSpikes', () => {
  test('counts a silent neuron as T + 1, and every layer alike', () => {
    // fire1: (1 + 2) / 2 = 1.5; fire2: (3 + 3 · 4) / 4 = 3.75; T = 3.
    expect([...meanFirstSpikes(run, [0])]).toEqual([1.5, 4]);
    expect([...meanFirstSpikes(run, [1])]).toEqual([3.75, 4]);
    expect([...meanFirstSpikes(run, [0, 1])]).toEqual([(1.5 + 3.75) / 2, 4]);
  });

  test('never rises when one more neuron fires', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 3 }), fc.integer({ min: 1, max: 3 }), (fired, step) => {
        const spikes = (n: number): readonly (readonly [number, number])[] => [
          [0, 0],
          [n * step, n],
          [0, 0],
        ];
        const of = (n: number): number =>
          meanFirstSpikes(makeRun({ predictions: [[0, 0, 0]], layers, firstSpikes: [spikes(n)] }), [1])[0]!;
        expect(of(fired + 1)).toBeLessThan(of(fired));
      }),
    );
  });

  test.each([
    [[], 'meanFirstSpikes: layers must be one or more indices in [0, 2], got none.'],
    [[0, 3, -1], 'meanFirstSpikes: layers must be one or more indices in [0, 2], got 3, -1.'],
  ])('refuses layers %j', (chosen, message) => {
    expect(() => meanFirstSpikes(run, chosen)).toThrow(new RangeError(message));
  });
});

describe('encodeFirstSpikes', () => {
  test('writes sums, then counts, as little-endian doubles', () => {
    const bytes = encodeFirstSpikes({ timeSum: Float64Array.of(1), fired: Float64Array.of(2) });
    expect(Buffer.from(bytes).toString('hex')).toBe('000000000000f03f' + '0000000000000040');
  });

  test('comes back exactly, from any offset in memory', () => {
    const integers = fc.array(fc.tuple(fc.maxSafeNat(), fc.maxSafeNat()), { maxLength: 40 });
    fc.assert(
      fc.property(integers, (rows) => {
        const counts = {
          timeSum: Float64Array.from(rows, ([sum]) => sum),
          fired: Float64Array.from(rows, ([, fired]) => fired),
        };
        const shifted = Uint8Array.from([0, 0, 0, ...encodeFirstSpikes(counts)]).subarray(3);
        expect(decodeFirstSpikes(shifted)).toEqual(counts);
      }),
    );
  });

  test('refuses a part of a row', () => {
    expect(() => decodeFirstSpikes(new Uint8Array(24))).toThrow(
      new RangeError('decodeFirstSpikes: bytes must be a multiple of 16, got 24.'),
    );
  });
});

describe('firstSpikeProblems', () => {
  test('finds nothing in a run that fits', () => {
    expect(firstSpikeProblems(run.firstSpikes, run)).toEqual([]);
  });

  test('finds a missing row and a sum that does not agree', () => {
    const short = { timeSum: new Float64Array(5), fired: new Float64Array(6) };
    expect(firstSpikeProblems(short, run)).toEqual(['first spikes must have 6 entries, got 5 and 6']);
    const wrong = {
      timeSum: run.firstSpikes.timeSum,
      fired: run.firstSpikes.fired.map((n, i) => n + (i === 1 ? 1 : 0)),
    };
    expect(firstSpikeProblems(wrong, run)).toEqual([
      'first spikes of fire2 must add up to its sums over images',
    ]);
  });
});
