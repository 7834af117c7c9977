import { readFile } from 'node:fs/promises';

import { describe, expect, it } from 'vitest';

import type { KernelExports } from '../src/wasm/kernel-exports.js';
import * as D from '../src/wasm/descriptor.js';

const folder = new URL('../dist/', import.meta.url);

describe.each([
  ['kernels.simd.wasm', false],
  ['kernels.simd-threads.wasm', true],
])('%s', (name, shared) => {
  it('needs nothing but a memory, so that the same bytes run in a browser', async () => {
    const bytes = await readFile(new URL(name, folder));
    const module = await WebAssembly.compile(new Uint8Array(bytes));
    expect(WebAssembly.Module.imports(module)).toEqual([{ module: 'env', name: 'memory', kind: 'memory' }]);
    const limits = { initial: 1, ...(shared && { maximum: 1, shared }) };
    const memory = new WebAssembly.Memory(limits);
    const { exports } = await WebAssembly.instantiate(module, { env: { memory } });
    const kernels = exports as unknown as KernelExports;

    // Two places of one block, room for three steps; neuron 0 of place 0 and neuron 15 of place 1 spike.
    const [layer, spikes, counts] = [4096, 8192, 16_384];
    const fields = new Int32Array(memory.buffer, layer, D.LAYER_BYTES / 4);
    fields[D.LAYER_HEIGHT / 4] = 1;
    fields[D.LAYER_WIDTH / 4] = 2;
    fields[D.LAYER_BLOCKS / 4] = 1;
    fields[D.LAYER_CAPACITY / 4] = 3;
    fields[D.LAYER_SPIKES / 4] = spikes;
    new Uint16Array(memory.buffer, spikes, 6).set([1, 0, 1, 0x8000, 0x8000, 0x8000]);
    kernels.countByNeuron(layer, 0, 3, counts);
    const perNeuron = new Uint16Array(memory.buffer, counts, 32);
    expect([perNeuron[0], perNeuron[31], perNeuron.reduce((sum, n) => sum + n)]).toEqual([2, 3, 5]);
  });
});
