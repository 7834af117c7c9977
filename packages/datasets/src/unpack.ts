import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { open, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { Transform, type Duplex, type Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import { extract, type Header } from 'tar-stream';
import type { DatasetProblem } from './dataset-error.js';
import { fileBytes, type DatasetDefinition, type DatasetDownload, type DatasetFile } from './definition.js';
import { sumProblems } from './verify.js';

/** Bytes an archive may hold beside the expected files: notes, label names, tar headers. */
const SLACK_BYTES = 16 * 1024 * 1024;

/** An archive holds what it must not; `problem` says what. */
class ArchiveProblem extends Error {
  readonly problem: DatasetProblem;

  constructor(file: string, subject: DatasetProblem['subject'], expected: string, found: string) {
    super(found);
    this.problem = { file, subject, expected, found };
  }
}

/** What to unpack. */
export interface UnpackRequest {
  readonly definition: DatasetDefinition;
  readonly download: DatasetDownload;
  /** The packed file. */
  readonly archive: string;
  /** Existing folder the files go to. */
  readonly folder: string;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Unpacks the expected files of an archive: written aside as `<name>.new`, checked by length, MD5 and SHA-256, and
 * renamed only if all of them are right. Other files in the archive are skipped; links, devices, absolute paths and
 * `..` are refused, as are more bytes than can be right.
 *
 * @returns what is wrong; empty if every file is now in place. Nothing half-written stays in any case.
 * @throws errors of the disk, and the signal's reason
 */
export async function unpack(request: UnpackRequest): Promise<DatasetProblem[]> {
  const { definition, download, archive, folder, signal } = request;
  const files = definition.files.filter((file) => download.contents.includes(file.name));
  const aside = (file: DatasetFile): string => join(folder, `${file.name}.new`);
  try {
    const problems = await writeAside(request, files, aside);
    if (problems.length > 0) return problems;
    for (const file of files) await rename(aside(file), join(folder, file.name));
    return [];
  } catch (error) {
    signal?.throwIfAborted();
    if (error instanceof ArchiveProblem) return [error.problem];
    if (!isPackingError(error)) throw error;
    return [
      {
        file: archive,
        subject: 'archive',
        expected: `a whole ${download.packing} file`,
        found: (error as Error).message,
      },
    ];
  } finally {
    await Promise.all(files.map((file) => rm(aside(file), { force: true })));
  }
}

/** Writes one expected file from what comes in, and returns what is wrong with it. */
type Write = (file: DatasetFile, source: AsyncIterable<Uint8Array>) => Promise<DatasetProblem[]>;

function writeAside(
  { definition, download, archive, signal }: UnpackRequest,
  files: readonly DatasetFile[],
  aside: (file: DatasetFile) => string,
): Promise<DatasetProblem[]> {
  const bytes = files.reduce((sum, file) => sum + fileBytes(definition, file), 0);
  const streams: Unpacked = [createReadStream(archive), createGunzip(), limit(bytes + SLACK_BYTES, archive)];
  const write: Write = (file, source) => writeFile(definition, file, source, aside(file));
  if (download.packing === 'gz') return writeSingle(streams, files[0]!, write, signal);
  return writeEntries(streams, { definition, files, archive, signal }, write);
}

/** The stages from the packed file to its unpacked bytes. */
type Unpacked = readonly [Readable, Duplex, Duplex];

async function writeSingle(
  streams: Unpacked,
  file: DatasetFile,
  write: Write,
  signal: AbortSignal | undefined,
): Promise<DatasetProblem[]> {
  let writing: Promise<DatasetProblem[]> = Promise.resolve([]);
  const sink = async (source: AsyncIterable<Uint8Array>): Promise<void> => {
    writing = write(file, source).catch(asProblems);
    await writing;
  };
  await pipeline(...streams, sink, { signal }).catch(async (error: unknown) => {
    // Leaving off in the middle of the source breaks the pipe, too; the reason why is the one to tell.
    if ((await writing).length === 0) throw error;
  });
  return writing;
}

async function writeEntries(
  streams: Unpacked,
  {
    definition,
    files,
    archive,
    signal,
  }: Pick<UnpackRequest, 'definition' | 'archive' | 'signal'> & { readonly files: readonly DatasetFile[] },
  write: Write,
): Promise<DatasetProblem[]> {
  const problems = new Map<string, DatasetProblem[]>();
  const tar = extract();
  const reading = readEntries(tar, files, archive, async (file, entry, size) => {
    if (problems.has(file.name))
      throw new ArchiveProblem(archive, 'archive', `${file.name} once`, 'it twice');
    const expected = fileBytes(definition, file);
    if (size > expected) throw new ArchiveProblem(file.name, 'size', `${expected} bytes`, `${size} bytes`);
    problems.set(file.name, await write(file, entry));
  });
  await both(pipeline(...streams, tar as unknown as NodeJS.WritableStream, { signal }), reading);
  const missing = files.filter((file) => !problems.has(file.name));
  return [
    ...missing.map(
      (file) => ({ file: archive, subject: 'archive', expected: file.name, found: 'no such entry' }) as const,
    ),
    ...[...problems.values()].flat(),
  ];
}

function asProblems(error: unknown): DatasetProblem[] {
  if (error instanceof ArchiveProblem) return [error.problem];
  throw error;
}

/** Waits for both ends of the pipe; of two errors, the reader's is the cause unless it only saw the pipe break. */
async function both(feeding: Promise<void>, reading: Promise<void>): Promise<void> {
  const ends = await Promise.allSettled([reading, feeding]);
  const errors = ends.flatMap((end) => (end.status === 'rejected' ? [end.reason as Error] : []));
  const cause =
    errors.find((error) => error instanceof ArchiveProblem) ??
    errors.find((error) => !sawThePipeBreak(error)) ??
    errors[0];
  if (cause !== undefined) throw cause;
}

/**
 * Whether an error says only that the stream was destroyed from its other end. When the reader meets it first, between
 * two of its reads, the tar stream tells this instead of the reason.
 */
function sawThePipeBreak(error: NodeJS.ErrnoException): boolean {
  return error.code === 'STREAM_DESTROYED' || error.code === 'ERR_STREAM_PREMATURE_CLOSE';
}

/** Goes through the entries of a tar archive and hands the expected ones on. */
async function readEntries(
  tar: ReturnType<typeof extract>,
  files: readonly DatasetFile[],
  archive: string,
  use: (file: DatasetFile, entry: AsyncIterable<Uint8Array>, size: number) => Promise<void>,
): Promise<void> {
  try {
    for await (const entry of tar) {
      const name = safeName(entry.header, archive);
      const file =
        entry.header.type === 'file' ? files.find((candidate) => candidate.name === name) : undefined;
      if (file === undefined) entry.resume();
      else await use(file, entry as AsyncIterable<Uint8Array>, entry.header.size);
    }
  } catch (error) {
    tar.destroy(error as Error);
    throw error;
  }
}

/** The entry's file name if it lies at most one folder deep; refuses what could leave the folder or point elsewhere. */
function safeName({ name, type }: Header, archive: string): string | undefined {
  const parts = name
    .replaceAll('\\', '/')
    .split('/')
    .filter((part) => part !== '.' && part !== '');
  if (/^([/\\]|[a-zA-Z]:)/.test(name) || parts.includes('..')) {
    throw new ArchiveProblem(
      archive,
      'archive',
      'paths inside its own folder',
      `the entry ${JSON.stringify(name)}`,
    );
  }
  if (type !== 'file' && type !== 'directory') {
    throw new ArchiveProblem(
      archive,
      'archive',
      'files and folders only',
      `the ${type} ${JSON.stringify(name)}`,
    );
  }
  return parts.length <= 2 ? parts.at(-1) : undefined;
}

/** Writes one file, never more than its right length, and checks length and sums on the way. */
async function writeFile(
  definition: DatasetDefinition,
  file: DatasetFile,
  source: AsyncIterable<Uint8Array>,
  path: string,
): Promise<DatasetProblem[]> {
  const expected = fileBytes(definition, file);
  const md5 = createHash('md5');
  const sha256 = createHash('sha256');
  const handle = await open(path, 'w');
  let size = 0;
  try {
    for await (const chunk of source) {
      size += chunk.length;
      if (size > expected)
        throw new ArchiveProblem(file.name, 'size', `${expected} bytes`, `more than ${expected} bytes`);
      md5.update(chunk);
      sha256.update(chunk);
      await handle.writeFile(chunk);
    }
    await handle.sync();
  } finally {
    await handle.close();
  }
  if (size < expected)
    return [{ file: file.name, subject: 'size', expected: `${expected} bytes`, found: `${size} bytes` }];
  return sumProblems(file, file.name, md5, sha256);
}

/** Passes bytes on up to a maximum: a small archive that unpacks without end is refused. */
function limit(maximum: number, archive: string): Transform {
  let passed = 0;
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      passed += chunk.length;
      if (passed <= maximum) done(null, chunk);
      else done(new ArchiveProblem(archive, 'archive', `at most ${maximum} unpacked bytes`, 'more'));
    },
  });
}

/** Errors of zlib (`Z_…`) and of the tar parser mean a damaged archive; the others come from the disk. */
function isPackingError(error: unknown): boolean {
  const { code = '', syscall } = error as NodeJS.ErrnoException;
  return syscall === undefined && (code === '' || code.startsWith('Z_') || code.startsWith('ERR_'));
}
