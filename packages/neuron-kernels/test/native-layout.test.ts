import { readFile } from 'node:fs/promises';

import { describe, expect, it } from 'vitest';

import { layoutDifferences } from '../src/native/bind-native.js';
import { findNativeAddon, type NativeAddon } from '../src/native/native-addon.js';
import * as descriptor from '../src/wasm/descriptor.js';

const HEADER = new URL('../../neuron-kernels-native/native/descriptor.h', import.meta.url);

describe('the layout of descriptors', () => {
  it('is the same in C as in TypeScript and AssemblyScript', async () => {
    const header = await readFile(HEADER, 'utf8');
    const rows = [...header.matchAll(/X\(([A-Z_]+), (\d+)\)/g)].map(([, name, value]) => [
      name,
      Number(value),
    ]);
    expect(Object.fromEntries(rows)).toEqual({ ...descriptor });
  });

  it('of an addon built for another version is told apart, constant by constant', () => {
    const addon = (other: Record<string, number>): NativeAddon => ({
      descriptor: { ...descriptor, ...other },
      instructionSets: [],
      kernels: () => ({}),
    });
    expect(layoutDifferences(addon({}))).toEqual([]);
    expect(layoutDifferences(addon({ LAYER_BYTES: 96, LAYER_COLOUR: 92 }))).toEqual([
      'LAYER_BYTES',
      'LAYER_COLOUR',
    ]);
  });

  it('of the addon that is built here is this one', async ({ skip }) => {
    const { addon } = await findNativeAddon();
    if (!addon) return skip('the native kernels are not built');
    expect(layoutDifferences(addon)).toEqual([]);
  });
});
