// @ts-check
import { parseArgs } from 'node:util';
import { defaultCache } from './cache.js';
import { explainSystemError, SetupError } from './setup-error.js';
import { remove, setup, status } from './setup.js';

const HELP = `Usage: pnpm setup:tensorflow [options]

Provides the native TensorFlow library for @tensorflow/tfjs-node: first by the package's own download, otherwise from
the TensorFlow wheel on the Python package index (210 MB; 620 MB unpacked). Does nothing where it works already.

  --from PATH               take the library from this wheel, unpacked wheel or libtensorflow folder
  --skip-download           leave out the package's own download
  --download-timeout SECONDS  its time limit (default 60)
  --cache FOLDER            keep the library here (default ${'$XDG_CACHE_HOME'} or ~/.cache, opi-snn/libtensorflow)
  --target FOLDER           the installed @tensorflow/tfjs-node (default: the workspace's)
  --status                  say what is installed; change nothing
  --remove                  undo: remove the links, and the library unless another checkout uses it
  --json                    one JSON object on standard output
  --help

Needs Linux with glibc on x64 or arm64 and, for the second way, a C++ compiler and Python 3 with pip (none with --from).
Exit code: 0 it works (or is removed), 1 it does not, 2 wrong usage, 130 interrupted.
`;

const OPTIONS = /** @type {const} */ ({
  from: { type: 'string' },
  'skip-download': { type: 'boolean', default: false },
  'download-timeout': { type: 'string', default: '60' },
  cache: { type: 'string' },
  target: { type: 'string' },
  status: { type: 'boolean', default: false },
  remove: { type: 'boolean', default: false },
  json: { type: 'boolean', default: false },
  help: { type: 'boolean', default: false },
});

/**
 * The command `setup:tensorflow`.
 *
 * @param {readonly string[]} args
 * @returns {Promise<number>} exit code
 */
export async function main(args) {
  let values;
  try {
    // `pnpm setup:tensorflow -- --json` passes the separator on.
    values = parseArgs({ args: args.filter((arg) => arg !== '--'), options: OPTIONS }).values;
  } catch (error) {
    process.stderr.write(`${/** @type {Error} */ (error).message}\n\n${HELP}`);
    return 2;
  }
  const seconds = Number(values['download-timeout']);
  if (values.help) {
    process.stdout.write(HELP);
    return 0;
  }
  if (!(seconds > 0)) {
    process.stderr.write(
      `setup:tensorflow: --download-timeout must be a number of seconds > 0, got ${values['download-timeout']}\n`,
    );
    return 2;
  }
  const stop = new AbortController();
  for (const name of /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP']))
    process.once(name, () => {
      stop.abort();
    });
  const options = {
    target: values.target,
    cache: values.cache ?? defaultCache(),
    from: values.from,
    skipDownload: values['skip-download'],
    downloadTimeoutMs: seconds * 1000,
    show: process.stderr.isTTY && !values.json,
    log: (/** @type {string} */ text) => void process.stderr.write(`· ${text}\n`),
    signal: stop.signal,
  };
  try {
    if (values.remove) {
      const removed = await remove(options);
      if (values.json) print({ ok: true, state: 'absent', ...removed });
      return 0;
    }
    const state = values.status ? await status(options) : await setup(options);
    if (values.json) print({ ok: state.state === 'working', ...state });
    else describe(state, values.status);
    return state.state === 'working' ? 0 : 1;
  } catch (error) {
    return fail(explainSystemError(error), values.json);
  }
}

/**
 * @param {import('./setup.js').SetupState} state
 * @param {boolean} asked only the state was asked for
 */
function describe(state, asked) {
  const lines = [];
  if (state.state === 'working') {
    const version = state.tensorflow === undefined ? '' : ` (TensorFlow ${state.tensorflow})`;
    lines.push(`✓ @tensorflow/tfjs-node ${state.changed || asked ? 'works' : 'already works'}${version}`);
  } else {
    lines.push(
      `✗ @tensorflow/tfjs-node is ${state.state === 'absent' ? 'installed without its native library' : 'broken'}`,
    );
    if (state.state === 'broken') lines.push(state.reason ?? '');
    lines.push('Run pnpm setup:tensorflow to provide it.');
  }
  lines.push(`  package  ${state.target}`);
  if (state.library !== undefined) lines.push(`  library  ${state.library}`);
  if (state.source !== undefined) lines.push(`  source   ${state.source}`);
  if (state.state === 'working' && state.library === undefined)
    lines.push('  source   installed by other means; left as it is');
  process.stdout.write(`${lines.join('\n')}\n`);
}

/**
 * @param {unknown} error
 * @param {boolean} json
 */
function fail(error, json) {
  if (!(error instanceof SetupError)) throw error;
  const { code, message, remedy } = error;
  if (json) print({ ok: false, code, message, remedy });
  else process.stderr.write(`\nsetup:tensorflow: ${message}\n→ ${remedy}\n`);
  return code === 'interrupted' ? 130 : 1;
}

/** @param {object} value */
function print(value) {
  process.stdout.write(`${JSON.stringify(value)}\n`);
}
