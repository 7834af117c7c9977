import type { KernelExports } from './kernel-exports.js';

/** One build for a memory of one thread, one for shared memory; the same code. And the adding of spikes of any kind. */
const MODULES = {
  single: new URL('../../dist/kernels.simd.wasm', import.meta.url),
  shared: new URL('../../dist/kernels.simd-threads.wasm', import.meta.url),
  scatter: new URL('../../dist/scatter.simd.wasm', import.meta.url),
};

const compiled = new Map<URL, WebAssembly.Module>();

/**
 * Compiles the kernels, once per thread; the file is read in Node, fetched in a browser.
 *
 * @returns undefined where the engine has no WebAssembly SIMD (or, for `shared`, no threads)
 * @throws Error if the file cannot be had
 */
export async function compileKernels(
  variant: 'single' | 'shared' | 'scatter',
): Promise<WebAssembly.Module | undefined> {
  if (typeof WebAssembly === 'undefined') return undefined;
  const url = MODULES[variant];
  const known = compiled.get(url);
  if (known) return known;
  const bytes = await readBytes(url);
  if (!WebAssembly.validate(bytes)) return undefined;
  const module = await WebAssembly.compile(bytes);
  compiled.set(url, module);
  return module;
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
