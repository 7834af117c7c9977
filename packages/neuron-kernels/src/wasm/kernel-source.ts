import { bindNative } from '../native/bind-native.js';
import { loadNativeAddon } from '../native/native-addon.js';
import type { KernelExports } from './kernel-exports.js';
import { instantiateKernels } from './load-kernels.js';

/** Kernels that every thread can bind to the memory: a plain value, sent to workers. */
export type KernelSource =
  | { readonly kind: 'wasm'; readonly module: WebAssembly.Module }
  | { readonly kind: 'native'; readonly url: string; readonly instructionSet: string };

/** Binds kernels to a memory, in the thread that will call them. */
export async function bindKernels(source: KernelSource, memory: WebAssembly.Memory): Promise<KernelExports> {
  if (source.kind === 'wasm') return instantiateKernels(source.module, memory);
  return bindNative(await loadNativeAddon(source.url), source.instructionSet, memory);
}
