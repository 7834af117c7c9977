import { config } from '@opi-snn/eslint-config';

/** Plain JavaScript that runs before anything is built; its types are checked by tsc through JSDoc. */
export default [
  ...config(import.meta.dirname),
  {
    files: ['**/*.js'],
    languageOptions: {
      globals: { AbortController: 'readonly', clearTimeout: 'readonly', setTimeout: 'readonly' },
    },
  },
];
