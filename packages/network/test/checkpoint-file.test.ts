import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expectSameBits, temporaryFolder } from '@opi-snn/test-utils';
import { describe, expect, it } from 'vitest';
import { encodeNetwork, loadNetwork, loadSafetensors, saveNetwork, saveSafetensors } from '../src/index.js';
import { tinyNetwork } from './tiny-network.js';

describe('saveNetwork and loadNetwork', () => {
  it('write the bytes of encodeNetwork and nothing beside them, and read them back', async () => {
    const folder = temporaryFolder();
    const path = join(folder, 'network.safetensors');
    const network = tinyNetwork();
    await saveNetwork(path, network);
    await saveNetwork(path, network);
    expect(await readdir(folder)).toEqual(['network.safetensors']);
    expectSameBits(new Uint8Array(await readFile(path)), encodeNetwork(network));
    const read = await loadNetwork(path);
    expect(read.description).toEqual(network.description);
    for (const [name, { data }] of network.tensors) expectSameBits(read.tensors.get(name)!.data, data);
  });

  it('halve the file with F16', async () => {
    const path = join(temporaryFolder(), 'half.safetensors');
    await saveNetwork(path, tinyNetwork(), { dtype: 'F16' });
    expectSameBits(new Uint8Array(await readFile(path)), encodeNetwork(tinyNetwork(), { dtype: 'F16' }));
  });

  it.each([0, 4, 8, 100, 1500, -1])('refuse a file cut after %i bytes, naming it', async (length) => {
    const path = join(temporaryFolder(), 'network.safetensors');
    await saveNetwork(path, tinyNetwork());
    await writeFile(path, (await readFile(path)).subarray(0, length));
    await expect(loadNetwork(path)).rejects.toThrow(
      new RegExp(
        `^decodeSafetensors: ${path} must be a whole safetensors file:\n.*(truncated|at least 10 bytes)`,
      ),
    );
  });

  it('keep the old file when the new one cannot be written, and leave nothing beside it', async () => {
    const folder = temporaryFolder();
    const path = join(folder, 'network.safetensors');
    // A folder of this name: the rename, the last step, fails.
    await mkdir(path);
    await expect(saveNetwork(path, tinyNetwork())).rejects.toThrow(
      new RegExp(`^saveNetwork: path must be writable, got '${path}' \\(.*\\)\\.$`),
    );
    expect(await readdir(folder)).toEqual(['network.safetensors']);
    const missing = join(folder, 'no', 'such', 'network.safetensors');
    await expect(saveNetwork(missing, tinyNetwork())).rejects.toThrow(/path must be writable, got .*ENOENT/);
  });

  it('write nothing for an invalid network', async () => {
    const folder = temporaryFolder();
    const invalid = { ...tinyNetwork(), tensors: new Map() };
    await expect(saveNetwork(join(folder, 'x.safetensors'), invalid)).rejects.toThrow(/^encodeNetwork: /);
    expect(await readdir(folder)).toEqual([]);
  });

  it('name a file that cannot be read', async () => {
    const folder = temporaryFolder();
    await expect(loadNetwork(join(folder, 'none.safetensors'))).rejects.toThrow(
      /^loadNetwork: path must be a readable file, got '.*none\.safetensors' \(ENOENT/,
    );
    await expect(loadNetwork(folder)).rejects.toThrow(/\(EISDIR/);
  });
});

describe('saveSafetensors and loadSafetensors', () => {
  it('keep every kind of number that is asked for', async () => {
    const path = join(temporaryFolder(), 'any.safetensors');
    await saveSafetensors(path, {
      tensors: new Map([['steps', { dtype: 'I64', shape: [2], data: BigInt64Array.of(-1n, 2n ** 62n) }]]),
      metadata: { made: 'by hand' },
    });
    const { tensors, metadata } = await loadSafetensors(path, { dtypes: ['I64'] });
    expect(tensors.get('steps')).toEqual({
      dtype: 'I64',
      shape: [2],
      data: BigInt64Array.of(-1n, 2n ** 62n),
    });
    expect(metadata).toEqual({ made: 'by hand' });
    await expect(loadSafetensors(path)).rejects.toThrow(`decodeSafetensors: ${path} must be`);
  });
});
