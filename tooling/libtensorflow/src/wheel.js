// @ts-check
import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import { Transform } from 'node:stream';
import { text } from 'node:stream/consumers';
import { pipeline } from 'node:stream/promises';
import yauzl from 'yauzl';
import { knownSha256 } from './pinned-wheels.js';
import { SetupError } from './setup-error.js';

/**
 * A Python wheel: a zip file whose member `*.dist-info/RECORD` states the SHA-256 of every other member.
 *
 * @typedef {object} Wheel
 * @property {string} file                          path
 * @property {ReadonlyMap<string, yauzl.Entry>} members by name
 * @property {ReadonlyMap<string, string>} sums     SHA-256 by member, base64url, from RECORD
 * @property {string} name                          project, from METADATA
 * @property {string} version                       version, from METADATA
 * @property {yauzl.ZipFile} zip                    close it at the end
 */

/**
 * Open a wheel and read its table of contents and its sums; the members themselves are read by {@link saveMember}.
 *
 * @param {string} file
 * @returns {Promise<Wheel>}
 */
export async function openWheel(file) {
  const zip = await openZip(file);
  try {
    /** @type {Map<string, yauzl.Entry>} */
    const members = new Map();
    await new Promise((resolve, reject) => {
      zip.on('entry', (/** @type {yauzl.Entry} */ entry) => {
        members.set(entry.fileName, entry);
        zip.readEntry();
      });
      zip.on('end', resolve);
      zip.on('error', reject);
      zip.readEntry();
    });
    const record = await readInfo(zip, members, 'RECORD');
    const metadata = await readInfo(zip, members, 'METADATA');
    /** @param {string} key */
    const field = (key) => new RegExp(`^${key}: *(.+)$`, 'm').exec(metadata)?.[1]?.trim() ?? 'unknown';
    return { file, zip, members, sums: readSums(record), name: field('Name'), version: field('Version') };
  } catch (error) {
    zip.close();
    throw broken(file, error);
  }
}

/**
 * @param {string} file
 * @returns {Promise<yauzl.ZipFile>}
 */
function openZip(file) {
  return new Promise((resolve, reject) => {
    yauzl.open(file, { lazyEntries: true, autoClose: false }, (error, zip) => {
      if (error === null) resolve(zip);
      else reject(broken(file, error));
    });
  });
}

/**
 * @param {yauzl.ZipFile} zip
 * @param {ReadonlyMap<string, yauzl.Entry>} members
 * @param {string} name file in the dist-info folder
 */
async function readInfo(zip, members, name) {
  const entry = [...members.values()].find(
    ({ fileName }) => /^[^/]+\.dist-info\//.test(fileName) && fileName.endsWith(`/${name}`),
  );
  if (entry === undefined) throw new Error(`it has no ${name}`);
  return text(await openMember(zip, entry));
}

/** @param {string} record lines `path,sha256=BASE64URL,size` */
function readSums(record) {
  /** @type {Map<string, string>} */
  const sums = new Map();
  for (const line of record.split('\n')) {
    const match = /^"?(.+?)"?,sha256=([\w-]{43})=*,/.exec(line);
    if (match !== null) sums.set(match[1] ?? '', match[2] ?? '');
  }
  return sums;
}

/**
 * @param {yauzl.ZipFile} zip
 * @param {yauzl.Entry} entry
 * @returns {Promise<import('node:stream').Readable>}
 */
function openMember(zip, entry) {
  return new Promise((resolve, reject) => {
    zip.openReadStream(entry, (error, stream) => {
      if (error === null) resolve(stream);
      else reject(error);
    });
  });
}

/**
 * The first bytes of a member.
 *
 * @param {Wheel} wheel
 * @param {string} name
 * @param {number} count
 */
export async function memberHead(wheel, name, count) {
  try {
    const chunks = [];
    let length = 0;
    for await (const chunk of await openMember(wheel.zip, member(wheel, name))) {
      chunks.push(chunk);
      length += chunk.length;
      if (length >= count) break;
    }
    return Buffer.concat(chunks).subarray(0, count);
  } catch (error) {
    throw broken(wheel.file, error);
  }
}

/**
 * The whole of a small text member, or undefined if there is none.
 *
 * @param {Wheel} wheel
 * @param {string} name
 */
export async function memberText(wheel, name) {
  const entry = wheel.members.get(name);
  if (entry === undefined) return undefined;
  try {
    return await text(await openMember(wheel.zip, entry));
  } catch (error) {
    throw broken(wheel.file, error);
  }
}

/**
 * Stream one member into a file and require the sum that RECORD states for it.
 *
 * @param {Wheel} wheel
 * @param {string} name    member
 * @param {string} target  file; its folder is made
 * @param {AbortSignal} [signal]
 */
export async function saveMember(wheel, name, target, signal) {
  const expected = wheel.sums.get(name);
  if (expected === undefined) throw broken(wheel.file, new Error(`RECORD has no sum for ${name}`));
  await mkdir(dirname(target), { recursive: true });
  const hash = createHash('sha256');
  const tap = new Transform({
    transform(chunk, _encoding, done) {
      hash.update(chunk);
      done(null, chunk);
    },
  });
  try {
    const source = await openMember(wheel.zip, member(wheel, name));
    await pipeline(source, tap, createWriteStream(target), { signal });
  } catch (error) {
    throw broken(wheel.file, error);
  }
  const found = hash.digest('base64url');
  if (found !== expected) {
    throw broken(wheel.file, new Error(`${name} has SHA-256 ${found}, RECORD states ${expected}`));
  }
}

/**
 * @param {Wheel} wheel
 * @param {string} name
 */
function member(wheel, name) {
  const entry = wheel.members.get(name);
  if (entry === undefined) throw new Error(`it has no ${name}`);
  return entry;
}

/**
 * Compare a wheel's SHA-256 with the known one of its file name.
 *
 * @param {string} file
 * @param {AbortSignal} [signal]
 * @param {(file: string) => string | undefined} [known] the known sum by file name; default: the pinned wheels
 * @returns {Promise<{ sha256: string, pinned: boolean }>} pinned: the sum was known, and is right
 */
export async function checkWheelSum(file, signal, known = knownSha256) {
  const expected = known(basename(file));
  const hash = createHash('sha256');
  await pipeline(createReadStream(file), hash, { signal });
  const sha256 = hash.digest('hex');
  if (expected !== undefined && sha256 !== expected) {
    throw new SetupError(
      'checksum',
      `${file}\nhas SHA-256 ${sha256}\nexpected    ${expected}`,
      'The file is damaged or not what its name says. Delete it and run again, or download it anew.',
    );
  }
  return { sha256, pinned: expected !== undefined };
}

/**
 * @param {string} file
 * @param {unknown} error
 */
function broken(file, error) {
  const { code, name, message } = /** @type {NodeJS.ErrnoException} */ (error);
  // The disk's troubles, an interruption and failures that have their words already are not the wheel's.
  if (error instanceof SetupError || name === 'AbortError' || (code?.startsWith('E') && code !== 'EOF')) {
    return code === 'ENOENT' ? missing(file) : error;
  }
  return new SetupError(
    'broken-wheel',
    `${file} is not a whole TensorFlow wheel: ${message.replace(/\.+$/, '')}.`,
    'Give another one with --from, or run again without it to have one downloaded.',
  );
}

/** @param {string} file */
function missing(file) {
  return new SetupError(
    'broken-wheel',
    `${file} does not exist.`,
    'Give the path of a .whl file or of a folder with --from.',
  );
}
