export { loadNativeKernels } from './load.js';
export type { NativeAddon, NativeKernels } from './addon.js';
