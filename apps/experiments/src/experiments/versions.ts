import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';

const PACKAGES = [
  'theory',
  'network',
  'neuron-kernels',
  'datasets',
  'training',
  'conversion',
  'simulation',
  'harness',
  'report',
];

/** Versions of the packages that compute a result, by name. */
export function packageVersions(): Record<string, string> {
  const require = createRequire(import.meta.url);
  return Object.fromEntries(
    PACKAGES.map((name) => {
      const manifest = JSON.parse(readFileSync(require.resolve(`@opi-snn/${name}/package.json`), 'utf8')) as {
        version: string;
      };
      return [`@opi-snn/${name}`, manifest.version];
    }),
  );
}
