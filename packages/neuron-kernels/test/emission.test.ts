import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { sizeOf } from '../src/geometry.js';
import {
  createSimulator,
  hasBinarySpikes,
  type Emission,
  type LayerPotential,
  type SimulationOutput,
  type SimulationRequest,
  type SpikingLayer,
  type SpikingPlan,
} from '../src/index.js';
import { arbitraryCase, randomNumbers } from './arbitrary-plan.js';
import { dense, driven, plan, readOut } from './plans.js';

const BACKENDS = ['reference', 'event-driven'] as const;
type BackendName = (typeof BACKENDS)[number];
const SIGNED: Emission = { kind: 'signed' };
const IMAGE = Float32Array.of(0);

async function simulate(
  network: SpikingPlan,
  request: SimulationRequest,
  backend: BackendName,
  threads = 1,
): Promise<SimulationOutput> {
  const simulator = await createSimulator(network, { backend, threads });
  expect(simulator.backend).toBe(backend);
  const output = await simulator.run(request);
  await simulator.close();
  return output;
}

function doubled({ kind, values }: LayerPotential): LayerPotential {
  return { kind, values: values.map((value) => 2 * value) };
}

/** A plan whose neurons are of all kinds, some with θ and amplitude of their own. */
function withEmissions(network: SpikingPlan, seed: number): SpikingPlan {
  const random = randomNumbers(seed);
  const layers = network.layers.map((layer): SpikingLayer => {
    if (!layer.neuron) return layer;
    const kind = Math.floor(3 * random());
    const members = 1 + Math.floor(5 * random());
    const emission: Emission | undefined = [undefined, SIGNED, { kind: 'group', members } as const][kind];
    const own = random() < 0.5;
    const values = (): Float32Array =>
      Float32Array.from({ length: sizeOf(layer.shape) }, () => 0.2 + random());
    return {
      ...layer,
      neuron: {
        theta: own ? values() : layer.neuron.theta,
        reset: emission ? 'subtraction' : layer.neuron.reset,
        ...(emission && { emission }),
        ...(random() < 0.5 && { amplitude: values() }),
      },
    };
  });
  return { ...network, layers };
}

describe('the event-driven kernels', () => {
  it('give the bits of the reference for any plan, also of plain neurons', async () => {
    let [spikes, others] = [0, 0];
    await fc.assert(
      fc.asyncProperty(arbitraryCase, fc.integer(), fc.boolean(), async (example, seed, isPlain) => {
        const network = isPlain ? example.plan : withEmissions(example.plan, seed);
        const expected = await simulate(network, example.request, 'reference');
        expect(await simulate(network, example.request, 'event-driven')).toStrictEqual(expected);
        spikes += expected.spikes.reduce((sum, n) => sum + n, 0);
        if (!hasBinarySpikes(network)) others++;
      }),
      { numRuns: Number(process.env['OPI_PROPERTY_RUNS'] ?? 60), seed: 20_221_124 },
    );
    expect(spikes).toBeGreaterThan(1000);
    expect(others).toBeGreaterThan(15);
  });

  it('give them on several threads, also for sweeps, whatever is recorded', async () => {
    const threads = 2;
    await fc.assert(
      fc.asyncProperty(arbitraryCase, fc.integer(), async (example, seed) => {
        const network = withEmissions(example.plan, seed);
        const { initialPotentials, ...shared } = example.request;
        const sets = [initialPotentials, initialPotentials.map(doubled)];
        const outputs = [];
        for (const options of [{ backend: 'reference' }, { backend: 'event-driven', threads }] as const) {
          const simulator = await createSimulator(network, options);
          outputs.push(await simulator.runSweep({ ...shared, initialPotentials: sets }));
          await simulator.close();
        }
        expect(outputs[1]).toStrictEqual(outputs[0]);
      }),
      { numRuns: Math.ceil(Number(process.env['OPI_PROPERTY_RUNS'] ?? 60) / 5), seed: 20_261_201 },
    );
  });

  it('end a run under way when the simulator is closed', async () => {
    const network = plan(driven([0.4]), readOut([0], [dense(0, [1])]));
    const simulator = await createSimulator(network, { backend: 'event-driven', threads: 2 });
    const initialPotentials = [{ kind: 'per-channel', values: Float32Array.of(0.5) } as const];
    const batch = 5000;
    const underWay = simulator.run({
      images: new Float32Array(batch),
      batch,
      timeSteps: 5,
      initialPotentials,
    });
    const rejected = expect(underWay).rejects.toThrow('run: the simulator was closed.');
    await new Promise((resolve) => setTimeout(resolve));
    await simulator.close();
    await rejected;
  });

  it('are chosen where the fast kernels lack the neurons, and insisting on those is refused with the reason', async () => {
    const signed = { ...driven([1]), neuron: { ...driven([1]).neuron!, emission: SIGNED } };
    const network = plan(signed, readOut([0], [dense(0, [1])]));
    const simulator = await createSimulator(network, { threads: 3 });
    expect([simulator.backend, simulator.threads]).toEqual(['event-driven', 3]);
    await simulator.close();
    for (const backend of ['wasm', 'native'] as const) {
      await expect(createSimulator(network, { backend })).rejects.toThrow(
        `createSimulator: backend must be 'auto', 'event-driven' or 'reference' for this plan, got '${backend}'. ` +
          'Signed spikes, groups, θ per neuron and maximum pooling (driven) are not in the fast kernels.',
      );
    }
  });

  it('refuse int16 plans', async () => {
    const one = Float32Array.of(1);
    const [source, target] = [driven([3], 4), readOut([0], [dense(0, [1])])];
    const network = {
      ...plan({ ...source, step: one }, { ...target, step: one }),
      precision: 'int16',
    } as const;
    await expect(createSimulator(network, { backend: 'event-driven' })).rejects.toThrow(
      "createSimulator: backend must not be 'event-driven' for an int16 plan. Use 'auto'.",
    );
    const signed = { ...source, step: one, neuron: { ...source.neuron!, emission: SIGNED } };
    await expect(createSimulator({ ...network, layers: [signed, { ...target, step: one }] })).rejects.toThrow(
      'layer 0 (driven): spikes must be plain, with one θ per channel and average pooling, in an int16 plan. Use precision float32.',
    );
  });
});

interface Golden {
  readonly timeSteps: number;
  readonly cases: readonly {
    readonly kind: 'signed' | 'group';
    readonly members: number;
    readonly bias: readonly number[];
    readonly weights: readonly (readonly number[])[];
    readonly thetas: readonly (readonly number[])[];
    readonly logits: readonly (readonly number[])[];
    readonly spikes: readonly (readonly number[])[];
    readonly sent: readonly (readonly number[])[];
    readonly v: readonly number[];
  }[];
}

const GOLDEN = JSON.parse(
  readFileSync(new URL('fixtures/emissions.json', import.meta.url), 'utf8'),
) as Golden;

describe.each(BACKENDS)('neurons with emissions on %s', (backend) => {
  it.each(GOLDEN.cases.map((one, i) => [i, one.kind, one.members, one] as const))(
    'agree with NumPy: case %i, %s, %i members',
    async (_, kind, members, golden) => {
      const emission: Emission = kind === 'signed' ? SIGNED : { kind, members };
      const neuron = (theta: readonly number[]): SpikingLayer['neuron'] => {
        const values = Float32Array.from(theta);
        return { theta: values, reset: 'subtraction', emission, amplitude: values };
      };
      const hidden = golden.thetas[1]!.length;
      const network = plan(
        { ...driven(golden.bias), neuron: neuron(golden.thetas[0]!)! },
        {
          ...driven(golden.thetas[1]!.map(() => 0)),
          name: 'second',
          synapses: [dense(0, golden.weights[0]!)],
          neuron: neuron(golden.thetas[1]!)!,
        },
        readOut([0, 0, 0, 0, 0, 0], [dense(1, golden.weights[1]!)]),
      );
      const { timeSteps } = GOLDEN;
      const output = await simulate(
        network,
        {
          images: IMAGE,
          batch: 1,
          timeSteps,
          initialPotentials: golden.thetas.map((theta) => {
            return { kind: 'per-channel', values: Float32Array.from(theta, (value) => value / 2) };
          }),
          record: {
            logits: true,
            spikeCountsAt: [timeSteps],
            membrane: [{ layer: 1, neurons: Array.from({ length: hidden }, (_, i) => i) }],
          },
        },
        backend,
      );
      expect([...output.logits!]).toEqual(golden.logits.flat());
      expect([...output.spikes.subarray(0, 2 * timeSteps)]).toEqual(golden.spikes.flat());
      expect(output.spikeCounts![0]!.slice(0, 2).map((counts) => [...counts])).toEqual(golden.sent);
      expect([...output.membrane![0]!.subarray(-hidden)]).toEqual(golden.v);
    },
  );

  it('a signed neuron takes spikes back, but never more than it sent: a trace by hand', async () => {
    // u: 1.5 → +1, 0.5 − 2 → −1.5 → −1, −0.5 − 1 → −1.5, nothing sent: 0, then −1.5 + 3 = 1.5 → +1.
    const output = await oneNeuron(backend, [1.5, -2, -1, 3], SIGNED);
    expect(output.spikes).toEqual([1, 1, 0, 1]);
    expect(output.v).toEqual([0.5, -0.5, -1.5, 0.5]);
    expect(output.count).toBe(1);
    expect(output.fired).toEqual([1, 1]);
  });

  it('a group of 4 sends as many quanta as its potential holds, at most 4: a trace by hand', async () => {
    // θ = 1 each: u = 2.5 → 2, 0.5 + 0.5 → 1, 0 + 6 → 4, 2 − 3 → 0.
    const output = await oneNeuron(backend, [2.5, 0.5, 6, -3], { kind: 'group', members: 4 });
    expect(output.spikes).toEqual([2, 1, 4, 0]);
    expect(output.v).toEqual([0.5, 0, 2, -1]);
    expect(output.count).toBe(7);
  });
});

/** One neuron of θ = 1 from v = 0, with a current of its own at every step. */
async function oneNeuron(
  backend: BackendName,
  currents: readonly number[],
  emission: Emission | undefined,
  timeSteps = currents.length,
) {
  const steps = currents.length;
  // Neuron t of the first layer gains 1 a step and reaches its threshold at step t, for the only time.
  const first: SpikingLayer = {
    ...driven(currents.map(() => 1)),
    neuron: { theta: new Float32Array(steps).fill(4096), reset: 'subtraction' },
  };
  const second: SpikingLayer = {
    ...driven([0]),
    name: 'second',
    synapses: [dense(0, currents)],
    neuron: { theta: Float32Array.of(1), reset: 'subtraction', ...(emission && { emission }) },
  };
  const { spikes, membrane, spikeCounts, firstSpikeTimeSum, firedNeurons } = await simulate(
    plan(first, second, readOut([0], [dense(1, [1])])),
    {
      images: IMAGE,
      batch: 1,
      timeSteps,
      initialPotentials: [
        { kind: 'per-channel', values: Float32Array.from(currents, (_, t) => 4096 - t - 1) },
        { kind: 'per-channel', values: Float32Array.of(0) },
      ],
      record: { spikeCountsAt: [timeSteps], membrane: [{ layer: 1, neurons: [0] }] },
    },
    backend,
  );
  return {
    spikes: [...spikes.subarray(timeSteps, 2 * timeSteps)],
    v: [...membrane![0]!],
    count: spikeCounts![0]![1]![0]!,
    fired: [firedNeurons[1]!, firstSpikeTimeSum[1]!],
  };
}

const quarters = fc.array(
  fc.integer({ min: -8, max: 8 }).map((n) => n / 4),
  { minLength: 1, maxLength: 8 },
);

describe('the golden values', () => {
  it('hold negative spikes and several spikes at once', () => {
    const sum = (values: readonly (readonly number[])[]): number => values.flat().reduce((a, b) => a + b, 0);
    const signed = GOLDEN.cases.filter(({ kind }) => kind === 'signed');
    expect(signed.some(({ spikes, sent }) => sum(spikes) > sum(sent))).toBe(true);
    const groups = GOLDEN.cases.filter(({ kind }) => kind === 'group');
    expect(groups.some(({ spikes, thetas }) => spikes[1]!.some((n) => n > thetas[1]!.length))).toBe(true);
  });
});

describe('the laws of emissions', () => {
  it('after silence, a signed neuron has sent ⌊Σ I⌋ or one more, or 0, whatever the order of its inputs', async () => {
    await fc.assert(
      fc.asyncProperty(quarters, fc.integer(), async (currents, seed) => {
        const random = randomNumbers(seed);
        const order = currents.map((value) => ({ value, key: random() })).sort((a, b) => a.key - b.key);
        const silence = 1 + Math.ceil(currents.reduce((sum, value) => sum + Math.abs(value), 0));
        const total = currents.reduce((sum, value) => sum + value, 0);
        for (const list of [currents, order.map(({ value }) => value)]) {
          const { count, v } = await oneNeuron('event-driven', list, SIGNED, list.length + silence);
          expect(count + v.at(-1)!).toBe(total);
          if (count > 0) expect([Math.floor(total), Math.floor(total) + 1]).toContain(count);
          else expect(total).toBeLessThan(1);
        }
      }),
      { numRuns: 60, seed: 7 },
    );
  });

  it('without negative input a signed neuron is a plain one', async () => {
    await fc.assert(
      fc.asyncProperty(quarters, async (currents) => {
        const positive = currents.map(Math.abs);
        const signed = await oneNeuron('event-driven', positive, SIGNED);
        expect(signed).toEqual(await oneNeuron('event-driven', positive, undefined));
      }),
      { numRuns: 40, seed: 8 },
    );
  });

  it('a group of one is a plain neuron, and a large group follows ⌊Σ I⌋ at once where it never falls', async () => {
    await fc.assert(
      fc.asyncProperty(quarters, async (currents) => {
        const one = await oneNeuron('event-driven', currents, { kind: 'group', members: 1 });
        expect(one).toEqual(await oneNeuron('event-driven', currents, undefined));
        const positive = currents.map(Math.abs);
        const total = positive.reduce((sum, value) => sum + value, 0);
        const { count, v } = await oneNeuron('event-driven', positive, { kind: 'group', members: 8 });
        expect([count, v.at(-1)]).toEqual([Math.floor(total), total - Math.floor(total)]);
      }),
      { numRuns: 40, seed: 9 },
    );
  });
});

describe('createSimulator refuses', () => {
  const refused: [what: string, neuron: object, message: string][] = [
    [
      'an unknown emission',
      { emission: { kind: 'burst' } },
      "emission.kind must be 'signed' or 'group', got burst.",
    ],
    [
      'a group of none',
      { emission: { kind: 'group', members: 0 } },
      'emission.members must be an integer in [1, 255], got 0.',
    ],
    [
      'signed spikes with reset to zero',
      { emission: SIGNED, reset: 'zero' },
      "reset must be 'subtraction' for signed spikes, got zero.",
    ],
    [
      'an amplitude of another length',
      { amplitude: Float32Array.of(1, 1) },
      'amplitude must hold 1 values, got 2.',
    ],
    [
      'an amplitude that is not finite',
      { amplitude: Float32Array.of(NaN) },
      'amplitude[0] must be finite, got NaN.',
    ],
  ];
  it.each(refused)('%s', async (_, neuron, message) => {
    const layer = driven([1]);
    const network = plan(
      { ...layer, neuron: { ...layer.neuron!, ...neuron } },
      readOut([0], [dense(0, [1])]),
    );
    await expect(createSimulator(network)).rejects.toThrow(`createSimulator: layer 0 (driven): ${message}`);
  });

  it('more steps than the spikes of a group can be counted in', async () => {
    const layer = driven([1]);
    const emission: Emission = { kind: 'group', members: 200 };
    const simulator = await createSimulator(
      plan({ ...layer, neuron: { ...layer.neuron!, emission } }, readOut([0], [dense(0, [1])])),
    );
    const initialPotentials = [{ kind: 'per-channel', values: Float32Array.of(0) }] as const;
    await expect(
      simulator.run({ images: IMAGE, batch: 1, timeSteps: 328, initialPotentials }),
    ).rejects.toThrow('run: timeSteps must be an integer in [1, 327], got 328.');
    await simulator.close();
  });
});
