/** Exit code of a command that was called wrongly. */
export const EXIT_USAGE = 2;
/** Exit code after Ctrl-C: 128 + SIGINT. */
export const EXIT_INTERRUPTED = 130;

/** The command was called with arguments it cannot take; exit code 2. The message names argument, value and remedy. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/** Something the command needs is missing or broken; exit code 1. The message says what and how to mend it. */
export class CommandError extends Error {
  override readonly name = 'CommandError';
}

const SYSTEM_ERRORS: Readonly<Record<string, string>> = {
  ENOSPC: 'the disk is full; free some space and run the same command again',
  EACCES: 'permission denied; choose another folder or change its permissions',
  EPERM: 'not permitted; choose another folder or change its permissions',
  EROFS: 'the file system is read-only; choose another folder',
  ENOTDIR: 'a part of this path is a file, not a folder',
  EISDIR: 'this is a folder where a file is expected',
  ENOENT: 'no such file or folder',
};

/** What a person needs to read about an error: one screen, without a stack trace unless it is our own bug. */
export function explainError(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const { code, path } = error as NodeJS.ErrnoException;
  const known = code === undefined ? undefined : SYSTEM_ERRORS[code];
  if (known !== undefined && path !== undefined) return `${path}: ${known} (${code ?? ''}).`;
  if (known !== undefined && error.message.includes(code ?? '')) return `${error.message} (${known}).`;
  if (isForPeople(error)) return error.message;
  return `${error.stack ?? error.message}\nThis looks like a mistake in opi itself; please report it with the command you typed.`;
}

/** 2 for wrong usage, 1 for everything else. */
export function exitCodeOf(error: unknown): number {
  return error instanceof UsageError ? EXIT_USAGE : 1;
}

// Errors of the packages are written for people; plain TypeErrors and ReferenceErrors are bugs.
function isForPeople(error: Error): boolean {
  const bugs = ['TypeError', 'ReferenceError', 'SyntaxError', 'AssertionError', 'Error'];
  return !bugs.includes(error.name);
}
