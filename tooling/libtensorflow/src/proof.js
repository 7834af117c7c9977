// @ts-check
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { errorLine, lastLines, runCommand } from './run-command.js';
import { SetupError } from './setup-error.js';

const PROOF_TIMEOUT_MS = 120_000;

/**
 * @typedef {object} Proof
 * @property {boolean} works
 * @property {string} [tensorflow] version of the library, if it says so
 * @property {string} [reason]     why not: what the process said
 */

/**
 * Load tfjs-node in a process of its own and compare a convolution and its gradients with known values.
 *
 * @param {import('./tfjs-node.js').TfjsNode} tfjs
 * @param {AbortSignal} [signal]
 * @returns {Promise<Proof>}
 */
export async function prove(tfjs, signal) {
  if (!existsSync(join(tfjs.folder, tfjs.addon)))
    return { works: false, reason: `there is no ${tfjs.addon}` };
  const program = join(import.meta.dirname, 'proof-program.js');
  const { code, output, stdout, timedOut } = await runCommand(process.execPath, [program, tfjs.folder], {
    env: { ...process.env, TF_CPP_MIN_LOG_LEVEL: '2', NODE_OPTIONS: '' },
    timeoutMs: PROOF_TIMEOUT_MS,
    signal,
  });
  if (timedOut) return { works: false, reason: `no answer within ${PROOF_TIMEOUT_MS / 1000} s` };
  if (code !== 0) return { works: false, reason: errorLine(output) || 'the process ended without a word' };
  /** @type {{ backend: string, wrong: string[], tensorflow?: string }} */
  const { backend, wrong, tensorflow } = JSON.parse(lastLines(stdout, 1));
  if (backend !== 'tensorflow') return { works: false, reason: `the backend is ${backend}` };
  if (wrong.length > 0) return { works: false, reason: wrong.join('\n') };
  return { works: true, ...(tensorflow === undefined ? {} : { tensorflow }) };
}

/**
 * {@link prove}, as a requirement.
 *
 * @param {import('./tfjs-node.js').TfjsNode} tfjs
 * @param {AbortSignal} [signal]
 */
export async function requireProof(tfjs, signal) {
  const proof = await prove(tfjs, signal);
  if (proof.works) return proof;
  const missing = /Cannot find module '[^']+'/.exec(proof.reason ?? '');
  if (missing !== null && !missing[0].endsWith(".node'")) {
    throw new SetupError(
      'not-installed',
      `${tfjs.folder} lacks what it depends on: ${missing[0]}.`,
      'Run pnpm install, then this command again. The package folder was put back as it was.',
    );
  }
  throw new SetupError(
    'proof-failed',
    `The built addon does not compute what it must:\n${proof.reason ?? ''}`,
    'The package folder was put back as it was. Try another library with --from, or another compiler with CXX=PATH.',
  );
}
