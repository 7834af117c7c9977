import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { readNpz } from '../src/index.js';

const read = (name: string): Promise<Buffer> => readFile(join(import.meta.dirname, 'fixtures', name));
const BASE = [-2, -1, 0, 1, 2, 3];

describe('readNpz', () => {
  test.each(['arrays.npz', 'arrays-stored.npz'])(
    'reads every kind and order of numbers in %s',
    async (file) => {
      const arrays = await readNpz(await read(file));
      const values = (name: string): number[] => [...arrays.get(name)!.data];
      for (const name of [
        'f2',
        'f4',
        'f8',
        'i1',
        'i2',
        'i4',
        'i8',
        'big_f4',
        'big_i2',
        'big_f8',
        'fortran',
      ]) {
        expect([name, arrays.get(name)!.shape, values(name)]).toEqual([name, [2, 3], BASE]);
      }
      for (const name of ['u1', 'u2', 'u4', 'u8']) expect(values(name)).toEqual(BASE.map(Math.abs));
      expect(values('bool')).toEqual([0, 0, 0, 1, 1, 1]);
      expect(arrays.get('scalar')).toEqual({ shape: [], data: Float64Array.of(2.5) });
      expect(values('cube')).toEqual(Array.from({ length: 24 }, (_, i) => i));
      expect(arrays.get('empty')).toEqual({ shape: [0, 3], data: new Float64Array(0) });
    },
  );

  test('lists every array of another kind', async () => {
    await expect(readNpz(await read('arrays-refused.npz'), 'samples.npz')).rejects.toThrow(
      /^readNpz: samples\.npz has 2 obstacles:\n {2}complex: its header names no array of plain numbers.*\n {2}text: its header names/,
    );
  });

  test('refuses what is no archive', async () => {
    await expect(readNpz(new TextEncoder().encode('nothing'))).rejects.toThrow(
      /the zip archive cannot be read/,
    );
  });
});
