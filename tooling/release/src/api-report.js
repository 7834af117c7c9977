// @ts-check
import { mkdir, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { Extractor, ExtractorConfig, ExtractorLogLevel } from '@microsoft/api-extractor';
import { publishablePackages, ROOT } from './packages.js';

/** @import { PublishablePackage } from './packages.js' */

/** The extractor cannot follow the declarations of globals in @types/node; those of browsers have the same names. */
const COMPILER = {
  compilerOptions: {
    module: 'nodenext',
    target: 'es2023',
    lib: ['es2023', 'dom'],
    types: [],
    skipLibCheck: true,
    strict: true,
  },
};

/** Formatting and doc comments have checks of their own. */
const SILENT = { default: { logLevel: ExtractorLogLevel.None } };

/**
 * Compares, or writes, the report of every entry point of every published package.
 *
 * @param {boolean} write
 * @param {string} [root] a checkout that is built
 * @returns {Promise<number>} exit code
 */
export async function reportApis(write, root = ROOT) {
  const temporary = await mkdtemp(join(tmpdir(), 'opi-api-'));
  const different = [];
  try {
    for (const one of await publishablePackages(root)) {
      for (const entry of await entryPoints(one)) {
        await mkdir(join(one.folder, 'api'), { recursive: true });
        if (extract(one, entry, write, temporary)) different.push(relative(root, entry.report));
      }
    }
  } finally {
    await rm(temporary, { recursive: true, force: true });
  }
  for (const report of different) process.stdout.write(`${write ? 'wrote' : '✗'} ${report}\n`);
  if (write || different.length === 0) return 0;
  process.stdout.write(
    'The public surface differs from the reports: `pnpm api --write`, and review what changed.\n',
  );
  return 1;
}

/**
 * @typedef {object} EntryPoint
 * @property {string} types its declarations
 * @property {string} report
 */

/**
 * @param {PublishablePackage} one
 * @returns {Promise<EntryPoint[]>}
 */
async function entryPoints({ folder }) {
  /** @type {{ exports: Record<string, string | { types: string }> }} */
  const { exports } = JSON.parse(await readFile(join(folder, 'package.json'), 'utf8'));
  return Object.entries(exports).flatMap(([path, target]) => {
    if (typeof target === 'string') return [];
    const name = path === '.' ? 'index' : path.slice(2);
    return [{ types: join(folder, target.types), report: join(folder, 'api', `${name}.api.md`) }];
  });
}

/**
 * @param {PublishablePackage} one
 * @param {EntryPoint} entry
 * @param {boolean} write
 * @param {string} temporary
 * @returns {boolean} whether the report differed
 */
function extract({ folder }, { types, report }, write, temporary) {
  const configuration = ExtractorConfig.prepare({
    configObjectFullPath: undefined,
    packageJsonFullPath: join(folder, 'package.json'),
    configObject: {
      projectFolder: folder,
      mainEntryPointFilePath: types,
      compiler: { overrideTsconfig: COMPILER },
      apiReport: {
        enabled: true,
        reportFolder: join(folder, 'api'),
        reportTempFolder: temporary,
        reportFileName: report.slice(join(folder, 'api').length + 1),
      },
      docModel: { enabled: false },
      dtsRollup: { enabled: false },
      tsdocMetadata: { enabled: false },
      newlineKind: 'lf',
      messages: {
        compilerMessageReporting: SILENT,
        extractorMessageReporting: SILENT,
        tsdocMessageReporting: SILENT,
      },
    },
  });
  const { apiReportChanged } = Extractor.invoke(configuration, {
    localBuild: write,
    messageCallback: (message) => {
      message.handled = true;
    },
  });
  return apiReportChanged;
}
