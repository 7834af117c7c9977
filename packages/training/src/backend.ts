import { createRequire } from 'node:module';
import { dirname } from 'node:path';
import util from 'node:util';
import type * as Tensorflow from '@tensorflow/tfjs';
import { registerFilterGradient } from './wasm-filter-gradient.js';
import { replaceInputGradient } from './wasm-input-gradient.js';

type Tf = typeof Tensorflow;

/** Names of the backends of TensorFlow.js that training uses. */
export type BackendName = 'tensorflow' | 'wasm' | 'cpu';

/** A backend made ready. */
export interface SelectedBackend {
  readonly tf: Tf;
  readonly name: BackendName;
  /** Why this one: what was asked for, or what is missing. */
  readonly reason: string;
}

/**
 * Makes a backend of TensorFlow.js ready. `auto` takes native TensorFlow where `@tensorflow/tfjs-node` loads, else
 * WebAssembly; the choice and its reason are returned so that results can state them.
 *
 * @param preference `tensorflow` and `wasm` insist; `cpu` (plain JavaScript) is for comparisons in tests
 * @throws Error if the insisted-on backend cannot be had, with the remedy
 */
export async function selectBackend(preference: 'auto' | BackendName = 'auto'): Promise<SelectedBackend> {
  process.env['TF_CPP_MIN_LOG_LEVEL'] ??= '2';
  // TensorFlow uses oneDNN on its own only where there is AVX-512; on AVX2 it makes a training step 1.4 to 1.7 times faster.
  process.env['TF_ENABLE_ONEDNN_OPTS'] ??= '1';
  if (preference === 'auto' || preference === 'tensorflow') {
    const native = await nativeTensorflow();
    if ('tf' in native)
      return { tf: native.tf, name: 'tensorflow', reason: 'native TensorFlow is installed' };
    if (preference === 'tensorflow') {
      throw new BackendError(
        `selectBackend: the tensorflow backend must be installed, got: ${native.problem}. Run \`pnpm setup:tensorflow\`.`,
      );
    }
    const tf = await webAssembly();
    return {
      tf,
      name: 'wasm',
      reason: `native TensorFlow is not there (${native.problem}); \`pnpm setup:tensorflow\` provides it`,
    };
  }
  if (preference === 'wasm') return { tf: await webAssembly(), name: 'wasm', reason: 'asked for' };
  const tf = await union();
  await tf.setBackend('cpu');
  return { tf, name: 'cpu', reason: 'asked for' };
}

/** A backend that was asked for cannot be had. */
export class BackendError extends Error {
  override readonly name = 'BackendError';
}

async function union(): Promise<Tf> {
  const tf: Tf = await quietly(() => import('@tensorflow/tfjs'));
  return tf;
}

async function nativeTensorflow(): Promise<{ tf: Tf } | { problem: string }> {
  // Node 23 dropped a function that tfjs-node 4.22 calls.
  const legacy = util as unknown as { isNullOrUndefined?: (value: unknown) => boolean };
  legacy.isNullOrUndefined ??= (value) => value === null || value === undefined;
  try {
    const module = (await quietly(() => import('@tensorflow/tfjs-node'))) as Tf & { default?: Tf };
    const tf = module.default ?? module;
    await tf.setBackend('tensorflow');
    return { tf };
  } catch (error) {
    const [firstLine = 'unknown'] = (error instanceof Error ? error.message : String(error)).split('\n');
    return { problem: firstLine.slice(0, 120) };
  }
}

async function webAssembly(): Promise<Tf> {
  const tf = await union();
  const { setWasmPaths } = await import('@tensorflow/tfjs-backend-wasm');
  const require = createRequire(import.meta.url);
  setWasmPaths(`${dirname(require.resolve('@tensorflow/tfjs-backend-wasm/package.json'))}/dist/`);
  await quietly(() => tf.setBackend('wasm'));
  await tf.ready();
  registerFilterGradient(tf);
  replaceInputGradient(tf);
  return tf;
}

// The libraries greet on the console, which belongs to our results.
async function quietly<T>(load: () => Promise<T>): Promise<T> {
  const { log, warn, info } = console;
  console.log = console.warn = console.info = () => undefined;
  try {
    return await load();
  } finally {
    Object.assign(console, { log, warn, info });
  }
}
