import { fileURLToPath } from 'node:url';
import { join } from 'node:path';

/** Root of the checkout this program was built in. */
export const WORKSPACE_ROOT: string = fileURLToPath(new URL('../../../', import.meta.url));

/** Folder of the committed checkpoints. */
export const CHECKPOINTS: string = join(WORKSPACE_ROOT, 'checkpoints');

/** Folder of the committed results. */
export const COMMITTED_RESULTS: string = join(WORKSPACE_ROOT, 'results');

/** Where runs, results and reports go unless `--out` says otherwise: `.opi` in the folder the command is run from. */
export const DEFAULT_OUTPUT = '.opi';
