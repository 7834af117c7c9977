import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { initializeTensors, type Network, type NetworkNode } from '@opi-snn/network';
import { describe, expect, test } from 'vitest';
import { createRunner, imagesInMemory } from '../src/index.js';

/** image [1] → n layers of one neuron → one logit. */
function deepNetwork(layers: number): Network {
  const nodes: NetworkNode[] = [
    { op: 'input', name: 'image', inputs: [], shape: [1, 1, 1] },
    { op: 'flatten', name: 'layer0', inputs: ['image'] },
  ];
  const initialPotential = { kind: 'fraction', fraction: 0.5 } as const;
  for (let i = 1; i <= layers; i++) {
    nodes.push(
      { op: 'dense', name: `dense${i}`, inputs: [`layer${i - 1}`], units: 1, bias: true },
      {
        op: 'integrate-and-fire',
        name: `layer${i}`,
        inputs: [`dense${i}`],
        reset: 'subtraction',
        initialPotential,
      },
    );
  }
  nodes.push({ op: 'dense', name: 'logits', inputs: [`layer${layers}`], units: 1, bias: true });
  const description = {
    format: 'opi-snn-network',
    formatVersion: 1,
    name: 'deep',
    nodes,
    output: 'logits',
  } as const;
  return { description, tensors: initializeTensors(description, { seed: 1 }) };
}

const images = imagesInMemory(
  Float32Array.from({ length: 200 }, (_, i) => Math.sin(i)),
  [1, 1, 1],
);

describe('createRunner', () => {
  test('takes fewer images at a time where their results would not fit, with the same bits', async () => {
    const network = deepNetwork(10);
    const [small, large] = [
      await createRunner(network, { threads: 1, memoryBytes: 2 ** 20 }),
      await createRunner(network, { threads: 1 }),
    ];
    const indices = Array.from({ length: 70 }, (_, i) => i);
    // 11 layers × 16 bytes × 400 steps = 70 KiB an image; a quarter of 1 MiB holds three.
    const frugal = await small.run(images, { timeSteps: 400, indices });
    const plenty = await large.run(images, { timeSteps: 400, indices });
    expect([frugal.batchSize, plenty.batchSize]).toEqual([3, 64]);
    expect(frugal.layers).toEqual(plenty.layers);
    expect(frugal.predictionHash).toBe(plenty.predictionHash);
    expect(
      (await small.run(images, { timeSteps: 400, batchSize: 50, indices: [0, 1, 2, 3] })).batchSize,
    ).toBe(3);
    expect((await small.run(images, { timeSteps: 4 })).batchSize).toBe(64);
    await Promise.all([small.close(), large.close()]);
  });

  test('refuses a run whose results would not fit, before it starts', async () => {
    const runner = await createRunner(deepNetwork(1), { threads: 1, memoryBytes: 2 ** 20 });
    await expect(runner.run(images, { timeSteps: 65_535 })).rejects.toThrow(
      new RangeError(
        'run: predictions and record must fit into the memory of 1 MiB, needs 25 MiB for 200 images. Run or record fewer ' +
          'images, steps or neurons, or give more memoryBytes.',
      ),
    );
    await runner.close();
  });

  test('keeps the peak of memory near its budget for T = 65,535', async () => {
    const budget = 32 * 2 ** 20;
    // The results of 48 images would take 12 · 48 · 65,535 · 16 bytes = 576 MiB, kept or in one batch.
    const program = `
      import { createRunner, imagesInMemory } from '@opi-snn/simulation';
      const network = ${JSON.stringify({ ...deepNetwork(11), tensors: undefined })};
      const tensors = new Map(${JSON.stringify([...deepNetwork(11).tensors].map(([name, { shape, data }]) => [name, shape, [...data]]))}
        .map(([name, shape, data]) => [name, { shape, data: Float32Array.from(data) }]));
      const runner = await createRunner({ ...network, tensors }, { threads: 1, memoryBytes: ${budget} });
      const images = imagesInMemory(new Float32Array(48).fill(0.3), [1, 1, 1]);
      await runner.run(images, { timeSteps: 10 });
      const before = process.resourceUsage().maxRSS;
      const { batchSize, predictions } = await runner.run(images, { timeSteps: 65_535 });
      await runner.close();
      console.log(JSON.stringify({ batchSize, length: predictions.length, growth: 1024 * (process.resourceUsage().maxRSS - before) }));`;
    const run = promisify(execFile);
    const { stdout } = await run(process.execPath, ['--input-type=module', '--eval', program], {
      cwd: `${import.meta.dirname}/..`,
    });
    const { batchSize, length, growth } = JSON.parse(stdout) as Record<string, number>;
    expect([batchSize, length]).toEqual([1, 48 * 65_535]);
    // Results of earlier batches stay until the engine collects them.
    expect(growth!).toBeLessThan(9 * budget);
  });

  test('reports progress and ends between two batches when told to', async () => {
    const runner = await createRunner(deepNetwork(1), { threads: 1 });
    const seen: number[] = [];
    const stop = new AbortController();
    const reason = new Error('enough');
    const onProgress = ({ done, total }: { done: number; total: number }): void => {
      seen.push(done);
      expect(total).toBe(200);
      if (done === 120) stop.abort(reason);
    };
    await expect(
      runner.run(images, { timeSteps: 2, batchSize: 40, onProgress, signal: stop.signal }),
    ).rejects.toBe(reason);
    expect(seen).toEqual([40, 80, 120]);
    await runner.close();
  });

  test('names options of the kernels that are out of range, and runs no more when closed', async () => {
    await expect(createRunner(deepNetwork(1), { threads: 0 })).rejects.toThrow(/threads must be/);
    const runner = await createRunner(deepNetwork(1), { backend: 'reference' });
    expect([runner.backend, runner.threads]).toEqual(['reference', 1]);
    await runner.close();
    await expect(runner.run(images, { timeSteps: 1 })).rejects.toThrow(/was closed/);
  });

  test('passes on the error of an image source', async () => {
    const runner = await createRunner(deepNetwork(1), { threads: 1 });
    const source = {
      length: 1,
      imageShape: [1, 1, 1] as const,
      read: () => Promise.reject(new Error('no such file')),
    };
    await expect(runner.run(source, { timeSteps: 1 })).rejects.toThrow('no such file');
    await runner.close();
  });
});
