import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';

import type { NativeAddon } from './addon.js';

const PACKAGE = fileURLToPath(new URL('..', import.meta.url));

/**
 * Loads the compiled kernels for this platform: `prebuilds/PLATFORM-ARCH/*.node`, published with the package or built by
 * `pnpm setup:native`.
 *
 * @param folder the package's folder; another one is for tests
 * @throws Error if there is no binary for this platform, or it cannot be loaded
 */
export function loadNativeKernels(folder: string = PACKAGE): NativeAddon {
  const require = createRequire(import.meta.url);
  const load = require('node-gyp-build') as (folder: string) => NativeAddon;
  try {
    return load(folder);
  } catch (error) {
    const [reason] = (error as Error).message.split('\n');
    throw new Error(
      `loadNativeKernels: no kernels for this platform could be loaded (${reason!}). ` +
        'Build them with `pnpm setup:native`, or `npx opi-build-native` where the package is installed; a C compiler is needed.',
      { cause: error },
    );
  }
}
