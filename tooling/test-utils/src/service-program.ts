import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';

/** A program that some tests need and not every machine has. */
export interface ServiceProgram {
  /** Absolute path; undefined where it is not installed. */
  readonly path: string | undefined;
  /** For the title of the tests: empty, or why they are skipped and how to have them. */
  readonly note: string;
}

/**
 * Looks for a program: at the path in an environment variable, else in PATH. With `OPI_TEST_SERVICES=required` (CI) a
 * missing one is a failure instead of a skip.
 *
 * @param name file name, such as `redis-server`
 * @param options variable that may name its path, and how to install it
 * @throws Error if it is required and missing
 * @example
 * const redis = serviceProgram('redis-server', { variable: 'OPI_TEST_REDIS', remedy: 'apt-get install redis-server' });
 * describe.skipIf(redis.path === undefined)(`a queue${redis.note}`, () => {});
 */
export function serviceProgram(
  name: string,
  { variable, remedy }: { readonly variable: string; readonly remedy: string },
): ServiceProgram {
  const asked = process.env[variable];
  const places =
    asked === undefined || asked === ''
      ? (process.env['PATH'] ?? '').split(delimiter).map((folder) => join(folder, name))
      : [asked];
  const path = places.find(isExecutable);
  if (path !== undefined) return { path, note: '' };
  const reason = `no ${name} here: ${remedy}`;
  if (process.env['OPI_TEST_SERVICES'] === 'required') {
    throw new Error(`serviceProgram: ${name} must be installed where services are required, ${reason}`);
  }
  return { path: undefined, note: ` [skipped, ${reason}]` };
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
