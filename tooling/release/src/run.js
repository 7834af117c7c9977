// @ts-check
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const execute = promisify(execFile);

/**
 * Runs a program to its end.
 *
 * @param {string} command
 * @param {readonly string[]} args
 * @param {string} cwd
 * @returns {Promise<string>} standard output
 * @throws Error with all it printed, if it fails
 */
export async function run(command, args, cwd) {
  try {
    return (await execute(command, args, { cwd, maxBuffer: 1 << 26 })).stdout;
  } catch (error) {
    const {
      stdout = '',
      stderr = '',
      message,
    } = /** @type {Error & { stdout?: string, stderr?: string }} */ (error);
    throw new Error(`${message}\n${stdout}\n${stderr}`.trim(), { cause: error });
  }
}
