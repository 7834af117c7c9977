import { mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';

/**
 * A new empty folder for the running test; it is removed with all it holds when the test ends, passed or failed.
 *
 * Call it inside a test (or a `beforeEach`). Every call makes another folder.
 *
 * @param prefix first letters of the folder's name, to be recognised while a test hangs
 * @returns absolute path, symbolic links resolved
 * @example
 * const folder = temporaryFolder();
 */
export function temporaryFolder(prefix = 'opi-test-'): string {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), prefix)));
  onTestFinished(() => {
    rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
  });
  return folder;
}
