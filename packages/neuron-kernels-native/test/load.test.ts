import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { loadNativeKernels } from '../src/index.js';

function load() {
  try {
    return loadNativeKernels();
  } catch {
    return undefined;
  }
}

const addon = load();
if (process.env['OPI_TEST_NATIVE'] === 'required' && !addon) {
  throw new Error(
    'OPI_TEST_NATIVE=required: there are no native kernels; build them with `pnpm setup:native`.',
  );
}

describe('loadNativeKernels', () => {
  let empty: string;
  beforeAll(async () => {
    empty = await mkdtemp(join(tmpdir(), 'opi-native-'));
  });
  afterAll(() => rm(empty, { recursive: true }));

  it('says how to build kernels that are not there', () => {
    expect(() => loadNativeKernels(empty)).toThrow(
      /^loadNativeKernels: no kernels for this platform could be loaded \(No native build was found for .*\)\. Build them with `pnpm setup:native`/,
    );
  });

  it.skipIf(!addon)('finds what `pnpm setup:native` built, for what this processor runs', () => {
    expect(['avx512', 'avx2', 'sse42', 'neon']).toEqual(expect.arrayContaining([...addon!.instructionSets]));
    expect(addon!.instructionSets.length).toBeGreaterThan(0);
  });

  it.skipIf(!addon)('refuses an instruction set that the processor or the build does not have', () => {
    expect(() => addon!.kernels('mmx')).toThrow(
      new TypeError('kernels: name must be one of instructionSets'),
    );
    expect(() => addon!.kernels(7 as unknown as string)).toThrow(
      new TypeError('kernels: name must be a string'),
    );
  });

  it.skipIf(!addon)('refuses arguments of another number or kind', () => {
    const kernels = addon!.kernels(addon!.instructionSets[0]!);
    const memory = new Uint8Array(64);
    const message = 'kernel: its arguments must be a Uint8Array and its numbers';
    expect(() => {
      (kernels as unknown as { listSpikes(memory: Uint8Array): void }).listSpikes(memory);
    }).toThrow(new TypeError(message));
    expect(() => {
      kernels.listSpikes(new Float32Array(4) as unknown as Uint8Array, 0, 0, 0);
    }).toThrow(new TypeError(message));
  });

  it.skipIf(!addon)('reads and writes shared memory', () => {
    const { LAYER_BYTES, LAYER_HEIGHT, LAYER_WIDTH, LAYER_BLOCKS, LAYER_CAPACITY, LAYER_SPIKES } =
      addon!.descriptor;
    for (const name of addon!.instructionSets) {
      const memory = new SharedArrayBuffer(1024);
      // Two places of one block, room for three steps; neuron 0 of place 0 and neuron 15 of place 1 spike.
      const fields = new Int32Array(memory, 0, LAYER_BYTES! / 4);
      fields[LAYER_HEIGHT! / 4] = 1;
      fields[LAYER_WIDTH! / 4] = 2;
      fields[LAYER_BLOCKS! / 4] = 1;
      fields[LAYER_CAPACITY! / 4] = 3;
      fields[LAYER_SPIKES! / 4] = 256;
      new Uint16Array(memory, 256, 6).set([1, 0, 1, 0x8000, 0x8000, 0x8000]);
      addon!.kernels(name).countByNeuron(new Uint8Array(memory), 0, 0, 3, 512);
      const counts = new Uint16Array(memory, 512, 32);
      expect([counts[0], counts[31], counts.reduce((sum, n) => sum + n)]).toEqual([2, 3, 5]);
    }
  });
});
