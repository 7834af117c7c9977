// @ts-check
import { spawn } from 'node:child_process';

/**
 * @typedef {object} CommandResult
 * @property {number | null} code   exit code; null when ended by a signal or never started
 * @property {string} output        stdout and stderr together, in order of arrival
 * @property {string} stdout        stdout alone
 * @property {boolean} missing      the program does not exist
 * @property {boolean} timedOut     ended because of the time limit
 */

/**
 * Run a program to its end and keep what it prints. The program and all it starts are ended together, by the time limit
 * or by the signal.
 *
 * @param {string} program
 * @param {readonly string[]} args
 * @param {object} [options]
 * @param {string} [options.cwd]
 * @param {NodeJS.ProcessEnv} [options.env]  default: this process's
 * @param {number} [options.timeoutMs]       time limit [ms]; default none
 * @param {AbortSignal} [options.signal]     ends the program and rejects with its AbortError
 * @param {boolean} [options.show]           copy what it prints to stderr
 * @returns {Promise<CommandResult>}
 */
export function runCommand(program, args, { cwd, env, timeoutMs, signal, show = false } = {}) {
  return new Promise((resolve, reject) => {
    if (signal?.aborted) {
      reject(abortError());
      return;
    }
    // Its own process group, so that a compiler or a download started by it ends with it.
    const child = spawn(program, args, { cwd, env, detached: true, stdio: ['ignore', 'pipe', 'pipe'] });
    const result = { output: '', stdout: '', timedOut: false };
    const end = () => {
      if (child.pid === undefined) return;
      try {
        process.kill(-child.pid, 'SIGKILL');
      } catch {
        // The group has ended by itself.
      }
    };
    const timer =
      timeoutMs === undefined
        ? undefined
        : setTimeout(() => {
            result.timedOut = true;
            end();
          }, timeoutMs);
    signal?.addEventListener('abort', end, { once: true });
    /** @param {string} chunk */
    const keep = (chunk) => {
      result.output += chunk;
      if (show) process.stderr.write(chunk);
    };
    child.stdout.setEncoding('utf8').on('data', (chunk) => {
      result.stdout += chunk;
      keep(chunk);
    });
    child.stderr.setEncoding('utf8').on('data', keep);
    const settle = (/** @type {number | null} */ code, missing = false) => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', end);
      if (signal?.aborted) reject(abortError());
      else resolve({ ...result, code, missing });
    };
    child.on('error', (error) => {
      result.output += error.message;
      settle(null, /** @type {NodeJS.ErrnoException} */ (error).code === 'ENOENT');
    });
    child.on('close', (code) => {
      settle(code);
    });
  });
}

function abortError() {
  return Object.assign(new Error('stopped'), { name: 'AbortError' });
}

/**
 * The end of a program's output, for one screen.
 *
 * @param {string} output
 * @param {number} [lines]
 */
export function lastLines(output, lines = 12) {
  return output.trimEnd().split('\n').slice(-lines).join('\n');
}

/**
 * The first line of an output that states an error, otherwise its end.
 *
 * @param {string} output
 */
export function errorLine(output) {
  return /^.*error:.*$/im.exec(output)?.[0].trim() ?? lastLines(output, 3);
}
