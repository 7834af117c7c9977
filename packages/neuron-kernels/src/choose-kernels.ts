import { layoutDifferences } from './native/bind-native.js';
import { findNativeAddon, type FoundAddon, type NativeAddon } from './native/native-addon.js';
import type { Backend, SimulatorOptions } from './simulator.js';
import type { KernelSource } from './wasm/kernel-source.js';
import { compileKernels } from './wasm/load-kernels.js';
import { hasSharedWorkers, processorCount } from './wasm/worker-handle.js';

const DEFAULT_THREADS_LIMIT = 8;

/** Kernels that were chosen, what they are called in results, and on how many threads they run. */
export interface KernelChoice {
  readonly source: KernelSource;
  readonly backend: Exclude<Backend, 'reference'>;
  readonly threads: number;
  /** Whether the memory is shared with workers, also with a single one. */
  readonly isShared: boolean;
}

/**
 * Chooses kernels: `'auto'` takes native ones where they are installed for this platform, else WebAssembly.
 *
 * @returns undefined where the engine can run neither
 * @throws Error if native kernels are insisted on and cannot be had, with the reason
 */
export async function chooseKernels({
  backend = 'auto',
  ...options
}: SimulatorOptions): Promise<KernelChoice | undefined> {
  if (typeof WebAssembly === 'undefined') {
    if (backend.startsWith('native'))
      refuse(backend, 'The engine has no WebAssembly.Memory to share with them');
    return undefined;
  }
  const threads = chooseThreads(options);
  const isShared = threads > 1;
  if (backend !== 'wasm') {
    const native = await chooseNative(backend);
    if (native) return { ...native, threads, isShared };
  }
  const sharedModule = isShared ? await compileKernels('shared') : undefined;
  const module = sharedModule ?? (await compileKernels('single'));
  if (!module) return undefined;
  return {
    source: { kind: 'wasm', module },
    backend: 'wasm-simd',
    threads: sharedModule ? threads : 1,
    isShared: sharedModule !== undefined,
  };
}

/** The threads asked for, or the default; 1 where there are no workers that share memory. */
export function chooseThreads({
  threads = Math.min(processorCount(), DEFAULT_THREADS_LIMIT),
}: Pick<SimulatorOptions, 'threads'>): number {
  return hasSharedWorkers() ? threads : 1;
}

async function chooseNative(
  backend: NonNullable<SimulatorOptions['backend']>,
): Promise<Pick<KernelChoice, 'source' | 'backend'> | undefined> {
  const found = await findNativeAddon();
  const reason = obstacle(found, backend);
  if (!found.addon || reason !== undefined) {
    if (backend !== 'auto') refuse(backend, reason!);
    return undefined;
  }
  const instructionSet = wantedSet(found.addon, backend)!;
  return {
    source: { kind: 'native', url: found.url, instructionSet },
    backend: `native-${instructionSet}` as KernelChoice['backend'],
  };
}

/** Why native kernels cannot be used; undefined where they can. */
function obstacle(found: FoundAddon, backend: string): string | undefined {
  if (!found.addon) return found.reason;
  const differences = layoutDifferences(found.addon);
  if (differences.length > 0) {
    const constants = differences.slice(0, 3).join(', ');
    return `they were built for another version (${constants} differ); rebuild them with \`pnpm setup:native\``;
  }
  if (wantedSet(found.addon, backend) !== undefined) return undefined;
  return `this processor runs ${found.addon.instructionSets.join(', ')}`;
}

function wantedSet({ instructionSets }: NativeAddon, backend: string): string | undefined {
  if (!backend.startsWith('native-')) return instructionSets[0];
  return instructionSets.find((name) => `native-${name}` === backend);
}

function refuse(backend: string, reason: string): never {
  throw new Error(
    `createSimulator: backend must be 'auto', 'wasm' or 'reference' here, got '${backend}'. ` +
      `There are no such native kernels: ${reason}.`,
  );
}
