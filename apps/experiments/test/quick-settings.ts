import { openArtifactStore } from '@opi-snn/harness';
import type { ExperimentSettings } from '../src/experiments/context.js';

/** Settings of experiments that tests run in their own process: one thread, WebAssembly, the store in `folder`. */
export async function quickSettings(
  folder: string,
  more: Partial<ExperimentSettings>,
): Promise<ExperimentSettings> {
  return {
    profile: 'quick',
    kernels: 'wasm',
    precision: 'float32',
    threads: 1,
    backend: 'wasm',
    store: await openArtifactStore(folder),
    signal: new AbortController().signal,
    command: 'pnpm opi reproduce',
    ...more,
  };
}
