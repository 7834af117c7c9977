// The Python environment of the peers, from pinned versions.
import { execFile } from 'node:child_process';
import { copyFileSync, existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const run = promisify(execFile);
const here = (path) => fileURLToPath(new URL(path, import.meta.url));

/**
 * Path of an interpreter with requirements.txt installed: the one given, else that of bench/peers/.venv, made if absent. A
 * copy of the requirements is left in it once all are there, so that one half made, or of other versions, is made anew.
 */
export async function peerPython(given) {
  if (given !== undefined) return given;
  const python = here('.venv/bin/python');
  const [wanted, installed] = [here('requirements.txt'), here('.venv/requirements.txt')];
  if (existsSync(installed) && readFileSync(installed, 'utf8') === readFileSync(wanted, 'utf8'))
    return python;
  console.error('making bench/peers/.venv from requirements.txt (PyTorch: some hundred megabytes)');
  await run('python3', ['-m', 'venv', '--clear', here('.venv')]);
  await run(python, ['-m', 'pip', 'install', '--quiet', '-r', wanted]);
  copyFileSync(wanted, installed);
  return python;
}
