/** The optional package that provides the kernels in C. */
const PACKAGE = '@opi-snn/neuron-kernels-native';

/** One native kernel: the whole memory, then unsigned 32-bit integers, addresses among them. */
type NativeKernel = (memory: Uint8Array, ...numbers: number[]) => void;

/** What the optional package `@opi-snn/neuron-kernels-native` hands out, as far as it is used here. */
export interface NativeAddon {
  /** The constants of descriptor.ts that it was compiled for. */
  readonly descriptor: Readonly<Record<string, number>>;
  /** Those that this processor runs, the fastest first. */
  readonly instructionSets: readonly string[];
  kernels(instructionSet: string): Readonly<Record<string, NativeKernel>>;
}

/** The addon and where it came from, or why there is none. */
export type FoundAddon =
  | { readonly addon: NativeAddon; readonly url: string }
  | { readonly addon: undefined; readonly reason: string };

/** Looks for the optional package beside this one; only Node can load it. */
export async function findNativeAddon(): Promise<FoundAddon> {
  if (!('process' in globalThis) || typeof globalThis.process.getBuiltinModule !== 'function') {
    return { addon: undefined, reason: 'only Node can load native kernels' };
  }
  const { createRequire } = globalThis.process.getBuiltinModule('node:module');
  const { pathToFileURL } = globalThis.process.getBuiltinModule('node:url');
  let url: string;
  try {
    url = pathToFileURL(createRequire(import.meta.url).resolve(PACKAGE)).href;
  } catch {
    return { addon: undefined, reason: `the package ${PACKAGE} is not installed` };
  }
  try {
    return { addon: await loadNativeAddon(url), url };
  } catch (error) {
    return { addon: undefined, reason: (error as Error).message };
  }
}

/** Loads the addon from the module that {@link findNativeAddon} found; threads do so one by one. */
export async function loadNativeAddon(url: string): Promise<NativeAddon> {
  const { loadNativeKernels } = (await import(/* @vite-ignore */ url)) as {
    loadNativeKernels: () => NativeAddon;
  };
  return loadNativeKernels();
}
