// @ts-check
import { createHash } from 'node:crypto';
import { createWriteStream, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import yazl from 'yazl';

/** ELF machine numbers. */
export const MACHINES = { x64: 62, arm64: 183 };

/** Time of every member, so that equal wheels are equal files. */
const MADE = new Date(Date.UTC(2024, 2, 8));

/** The machine number of the processor that runs the tests. */
export const THIS_MACHINE = MACHINES[/** @type {'x64' | 'arm64'} */ (process.arch)];

/**
 * Bytes that begin like a shared library.
 *
 * @param {number} [machine]
 * @param {string} [filling]
 */
export function fakeLibrary(machine = THIS_MACHINE, filling = 'library') {
  const head = Buffer.alloc(64);
  head.write('\x7fELF', 'latin1');
  head[4] = 2;
  head.writeUInt16LE(machine, 18);
  return Buffer.concat([head, Buffer.from(filling.repeat(1000))]);
}

/** The members that a small but complete wheel has. */
export function libraryMembers(machine = THIS_MACHINE) {
  return {
    'tensorflow/libtensorflow_cc.so.2': fakeLibrary(machine, 'core'),
    'tensorflow/libtensorflow_framework.so.2': fakeLibrary(machine, 'framework'),
    'tensorflow/include/tensorflow/c/c_api.h': Buffer.from('#include "tensorflow/c/tf_status.h"\n'),
    'tensorflow/include/tensorflow/c/tf_status.h': Buffer.from('// status\n'),
    'tensorflow/include/tensorflow/c/unused.h': Buffer.from('// not needed\n'),
    'tensorflow/__init__.py': Buffer.from('raise SystemExit\n'),
  };
}

/**
 * Write a wheel.
 *
 * @param {string} folder
 * @param {object} [options]
 * @param {string} [options.file]
 * @param {Record<string, Buffer>} [options.members]
 * @param {(record: string) => string} [options.alterRecord]
 * @param {boolean} [options.info] with its dist-info folder; default true
 */
export async function makeWheel(folder, options = {}) {
  const { file = 'tensorflow_cpu-2.15.1-test.whl', members = libraryMembers(), info = true } = options;
  const zip = new yazl.ZipFile();
  let record = '';
  for (const [name, bytes] of Object.entries(members)) {
    zip.addBuffer(bytes, name, { mtime: MADE });
    record += `${name},sha256=${createHash('sha256').update(bytes).digest('base64url')},${bytes.length}\n`;
  }
  if (info) {
    const metadata = 'Metadata-Version: 2.1\nName: tensorflow-cpu\nVersion: 2.15.1\n';
    zip.addBuffer(Buffer.from(metadata), 'tf.dist-info/METADATA', { mtime: MADE });
    const sums = (options.alterRecord ?? String)(record);
    zip.addBuffer(Buffer.from(sums), 'tf.dist-info/RECORD', { mtime: MADE });
  }
  zip.end();
  const path = join(folder, file);
  await pipeline(zip.outputStream, createWriteStream(path));
  return path;
}

/**
 * Write a file that is no wheel.
 *
 * @param {string} folder
 */
export function makeNonsense(folder) {
  const path = join(folder, 'nonsense.whl');
  writeFileSync(path, 'x'.repeat(5000));
  return path;
}
