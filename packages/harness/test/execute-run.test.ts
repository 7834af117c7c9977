import { temporaryFolder } from '@opi-snn/test-utils';
import { describe, expect, test } from 'vitest';
import {
  contentAddress,
  executeEvaluation,
  executeSimulation,
  executeSweep,
  hashPredictions,
  openArtifactStore,
  simulationKind,
  type ArtifactStore,
  type JsonValue,
  type SimulationResult,
  type SimulationSpec,
} from '../src/index.js';
import { makeRun } from './runs.js';

const spec: SimulationSpec = {
  kind: 'simulation',
  specVersion: 1,
  floatOrder: 'neuron-kernels/1',
  network: { name: 'net', hash: 'aa' },
  dataset: { name: 'shapes-10', split: 'test', hash: 'bb' },
  images: { from: 0, to: 25 },
  conversion: { method: 'opi', parameters: {} },
  reset: 'subtraction',
  initialPotential: { kind: 'fraction', fraction: 0.5 },
  timeSteps: 2,
  seed: 0,
};

/** What an executor would give: a function of the image number alone. */
function simulated({ images: { from, to } }: SimulationSpec): SimulationResult {
  const images = Array.from({ length: to - from }, (_, i) => from + i);
  return makeRun({
    from,
    predictions: images.map((image) => [image % 10, (3 * image) % 10]),
    layers: [
      { name: 'fire', neurons: 100 },
      { name: 'logits', neurons: 10 },
    ],
    firstSpikes: images.map((image) => [
      [2 * image, image],
      [0, 0],
    ]),
  });
}

interface Ran {
  readonly run: Awaited<ReturnType<typeof executeSimulation>>;
  readonly executed: number[];
}

async function run(store: ArtifactStore, shardSize: number, failAt = Infinity): Promise<Ran> {
  const executed: number[] = [];
  const finished = await executeSimulation(spec, {
    store,
    shardSize,
    execute: (shard) => {
      if (shard.images.from >= failAt) throw new Error('killed');
      executed.push(shard.images.from);
      return Promise.resolve(simulated(shard));
    },
  });
  return { run: finished, executed };
}

describe('executeSimulation', () => {
  test('gives the whole run, whatever the shards', async () => {
    for (const shardSize of [1, 7, 25, 100]) {
      const { run: found } = await run(await openArtifactStore(temporaryFolder()), shardSize);
      expect(found.result).toEqual(simulated(spec));
      expect(found.predictionHash).toBe(hashPredictions(simulated(spec).predictions));
      expect(found.address).toBe(contentAddress(spec));
    }
  });

  test('continues after an interruption with what is missing, and ends with the same hash', async () => {
    const store = await openArtifactStore(temporaryFolder());
    await expect(run(store, 10, 20)).rejects.toThrow('killed');
    const { run: found, executed } = await run(store, 10);
    expect(executed).toEqual([20]);
    expect(found.jobs).toEqual({ stored: 2, executed: 1 });
    expect(found.predictionHash).toBe(hashPredictions(simulated(spec).predictions));
    expect(found.result).toEqual(simulated(spec));
  });

  test('makes an artifact of an older program again, which has no first spikes', async () => {
    const store = await openArtifactStore(temporaryFolder());
    const { value, files } = simulationKind.encode(simulated(spec), spec);
    await store.put(JSON.parse(JSON.stringify(spec)) as JsonValue, {
      value,
      files: { 'predictions.u16': files['predictions.u16']! },
    });
    const { run: found, executed } = await run(store, 100);
    expect(executed).toEqual([0]);
    expect(found.result).toEqual(simulated(spec));
  });

  test('does not store a result that does not fit its spec', async () => {
    const store = await openArtifactStore(temporaryFolder());
    const wrong = executeSimulation(spec, {
      store,
      execute: (shard) => Promise.resolve({ ...simulated(shard), predictions: new Uint16Array(3) }),
    });
    await expect(wrong).rejects.toThrow(
      new RangeError('simulationKind.encode: predictions must have 50 entries, got 3.'),
    );
    expect(await store.list()).toEqual([]);
  });

  test('refuses counts of another length and first spikes that do not add up', () => {
    const good = simulated(spec);
    const short = { ...good, layers: good.layers.map((layer) => ({ ...layer, spikes: [1] })) };
    expect(() => simulationKind.encode(short, spec)).toThrow(
      'simulationKind.encode: counts must have 2 entries, got another length in fire, logits.',
    );
    const wrong = { ...good, layers: good.layers.map((layer) => ({ ...layer, firedNeurons: 1 })) };
    expect(() => simulationKind.encode(wrong, spec)).toThrow(
      'simulationKind.encode: first spikes of fire must add up to its sums over images; first spikes of logits must add up',
    );
  });
});

describe('executeEvaluation', () => {
  test('joins the predictions of all shards', async () => {
    const store = await openArtifactStore(temporaryFolder());
    const { network, dataset, images } = spec;
    const found = await executeEvaluation(
      { kind: 'evaluation', specVersion: 1, backend: 'wasm', network, dataset, images },
      {
        store,
        shardSize: 10,
        execute: ({ images: { from, to } }) =>
          Promise.resolve({
            images: { from, to },
            predictions: Uint16Array.from({ length: to - from }, (_, i) => from + i),
          }),
      },
    );
    expect([...found.result.predictions]).toEqual(Array.from({ length: 25 }, (_, i) => i));
    expect(found.jobs).toEqual({ stored: 0, executed: 3 });
  });
});

describe('executeSweep', () => {
  const specs = [0, 1, 2].map((seed): SimulationSpec => ({ ...spec, seed }));
  /** An executor's answer that depends on the seed as well. */
  const answer = (shard: SimulationSpec): SimulationResult => {
    const result = simulated(shard);
    return { ...result, predictions: result.predictions.map((prediction) => (prediction + shard.seed) % 10) };
  };
  const sweep = (store: ArtifactStore, executed: (readonly [number, number])[][], failAt = Infinity) =>
    executeSweep(specs, {
      store,
      shardSize: 10,
      execute: (shards) => {
        if (shards[0]!.images.from >= failAt) throw new Error('killed');
        executed.push(shards.map(({ images, seed }) => [images.from, seed]));
        return Promise.resolve(shards.map(answer));
      },
    });

  test('gives what separate runs give, range by range', async () => {
    const executed: (readonly [number, number])[][] = [];
    const together = await sweep(await openArtifactStore(temporaryFolder()), executed);
    const range = (from: number) => specs.map(({ seed }) => [from, seed]);
    expect(executed).toEqual([range(0), range(10), range(20)]);
    for (const [i, alone] of specs.entries()) {
      const store = await openArtifactStore(temporaryFolder());
      const execute = (shard: SimulationSpec) => Promise.resolve(answer(shard));
      expect(together[i]).toEqual(await executeSimulation(alone, { store, shardSize: 10, execute }));
    }
  });

  test('executes of each range what the store lacks, whoever stored the rest', async () => {
    const store = await openArtifactStore(temporaryFolder());
    await expect(sweep(store, [], 10)).rejects.toThrow('killed');
    await executeSimulation(specs[1]!, {
      store,
      shardSize: 10,
      execute: (shard) => Promise.resolve(answer(shard)),
    });
    const executed: (readonly [number, number])[][] = [];
    const runs = await sweep(store, executed);
    expect(executed).toEqual([
      [
        [10, 0],
        [10, 2],
      ],
      [
        [20, 0],
        [20, 2],
      ],
    ]);
    expect(runs.map(({ jobs }) => jobs)).toEqual([
      { stored: 1, executed: 2 },
      { stored: 3, executed: 0 },
      { stored: 1, executed: 2 },
    ]);
    expect(runs[2]!.result).toEqual(answer(specs[2]!));
  });

  test('refuses runs over different images, and an executor that forgets one', async () => {
    const store = await openArtifactStore(temporaryFolder());
    const execute = (shards: readonly SimulationSpec[]) => Promise.resolve(shards.slice(1).map(answer));
    const short = { ...spec, images: { from: 0, to: 5 } };
    await expect(executeSweep([spec, short], { store, execute })).rejects.toThrow(
      'executeSweep: specs must be about the same images, got [0, 25) and [0, 5).',
    );
    await expect(executeSweep(specs, { store, execute })).rejects.toThrow(
      'executeJobGroups: execute must return 3 results, got 2.',
    );
  });
});
