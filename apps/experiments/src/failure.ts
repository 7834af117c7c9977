/** Exit code of a command that was called wrongly. */
export const EXIT_USAGE = 2;
/** Exit code of a run whose results are worse than the committed ones. */
export const EXIT_REGRESSED = 3;
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
  EDQUOT: 'the disk quota is used up; free some space and run the same command again',
  EACCES: 'permission denied; choose another folder or change its permissions',
  EPERM: 'not permitted; choose another folder or change its permissions',
  EROFS: 'the file system is read-only; choose another folder',
  ENOTDIR: 'a part of this path is a file, not a folder',
  EEXIST: 'a file stands where a folder is needed; choose another folder',
  EISDIR: 'this is a folder where a file is expected',
  ENOENT: 'no such file or folder',
  EMFILE: 'too many open files; raise the limit with `ulimit -n`',
  EIO: 'the disk reports an input/output error; check it',
};

/** Longest message in lines: one screen. */
const SCREEN_LINES = 20;

/** What a person needs to read about an error: one screen, without a stack trace unless it is our own bug. */
export function explainError(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if (isForPeople(error)) return oneScreen(error.message);
  const { code, path } = error as NodeJS.ErrnoException;
  const known = SYSTEM_ERRORS[code ?? ''];
  if (known !== undefined) return `${path ?? error.message}: ${known} (${code ?? ''}).`;
  const cause = SYSTEM_ERRORS[(error.cause as NodeJS.ErrnoException | undefined)?.code ?? ''];
  if (cause !== undefined) return oneScreen(`${error.message} In short: ${cause}.`);
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

/** The first lines of a long message, the last line (its remedy), and how many are left out between them. */
function oneScreen(message: string): string {
  const lines = message.trimEnd().split('\n');
  if (lines.length <= SCREEN_LINES) return lines.join('\n');
  const left = lines.length - SCREEN_LINES + 1;
  return [...lines.slice(0, SCREEN_LINES - 2), `  … ${left} more lines`, lines.at(-1)!].join('\n');
}
