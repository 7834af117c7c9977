// @ts-check

/**
 * Why the setup cannot go on, for machines:
 *
 * - `wrong-platform`, `not-installed`, `not-writable`, `disk-full`, `busy`, `interrupted`: the surroundings
 * - `no-compiler`, `no-pip`: a program is missing
 * - `download-failed`, `checksum`, `broken-wheel`, `broken-library`: the library's source
 * - `build-failed`, `proof-failed`: the result
 * - `not-ours`: an installation that this command did not make
 *
 * @typedef {'wrong-platform' | 'not-installed' | 'not-writable' | 'disk-full' | 'busy' | 'interrupted' | 'no-compiler'
 *   | 'no-pip' | 'download-failed' | 'checksum' | 'broken-wheel' | 'broken-library' | 'build-failed' | 'proof-failed'
 *   | 'not-ours'} SetupErrorCode
 */

/** A failure that has a name, a sentence and a remedy; everything else that is thrown is a fault of this program. */
export class SetupError extends Error {
  /**
   * @param {SetupErrorCode} code
   * @param {string} message what is wrong, with the values
   * @param {string} remedy  what to do about it
   */
  constructor(code, message, remedy) {
    super(message);
    this.name = 'SetupError';
    this.code = code;
    this.remedy = remedy;
  }
}

/**
 * A failure of the file system in words: disk full, not writable. Other errors come back as they are.
 *
 * @param {unknown} error
 * @returns {unknown}
 */
export function explainSystemError(error) {
  if (error instanceof SetupError || !(error instanceof Error)) return error;
  const { code, path } = /** @type {NodeJS.ErrnoException} */ (error);
  if (error.name === 'AbortError') return interrupted();
  if (code === 'ENOSPC' || code === 'EDQUOT') return diskFull(path);
  if (code === 'EACCES' || code === 'EPERM' || code === 'EROFS') {
    return new SetupError(
      'not-writable',
      `Cannot write ${path ?? 'a needed file'} (${code}).`,
      'Run as the owner of that folder, or choose another cache with --cache FOLDER.',
    );
  }
  return error;
}

/** @param {string} [path] file that could not be written */
export function diskFull(path) {
  return new SetupError(
    'disk-full',
    `The disk is full${path === undefined ? '' : ` (while writing ${path})`}.`,
    'Free about 1.2 GB and run again, or put the cache on another disk with --cache FOLDER. Nothing half-made was left.',
  );
}

/** The failure of a run that was asked to stop. */
export function interrupted() {
  return new SetupError(
    'interrupted',
    'Interrupted; nothing half-made was left.',
    'Run again to continue: a wheel that is downloaded completely is not downloaded again.',
  );
}
