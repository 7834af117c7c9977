// @ts-check
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { rehearse } from './rehearsal.js';

const HELP = `Usage: pnpm release:dry [options]

Packs every package and uses the tarballs alone, in an empty project: installs them, resolves their types (NodeNext and
bundler), runs each README example on each Node version, builds those for browsers with Vite; checks sizes and licences.
Publishes nothing. Needs a package registry for the dependencies.

  --node VERSIONS   Node versions for the examples (default 20,22,24)
  --out FOLDER      keep tarballs, SBOM and the project there (default: a temporary folder, removed)
  --help

Exit code: 0 everything holds, 1 something does not, 2 wrong usage.
`;

const OPTIONS = /** @type {const} */ ({
  node: { type: 'string', default: '20,22,24' },
  out: { type: 'string' },
  help: { type: 'boolean', default: false },
});

/**
 * The command `release:dry`.
 *
 * @param {readonly string[]} args
 * @returns {Promise<number>} exit code
 */
export async function main(args) {
  let values;
  try {
    values = parseArgs({ args: args.filter((arg) => arg !== '--'), options: OPTIONS }).values;
  } catch (error) {
    return misuse(/** @type {Error} */ (error).message);
  }
  if (values.help) {
    process.stdout.write(HELP);
    return 0;
  }
  const nodeVersions = values.node.split(',');
  const wrong = nodeVersions.filter((version) => !/^\d+(\.\d+){0,2}$/.test(version));
  if (wrong.length > 0) {
    return misuse(
      `release:dry: --node must be versions separated by commas, such as 20,22.12, got ${values.node}`,
    );
  }
  if (values.out !== undefined) {
    const out = resolve(values.out);
    await mkdir(out, { recursive: true });
    return rehearse({ out, nodeVersions });
  }
  const out = await mkdtemp(join(tmpdir(), 'opi-release-'));
  try {
    return await rehearse({ out, nodeVersions });
  } finally {
    await rm(out, { recursive: true, force: true });
  }
}

/** @param {string} message */
function misuse(message) {
  process.stderr.write(`${message}\n\n${HELP}`);
  return 2;
}
