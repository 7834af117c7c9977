import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { join } from 'node:path';

/** Root of the checkout this program was built in. */
export const WORKSPACE_ROOT: string = fileURLToPath(new URL('../../../', import.meta.url));

/** Folder of the committed checkpoints. */
export const CHECKPOINTS: string = join(WORKSPACE_ROOT, 'checkpoints');

/**
 * Path of a checkpoint that an experiment names: in the folder of `OPI_CHECKPOINTS`, where checkpoints of one's own lie
 * that are too large to commit, else among the committed ones. Need not exist.
 */
export function experimentCheckpoint(file: string): string {
  const own = process.env['OPI_CHECKPOINTS'] ?? '';
  const path = join(own, file);
  return own !== '' && existsSync(path) ? path : join(CHECKPOINTS, file);
}

/** Folder of the committed results. */
export const COMMITTED_RESULTS: string = join(WORKSPACE_ROOT, 'results');

/** Where runs, results and reports go unless `--out` says otherwise: `.opi` in the folder the command is run from. */
export const DEFAULT_OUTPUT = '.opi';
