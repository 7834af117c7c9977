import js from '@eslint/js';
import { defineConfig, globalIgnores } from 'eslint/config';
import tseslint from 'typescript-eslint';

/**
 * The project's lint rules: typescript-eslint strict and stylistic, type-checked.
 *
 * @param {string} root folder of the package, `import.meta.dirname`
 */
export const config = (root) =>
  defineConfig(
    globalIgnores(['**/dist/**', '**/coverage/**', '**/assembly/**']),
    js.configs.recommended,
    tseslint.configs.strictTypeChecked,
    tseslint.configs.stylisticTypeChecked,
    {
      languageOptions: {
        parserOptions: { projectService: { allowDefaultProject: ['*.js'] }, tsconfigRootDir: root },
      },
      rules: {
        // Numbers are what this project prints.
        '@typescript-eslint/restrict-template-expressions': [
          'error',
          { allowNumber: true, allowBoolean: true },
        ],
        // Typed arrays are indexed inside proven bounds in kernels and loops.
        '@typescript-eslint/no-non-null-assertion': 'off',
        // `{ left, ...rest }` is how a key is left out.
        '@typescript-eslint/no-unused-vars': ['error', { ignoreRestSiblings: true }],
      },
    },
    {
      files: ['**/*.js', '**/*.mjs'],
      extends: [tseslint.configs.disableTypeChecked],
      languageOptions: {
        globals: {
          console: 'readonly',
          process: 'readonly',
          URL: 'readonly',
          performance: 'readonly',
          WebAssembly: 'readonly',
          Buffer: 'readonly',
        },
      },
    },
  );
