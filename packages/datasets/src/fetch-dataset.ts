import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { dataFolder, datasetFolder } from './data-folder.js';
import { DatasetError, type DatasetProblem } from './dataset-error.js';
import { fileBytes, type DatasetDefinition, type DatasetDownload, type DatasetFile } from './definition.js';
import { diskProblem, download, DownloadError, type DownloadOptions } from './download.js';
import { resolveDefinition, type FileDatasetName } from './registry.js';
import { unpack } from './unpack.js';
import { fileProblems } from './verify.js';

/** Options of {@link fetchDataset}. */
export interface FetchOptions extends DownloadOptions {
  /** Folder address of a mirror that has the same file names; default the official addresses. */
  readonly address?: string | undefined;
}

/** What {@link fetchDataset} did. */
export interface FetchedDataset {
  /** Folder that holds the files. */
  readonly folder: string;
  /** Names of the files that were downloaded; empty if all were there and right. */
  readonly fetched: readonly string[];
}

/** Room for an archive that does not compress at all. */
const ARCHIVE_OVERHEAD_BYTES = 1024 * 1024;

/**
 * Brings a data set into a folder: downloads what is missing or wrong from the official address, checks it, unpacks it.
 *
 * Files that are there with the right checksums are not downloaded again. A download grows as `<archive>.part` and is
 * continued after a break, an abort, or by the next call; the unpacked files are written aside, checked by MD5 and
 * SHA-256, and renamed: a file in its place is always whole.
 *
 * @param dataset a name, or a definition of one's own
 * @param folder  folder of the data sets, made if missing; default as {@link dataFolder}
 * @throws DatasetError if what was downloaded is not the data set, or if it has no downloads and is not there, listing each
 *   problem
 * @throws DownloadError if an address fails, or the disk is full or not writable
 * @throws RangeError for an unknown name
 * @throws the signal's reason when aborted
 */
export async function fetchDataset(
  dataset: FileDatasetName | DatasetDefinition,
  folder?: string,
  options: FetchOptions = {},
): Promise<FetchedDataset> {
  const definition = resolveDefinition(dataset, 'fetchDataset');
  const root = dataFolder(folder).path;
  const present = datasetFolder(definition, root);
  const problems = await problemsOf(definition, definition.files, present);
  if (problems.length === 0) return { folder: present, fetched: [] };
  const target = join(root, definition.folders[0]!);
  if (definition.downloads.length === 0) {
    const context = `fetchDataset: ${definition.name} has no address to be downloaded from and must be laid into ${target}`;
    throw new DatasetError(
      context,
      definition.name,
      problems,
      'Or name the folder that holds the files with --data DIR.',
    );
  }
  const fetched: string[] = [];
  for (const item of definition.downloads) {
    if (await isComplete(definition, item, target)) continue;
    await onDisk(item, target, () => mkdir(target, { recursive: true }));
    await fetchOne(definition, withAddress(item, options.address), target, options);
    fetched.push(...item.contents);
  }
  return { folder: target, fetched };
}

/** Downloads and unpacks; what a continued part spoilt is downloaded once more from its start. */
async function fetchOne(
  definition: DatasetDefinition,
  item: DatasetDownload,
  folder: string,
  options: FetchOptions,
): Promise<void> {
  const part = join(folder, `${fileName(item.url)}.part`);
  const contents = definition.files.filter((file) => item.contents.includes(file.name));
  const unpackedBytes = contents.reduce((sum, file) => sum + fileBytes(definition, file), 0);
  const request = {
    url: item.url,
    part,
    bytes: item.bytes,
    maximumBytes: unpackedBytes + ARCHIVE_OVERHEAD_BYTES,
  };
  for (let attempt = 1; ; attempt += 1) {
    const { resumed } = await download(request, options);
    const problems = await onDisk({ ...item, bytes: unpackedBytes }, folder, () =>
      unpack({ definition, download: item, archive: part, folder, signal: options.signal }),
    );
    const sum = problems.length > 0 ? await archiveProblem(item, part) : [];
    await rm(part, { force: true });
    await rm(`${part}.json`, { force: true });
    if (problems.length === 0) return;
    if (resumed && attempt === 1) continue;
    const context = `fetchDataset: ${item.url} must hold ${definition.name}`;
    const remedy =
      'Nothing was kept of it. Run the command again later, or get the files elsewhere and name their folder with --data DIR.';
    throw new DatasetError(context, definition.name, [...sum, ...problems], remedy);
  }
}

/** The packed file's own checksum, told beside the reason why it was refused. */
async function archiveProblem(item: DatasetDownload, part: string): Promise<DatasetProblem[]> {
  const md5 = createHash('md5');
  for await (const chunk of createReadStream(part) as AsyncIterable<Buffer>) md5.update(chunk);
  const found = md5.digest('hex');
  if (found === item.md5) return [];
  return [{ file: fileName(item.url), subject: 'checksum', expected: `MD5 ${item.md5}`, found }];
}

async function onDisk<Result>(
  item: DatasetDownload,
  folder: string,
  action: () => Promise<Result>,
): Promise<Result> {
  try {
    return await action();
  } catch (error) {
    const said = diskProblem(error, folder, item.bytes ?? 0);
    throw said === undefined ? error : new DownloadError(item.url, said, error);
  }
}

async function isComplete(
  definition: DatasetDefinition,
  { contents }: DatasetDownload,
  folder: string,
): Promise<boolean> {
  const files = definition.files.filter(({ name }) => contents.includes(name));
  return (await problemsOf(definition, files, folder)).length === 0;
}

async function problemsOf(
  definition: DatasetDefinition,
  files: readonly DatasetFile[],
  folder: string,
): Promise<DatasetProblem[]> {
  const problems: DatasetProblem[] = [];
  for (const file of files) problems.push(...(await fileProblems(definition, file, join(folder, file.name))));
  return problems;
}

function withAddress(item: DatasetDownload, address: string | undefined): DatasetDownload {
  if (address === undefined) return item;
  return { ...item, url: new URL(fileName(item.url), address.endsWith('/') ? address : `${address}/`).href };
}

function fileName(url: string): string {
  return new URL(url).pathname.split('/').at(-1)!;
}
