import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

import { describe, expect, it } from 'vitest';

import { createSimulator, type SimulationRequest } from '../src/index.js';
import { workerExecutors } from '../src/wasm/executor.js';
import type { ImageProgram } from '../src/wasm/image-program.js';
import { compileKernels } from '../src/wasm/load-kernels.js';
import { startWorker } from '../src/wasm/worker-handle.js';
import { dense, driven, plan, readOut } from './plans.js';

const network = plan(driven([0.4]), readOut([0], [dense(0, [1])]));

function request(batch: number): SimulationRequest {
  return {
    images: new Float32Array(batch),
    batch,
    timeSteps: 5,
    initialPotentials: [{ kind: 'per-channel', values: Float32Array.of(0.5) }],
  };
}

describe('threads', () => {
  it('take runs in turn', async () => {
    const simulator = await createSimulator(network, { threads: 2 });
    const outputs = await Promise.all([3, 1, 40].map((batch) => simulator.run(request(batch))));
    expect(outputs.map(({ predictions }) => predictions.length)).toEqual([15, 5, 200]);
    expect(outputs.map(({ spikes }) => spikes.reduce((sum, n) => sum + n))).toEqual([6, 2, 80]);
    await simulator.close();
  });

  it.each([1, 2])(
    '(%i) reject a run that is under way when the simulator is closed, and every later one',
    async (threads) => {
      const simulator = await createSimulator(network, { threads });
      const underWay = expect(simulator.run(request(5000))).rejects.toThrow(
        'run: the simulator was closed. Create a new one with createSimulator.',
      );
      await new Promise((resolve) => setTimeout(resolve));
      await simulator.close();
      await underWay;
      await expect(simulator.run(request(1))).rejects.toThrow('run: the simulator was closed.');
      await simulator.close();
    },
  );

  it('reject with the reason when a worker fails, now and later', async () => {
    const memory = new WebAssembly.Memory({ initial: 2, maximum: 2, shared: true });
    const module = (await compileKernels('shared'))!;
    const [executor] = await workerExecutors({ kind: 'wasm', module }, memory, 1);
    executor!.prepare({ layers: [], timeSteps: 1, capacity: 1, slots: [] } as unknown as ImageProgram);
    const message =
      /^run: thread 0 stopped unexpectedly \(TypeError: .*\)\. Create a new simulator with createSimulator\.$/;
    await expect(executor!.simulate([{ slot: 0, member: 0, sharesImage: false }])).rejects.toThrow(message);
    await expect(executor!.simulate([{ slot: 0, member: 0, sharesImage: false }])).rejects.toThrow(message);
    await executor!.close();
  });

  it('notice a worker that ends', async () => {
    const reason = await new Promise((resolve) => {
      const worker = startWorker({ onMessage: () => undefined, onEnd: resolve });
      void worker.terminate();
    });
    expect(reason).toMatch(/^exit code [01]$/);
  });

  it('do not keep the process alive, and keep it alive while they compute', async () => {
    const script = `
      import { createSimulator } from ${JSON.stringify(new URL('../dist/index.js', import.meta.url).href)};
      const plan = { inputShape: [1, 1, 1], layers: [
        { name: 'read-out', shape: [1, 1, 1], synapses: [], bias: new Float32Array(1) } ] };
      const simulator = await createSimulator(plan, { threads: 2 });
      const { predictions } = await simulator.run(
        { images: new Float32Array(50), batch: 50, timeSteps: 3, initialPotentials: [] });
      console.log(simulator.threads, predictions.length);`;
    const argument = ['--input-type=module', '--eval', script];
    const { stdout } = await promisify(execFile)(process.execPath, argument, { timeout: 200_000 });
    expect(stdout).toBe('2 150\n');
  });
});
