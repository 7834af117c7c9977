import type { KernelExports } from './image-program.js';

/** One build for a memory of one thread, one for shared memory; the same code. */
const MODULES = {
  single: new URL('../../dist/kernels.simd.wasm', import.meta.url),
  shared: new URL('../../dist/kernels.simd-threads.wasm', import.meta.url),
};

/**
 * Compiles the kernels; the file is read in Node, fetched in a browser.
 *
 * @returns undefined where the engine has no WebAssembly SIMD (or, for `shared`, no threads)
 */
export async function compileKernels(variant: 'single' | 'shared'): Promise<WebAssembly.Module | undefined> {
  if (typeof WebAssembly === 'undefined') return undefined;
  const bytes = await readBytes(MODULES[variant]);
  return WebAssembly.validate(bytes) ? WebAssembly.compile(bytes) : undefined;
}

async function readBytes(url: URL): Promise<Uint8Array<ArrayBuffer>> {
  if (url.protocol === 'file:' && 'process' in globalThis) {
    const { readFile } = globalThis.process.getBuiltinModule('node:fs/promises');
    return new Uint8Array(await readFile(url));
  }
  const response = await fetch(url);
  if (!response.ok) {
    throw new Error(`createSimulator: ${url.href} must be served, got status ${response.status}.`);
  }
  return new Uint8Array(await response.arrayBuffer());
}

/** Binds compiled kernels to a memory. */
export async function instantiateKernels(
  module: WebAssembly.Module,
  memory: WebAssembly.Memory,
): Promise<KernelExports> {
  const { exports } = await WebAssembly.instantiate(module, { env: { memory } });
  return exports as unknown as KernelExports;
}
