import { createHash, type Hash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { datasetFolder, dataFolder } from './data-folder.js';
import type { DatasetProblem } from './dataset-error.js';
import type { DatasetPresence } from './dataset-presence.js';
import { fileBytes, type DatasetDefinition, type DatasetFile } from './definition.js';
import { imagenetPresence } from './imagenet.js';
import { DATASET_DEFINITIONS, resolveDefinition, type FileDatasetName } from './registry.js';

/** What {@link verifyDataset} found about one file. */
export interface VerifiedFile {
  readonly path: string;
  readonly ok: boolean;
  /** Empty when `ok`. */
  readonly problems: readonly DatasetProblem[];
}

/** The outcome of {@link verifyDataset}: every file with its problems. */
export interface Verification {
  readonly dataset: string;
  /** Folder in which the files were looked for. */
  readonly folder: string;
  readonly ok: boolean;
  readonly files: readonly VerifiedFile[];
  /** All problems of all files. */
  readonly problems: readonly DatasetProblem[];
}

/**
 * Checks length and both checksums (the official MD5, and SHA-256) of every file of a data set.
 *
 * Reads every byte (CIFAR-10: 184 MB). Does not throw on damaged files: they stand in the result.
 *
 * @param dataset a name, or a definition of one's own
 * @param folder  folder of the data sets, or of this one; default as {@link dataFolder}
 * @throws RangeError for an unknown name
 */
export async function verifyDataset(
  dataset: FileDatasetName | DatasetDefinition,
  folder?: string,
): Promise<Verification> {
  const definition = resolveDefinition(dataset, 'verifyDataset');
  const found = datasetFolder(definition, dataFolder(folder).path);
  const files: VerifiedFile[] = [];
  for (const file of definition.files) {
    const path = join(found, file.name);
    const problems = await fileProblems(definition, file, path);
    files.push({ path, ok: problems.length === 0, problems });
  }
  const problems = files.flatMap((file) => file.problems);
  return { dataset: definition.name, folder: found, ok: problems.length === 0, files, problems };
}

/**
 * Which data sets a folder holds, by file lengths (fast; {@link verifyDataset} reads the bytes).
 *
 * @param folder      folder of the data sets; default as {@link dataFolder}
 * @param definitions the sets to look for; default all known ones, with ImageNet at the end
 */
export async function listDatasets(
  folder?: string,
  definitions?: readonly DatasetDefinition[],
): Promise<DatasetPresence[]> {
  if (definitions !== undefined) return listDefined(folder, definitions);
  const defined = await listDefined(folder, Object.values(DATASET_DEFINITIONS));
  return [...defined, await imagenetPresence(folder)];
}

function listDefined(
  folder: string | undefined,
  definitions: readonly DatasetDefinition[],
): Promise<DatasetPresence[]> {
  const root = dataFolder(folder).path;
  return Promise.all(
    definitions.map(async (definition) => {
      const found = datasetFolder(definition, root);
      const checks = definition.files.map((file) => sizeProblem(definition, file, join(found, file.name)));
      const problems = (await Promise.all(checks)).filter((problem) => problem !== undefined);
      const absent =
        problems.length === definition.files.length && problems.every((p) => p.subject === 'presence');
      const state = absent ? 'absent' : problems.length === 0 ? 'complete' : 'partial';
      return { name: definition.name, folder: found, state, problems };
    }),
  );
}

/** The problem with a file's existence or length, if any. */
export async function sizeProblem(
  definition: DatasetDefinition,
  file: DatasetFile,
  path: string,
): Promise<DatasetProblem | undefined> {
  const expected = `${fileBytes(definition, file)} bytes`;
  try {
    const found = await stat(path);
    if (!found.isFile())
      return { file: path, subject: 'presence', expected: `a file of ${expected}`, found: 'no file' };
    if (found.size === fileBytes(definition, file)) return undefined;
    return { file: path, subject: 'size', expected, found: `${found.size} bytes` };
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    if (code === 'ENOENT' || code === 'ENOTDIR')
      return { file: path, subject: 'presence', expected, found: 'no file' };
    return { file: path, subject: 'reading', expected, found: String(error) };
  }
}

/** The checksum problems of a file in memory: none or one. */
export function checksumProblems(file: DatasetFile, path: string, bytes: Uint8Array): DatasetProblem[] {
  return sumProblems(file, path, createHash('md5').update(bytes), createHash('sha256').update(bytes));
}

/** Length first, then both sums in one pass over the file. */
export async function fileProblems(
  definition: DatasetDefinition,
  file: DatasetFile,
  path: string,
): Promise<DatasetProblem[]> {
  const size = await sizeProblem(definition, file, path);
  if (size !== undefined) return [size];
  const md5 = createHash('md5');
  const sha256 = createHash('sha256');
  try {
    for await (const chunk of createReadStream(path, { highWaterMark: 1 << 20 }) as AsyncIterable<Buffer>) {
      md5.update(chunk);
      sha256.update(chunk);
    }
  } catch (error) {
    return [{ file: path, subject: 'reading', expected: 'a readable file', found: String(error) }];
  }
  return sumProblems(file, path, md5, sha256);
}

/** A wrong MD5 sum, or, if only that is right, a wrong SHA-256 sum. */
export function sumProblems(file: DatasetFile, path: string, md5: Hash, sha256: Hash): DatasetProblem[] {
  const sums = [
    ['MD5', file.md5, md5.digest('hex')],
    ['SHA-256', file.sha256, sha256.digest('hex')],
  ] as const;
  const wrong = sums.find(([, expected, found]) => expected !== found);
  if (wrong === undefined) return [];
  const [kind, expected, found] = wrong;
  return [{ file: path, subject: 'checksum', expected: `${kind} ${expected}`, found }];
}
