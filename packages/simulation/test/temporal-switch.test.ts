import { inferShapes, type Network } from '@opi-snn/network';
import { answerOfSwitch, type SwitchCode, switchInterval, type SwitchRounding } from '@opi-snn/theory';
import { describe, expect, test } from 'vitest';
import {
  compileNetwork,
  imagesInMemory,
  runTemporalSwitch,
  type TemporalSwitchOptions,
} from '../src/index.js';
import { linear, type State } from './brute-force.js';
import { residualImages, residualNetwork } from './residual-network.js';

const SHAPE = [6, 7, 2] as const;
const IMAGES = 3;
const DESCRIPTION = {
  seed: 5,
  kernel: [3, 3],
  strides: [1, 1],
  pool: [2, 2],
  border: 1,
  reset: 'subtraction',
  initialPotential: { kind: 'fraction', fraction: 0 },
  emission: { kind: 'temporal-switch' },
} as const;
const PIXELS = residualImages(IMAGES, 5);
const SOURCE = imagesInMemory(PIXELS, SHAPE);

interface Stepped {
  /** n of every neuron of each layer. */
  readonly intervals: ReadonlyMap<string, number[]>;
  readonly logits: number[];
  /** Additions in the layers that read spikes, both kinds of spikes. */
  readonly additions: number;
}

/**
 * One image, window by window and step by step as the network's description says: spikes switch values on and off, neurons add up what they receive, and
 * answer in the next window. Float64, exact for multiples of small powers of two.
 */
function stepThrough(network: Network, image: Float32Array, rounding: SwitchRounding, timeSteps: number): Stepped {
  const { description, tensors } = network;
  const shapes = inferShapes(description);
  const pixels = Array.from(image, (pixel) => switchInterval(pixel, { timeSteps, bound: 1, rounding }));
  const intervals = new Map<string, number[]>();
  let [logits, additions]: [number[], number] = [[], 0];
  for (const node of description.nodes) {
    const isReadOut = node.name === description.output;
    if (node.op !== 'integrate-and-fire' && !isReadOut) continue;
    // The window in which this layer listens, to all layers before.
    const on = new Map<string, number[]>();
    const heard: number[][] = [];
    for (let t = 0; t <= timeSteps; t++) {
      const states = new Map<string, State>();
      for (const { name, op, inputs, ...rest } of description.nodes) {
        if (op === 'input' || intervals.has(name)) {
          const own = op === 'input' ? pixels : intervals.get(name)!;
          const theta = op === 'input' ? Float32Array.of(1) : tensors.get(`${name}/threshold`)!.data;
          const switched = on.get(name) ?? own.map(() => 0);
          on.set(name, switched);
          const spikes = new Float64Array(own.length);
          own.forEach((n, i) => {
            if (n === 0 || (t !== 0 && t !== Math.abs(n))) return;
            switched[i]! += t === 0 ? Math.sign(n) : -Math.sign(n);
            spikes[i] = op === 'input' ? 0 : 1;
          });
          const values = Float64Array.from(switched, (s, i) => s * theta[i % theta.length]!);
          states.set(name, { values, spikes, operations: 0 });
        } else if (op !== 'integrate-and-fire' && inputs.every((input) => states.has(input))) {
          const place = { shape: shapes.get(name)!, network, shapes };
          states.set(name, linear({ name, op, inputs, ...rest } as never, inputs.map((input) => states.get(input)!), place));
        }
      }
      const { values, spikes, operations } = states.get(isReadOut ? node.name : node.inputs[0]!)!;
      additions += operations + spikes.reduce((sum, spike) => sum + spike, 0);
      // The spikes that end an interval of T steps come after the window's last step.
      if (t < timeSteps) heard.push([...values]);
    }
    if (isReadOut) logits = heard.reduce((sum, values) => sum.map((value, i) => value + values[i]!));
    else {
      const theta = tensors.get(`${node.name}/threshold`)!.data;
      intervals.set(node.name, heard[0]!.map((_, i) => {
        const code: SwitchCode = { timeSteps, bound: theta[i % theta.length]!, rounding };
        return answerOfSwitch(heard.map((values) => values[i]!), code);
      }));
    }
  }
  return { intervals, logits, additions };
} // prettier-ignore

describe.each([
  { hasOwnThresholds: false, rounding: 'down' },
  { hasOwnThresholds: false, rounding: 'nearest' },
  { hasOwnThresholds: true, rounding: 'down' },
] as const)('runTemporalSwitch, $rounding, a θ for each neuron: $hasOwnThresholds', ({ hasOwnThresholds, rounding }) => {
  const network = residualNetwork({ ...DESCRIPTION, hasOwnThresholds });

  test.each([1, 4, 16])('is the network stepped through its windows, switch by switch: T = %i', async (timeSteps) => {
    const stepped = Array.from({ length: IMAGES }, (_, i) => {
      const size = PIXELS.length / IMAGES;
      return stepThrough(network, PIXELS.subarray(i * size, (i + 1) * size), rounding, timeSteps);
    });
    for (const [backend, batchSize] of [['reference', 3], ['event-driven', 1], ['event-driven', 2]] as const) {
      const run = await runTemporalSwitch(network, SOURCE, { timeSteps, inputBound: 1, rounding, backend, batchSize });
      expect([...run.predictions]).toEqual(stepped.map(({ logits }) => logits.indexOf(Math.max(...logits))));
      for (const { name, neurons, fired, intervals } of run.layers) {
        const all = stepped.flatMap((image) => image.intervals.get(name)!);
        expect(all).toHaveLength(neurons * IMAGES);
        expect(fired).toBe(all.filter((n) => n > 0).length);
        expect(intervals).toBe(all.reduce((sum, n) => sum + n, 0));
      }
      const additions = run.layers.reduce((sum, layer) => sum + layer.additions, 0);
      expect(additions).toBe(stepped.reduce((sum, image) => sum + image.additions, 0));
      expect(run).toMatchObject({ timeSteps, latency: 6 * timeSteps, rounding, backend });
    }
    expect(differentIntervals(stepped)).toBeGreaterThan(timeSteps);
  });
}); // prettier-ignore

/** Different intervals that occur: the networks are not silent. */
function differentIntervals(stepped: readonly Stepped[]): number {
  return new Set(stepped.flatMap(({ intervals }) => [...intervals.values()].flat())).size;
}

describe('temporal-switch networks', () => {
  const attempt = (network: Network, options: Partial<TemporalSwitchOptions>) =>
    runTemporalSwitch(network, SOURCE, { timeSteps: 4, inputBound: 1, ...options });

  test('clip pixels beyond the bound', async () => {
    const network = residualNetwork(DESCRIPTION);
    const doubled = imagesInMemory(
      PIXELS.map((pixel) => Math.sign(pixel) * 2),
      SHAPE,
    );
    const signs = imagesInMemory(PIXELS.map(Math.sign), SHAPE);
    const options = { timeSteps: 8, inputBound: 1 };
    expect((await runTemporalSwitch(network, doubled, options)).layers).toEqual(
      (await runTemporalSwitch(network, signs, options)).layers,
    );
  });

  test('are refused by what runs rate-coded networks, and the other way round', async () => {
    expect(() => compileNetwork(residualNetwork(DESCRIPTION))).toThrow(
      'fire1: is not rate coded. Run it with runTemporalSwitch.',
    );
    const { emission, ...plain } = DESCRIPTION;
    expect(emission.kind).toBe('temporal-switch');
    await expect(attempt(residualNetwork(plain), {})).rejects.toThrow(
      'runTemporalSwitch: fire1 must be temporal-switch neurons, got others. Convert with the method tsc.',
    );
    const half = residualNetwork({ ...DESCRIPTION, initialPotential: { kind: 'fraction', fraction: 0.5 } });
    await expect(attempt(half, {})).rejects.toThrow(
      'fire1 must start at 0, got another initial potential: it is not rate coded.',
    );
  });

  test('name every option that is out of range', async () => {
    await expect(
      attempt(residualNetwork(DESCRIPTION), { timeSteps: 256, inputBound: 0, rounding: 'up' as 'down', batchSize: 0 }),
    ).rejects.toThrow(
      'runTemporalSwitch: timeSteps must be an integer in [1, 255], got 256. inputBound must be finite and > 0, got 0. ' +
        'rounding must be one of down, nearest, got up. batchSize must be an integer ≥ 1, got 0.',
    );
  }); // prettier-ignore
});
