import katex from '@vscode/markdown-it-katex';

/** @type {Partial<import('typedoc').TypeDocOptions>} */
export default {
  name: 'opi-snn',
  entryPointStrategy: 'packages',
  entryPoints: ['packages/*'],
  packageOptions: {
    entryPoints: ['src/index.ts'],
    tsconfig: 'tsconfig.build.json',
    includeVersion: true,
    excludeInternal: true,
    excludePrivate: true,
  },
  projectDocuments: ['docs/**/*.md'],
  out: 'site',
  readme: 'README.md',
  // A broken link ends it; CI runs it.
  treatWarningsAsErrors: true,
  validation: { invalidLink: true, notExported: false },
  markdownItLoader: (parser) => {
    // MathML needs neither script nor style sheet.
    parser.use(katex.default ?? katex, { output: 'mathml', throwOnError: true });
    // Doc comments begin with shapes, "[images]: …", which are no link definitions.
    parser.disable('reference');
  },
};
