const REMEDIES: Readonly<Record<string, string>> = {
  ENOSPC:
    'The disk is full: free some space or choose another folder, then run the same command again; it continues where it was.',
  EDQUOT:
    'The disk quota is used up: free some space or choose another folder, then run the same command again.',
  EACCES: 'Make the folder writable or choose another one.',
  EPERM: 'Make the folder writable or choose another one.',
  EROFS: 'The file system is read-only: choose another folder.',
  ENOTDIR: 'A file stands where a folder is needed: choose another folder.',
  EEXIST: 'A file stands where a folder is needed: choose another folder.',
  EIO: 'The disk reports an input/output error: check it, or choose another folder.',
};

/** A result or artifact could not be read or written; the message names the path and what to do. Nothing half-written is left. */
export class StorageError extends Error {
  override readonly name: string = 'StorageError';
  /** Code of the operating system, such as `ENOSPC`. */
  readonly code: string;
  readonly path: string;

  /**
   * @param message  for the user
   * @param options  the system's code, the path concerned, and the cause
   */
  constructor(
    message: string,
    options: { readonly code: string; readonly path: string; readonly cause?: unknown },
  ) {
    super(message, { cause: options.cause });
    this.code = options.code;
    this.path = options.path;
  }

  /**
   * Turns an error of the file system into one for the user.
   *
   * @param error  what was thrown
   * @param path  what was being written
   * @returns a StorageError; errors that do not come from the system are returned as they are
   */
  static from(error: unknown, path: string): Error {
    if (error instanceof StorageError) return error;
    if (!(error instanceof Error)) return new Error(String(error));
    if (!('code' in error) || typeof error.code !== 'string' || !('syscall' in error)) return error;
    const remedy = REMEDIES[error.code] ?? 'Choose another folder.';
    const message = `writing: ${path} must be writable, got ${error.code}. ${remedy}`;
    return new StorageError(message, { code: error.code, path, cause: error });
  }
}
