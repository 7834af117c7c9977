import * as descriptor from '../wasm/descriptor.js';
import type { KernelExports } from '../wasm/kernel-exports.js';
import type { NativeAddon } from './native-addon.js';

/** Constants in which an addon differs from this package: then it was built for another version of the kernels. */
export function layoutDifferences(addon: NativeAddon): string[] {
  const own: Readonly<Record<string, number>> = descriptor;
  const names = new Set([...Object.keys(own), ...Object.keys(addon.descriptor)]);
  return [...names].filter((name) => own[name] !== addon.descriptor[name]);
}

/** Binds the native kernels of an instruction set to a memory that may grow. */
export function bindNative(
  addon: NativeAddon,
  instructionSet: string,
  memory: WebAssembly.Memory,
): KernelExports {
  let bytes = new Uint8Array(memory.buffer);
  const bind =
    (name: keyof KernelExports) =>
    (...numbers: number[]): void => {
      if (bytes.buffer !== memory.buffer) bytes = new Uint8Array(memory.buffer);
      kernels[name]!(bytes, ...numbers);
    };
  const kernels = addon.kernels(instructionSet);
  return {
    constantCurrent: bind('constantCurrent'),
    runLayer: bind('runLayer'),
    roundCurrents: bind('roundCurrents'),
    runInt16Layer: bind('runInt16Layer'),
    listSpikes: bind('listSpikes'),
    compileSpikes: bind('compileSpikes'),
    countByClass: bind('countByClass'),
    countByNeuron: bind('countByNeuron'),
  };
}
