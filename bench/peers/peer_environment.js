// The Python environment of the peers, from pinned versions.
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const run = promisify(execFile);
const here = (path) => fileURLToPath(new URL(path, import.meta.url));

/** Path of an interpreter with requirements.txt installed: the one given, else that of bench/peers/.venv, made if absent. */
export async function peerPython(given) {
  if (given !== undefined) return given;
  const python = here('.venv/bin/python');
  if (existsSync(python)) return python;
  console.error('making bench/peers/.venv from requirements.txt (PyTorch: some hundred megabytes)');
  await run('python3', ['-m', 'venv', here('.venv')]);
  await run(python, ['-m', 'pip', 'install', '--quiet', '-r', here('requirements.txt')]);
  return python;
}
