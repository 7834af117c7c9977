import { findNativeAddon } from '../src/native/native-addon.js';
import type { NativeBackend } from '../src/index.js';

const found = await findNativeAddon();
if (process.env['OPI_TEST_NATIVE'] === 'required' && !found.addon) {
  throw new Error(`OPI_TEST_NATIVE=required: there are no native kernels, because ${found.reason}.`);
}
const NATIVE = ['native-avx512', 'native-avx2', 'native-sse42', 'native-neon'] as const;

/** Why native kernels cannot run on this machine; undefined where they can. */
function missing(backend: NativeBackend): string | undefined {
  if (!found.addon) return found.reason;
  const { instructionSets } = found.addon;
  if (instructionSets.includes(backend.slice('native-'.length))) return undefined;
  return `this processor runs ${instructionSets.join(', ')}`;
}

/** The fast backends that this machine runs; the native ones once `pnpm setup:native` has built them. */
export const FAST_BACKENDS: readonly ('wasm' | NativeBackend)[] = [
  'wasm',
  ...NATIVE.filter((backend) => missing(backend) === undefined),
];

/** The others, each with the reason: their tests are skipped, and say so. */
export const MISSING_BACKENDS: readonly (readonly [backend: NativeBackend, reason: string])[] =
  NATIVE.flatMap((backend) => {
    const reason = missing(backend);
    return reason === undefined ? [] : [[backend, reason] as const];
  });
