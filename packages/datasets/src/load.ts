import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createDataset } from './create-dataset.js';
import { datasetFolder, dataFolder } from './data-folder.js';
import type { Dataset } from './dataset.js';
import { DatasetError, fetchRemedy, type DatasetProblem } from './dataset-error.js';
import { decodeFile, type DecodeTarget } from './decode.js';
import type { DatasetDefinition, DatasetFile, LabelSet } from './definition.js';
import { IMAGENET, loadImagenet } from './imagenet.js';
import { EMBEDDED_DATASET, generateShapes, type ShapesOptions } from './shapes.js';
import { DATASET_DEFINITIONS, resolveDefinition, type FileDatasetName } from './registry.js';
import { checksumProblems, sizeProblem } from './verify.js';

/** The names {@link loadDataset} knows. */
export type DatasetName = FileDatasetName | typeof EMBEDDED_DATASET | typeof IMAGENET;

/** All names {@link loadDataset} knows, the embedded set first. */
export const DATASET_NAMES: readonly DatasetName[] = [
  EMBEDDED_DATASET,
  ...(Object.keys(DATASET_DEFINITIONS) as FileDatasetName[]),
  IMAGENET,
];

/** Options of {@link loadDataset}. */
export interface LoadOptions extends ShapesOptions {
  /** Folder of the data sets, or of this one; see {@link dataFolder}. Not used by the embedded set. */
  readonly folder?: string | undefined;
  /** Which labels; `coarse` exists for `cifar-100` only. Default `fine`. */
  readonly labels?: LabelSet['name'] | undefined;
}

/**
 * Loads a split of a data set from its official files, or generates it (the embedded set). ImageNet comes from a folder of
 * images (see `loadImageFolder`).
 *
 * Lengths, IDX headers and label ranges are always checked; label files of IDX sets also by checksum, because
 * MNIST and Fashion-MNIST differ in nothing else. {@link verifyDataset} checks every checksum.
 *
 * @param dataset a name, or a definition of one's own
 * @returns images NHWC bytes, labels, classes, hash
 * @throws DatasetError listing all problems of all files of the split: missing, wrong size, bad header, bad label
 * @throws Error if ImageNet is asked for and `sharp` is not installed
 * @throws RangeError for an unknown name, or labels the set does not have
 * @example
 * const test = await loadDataset('shapes-10', 'test', { length: 100 });
 * test.images.length; // 307200
 */
export async function loadDataset(
  dataset: DatasetName | DatasetDefinition,
  split: 'train' | 'test',
  options: LoadOptions = {},
): Promise<Dataset> {
  const labels = options.labels ?? 'fine';
  if (dataset === EMBEDDED_DATASET) {
    requireLabelSet(EMBEDDED_DATASET, ['fine'], labels);
    return generateShapes(split, options);
  }
  if (dataset === IMAGENET) {
    requireLabelSet(IMAGENET, ['fine'], labels);
    return loadImagenet(split, options);
  }
  const definition = resolveDefinition(dataset, 'loadDataset', DATASET_NAMES);
  requireLabelSet(
    definition.name,
    definition.labelSets.map((set) => set.name),
    labels,
  );
  const folder = datasetFolder(definition, dataFolder(options.folder).path);
  const { content, problems } = await readSplit(definition, split, folder, labels);
  if (problems.length > 0) {
    const context = `loadDataset: the ${split} split of ${definition.name} must be complete in ${folder}`;
    throw new DatasetError(context, definition.name, problems, fetchRemedy(definition.name));
  }
  return createDataset(content);
}

function requireLabelSet(name: string, available: readonly string[], labels: string): void {
  if (available.includes(labels)) return;
  throw new RangeError(
    `loadDataset: labels of ${name} must be one of ${available.join(', ')}, got ${JSON.stringify(labels)}.`,
  );
}

/** Reads and decodes every file of the split, going on after problems so that all are found. */
async function readSplit(
  definition: DatasetDefinition,
  split: 'train' | 'test',
  folder: string,
  labels: LabelSet['name'],
): Promise<{ content: Omit<Dataset, 'length' | 'hash'>; problems: DatasetProblem[] }> {
  const { name, imageShape, labelSets, files } = definition;
  const selected = files.filter((file) => file.split === split);
  const length = selected.reduce((sum, file) => sum + (file.role === 'images' ? 0 : file.records), 0);
  // Shared, so that the threads of a BatchPrefetcher need no copy.
  const images = new Uint8Array(
    new SharedArrayBuffer(length * imageShape[0] * imageShape[1] * imageShape[2]),
  );
  const target = { images, labels: new Uint8Array(length) };
  const problems: DatasetProblem[] = [];
  let first = 0;
  for (const file of selected) {
    problems.push(
      ...(await readInto(definition, file, join(folder, file.name), labels, { ...target, first })),
    );
    if (file.role === 'records') first += file.records;
  }
  const classes = labelSets.find((set) => set.name === labels)!.classes;
  return { content: { name, split, imageShape, ...target, classes }, problems };
}

async function readInto(
  definition: DatasetDefinition,
  file: DatasetFile,
  path: string,
  labels: LabelSet['name'],
  target: DecodeTarget,
): Promise<DatasetProblem[]> {
  const size = await sizeProblem(definition, file, path);
  if (size !== undefined) return [size];
  let bytes: Uint8Array;
  try {
    bytes = await readFile(path);
  } catch (error) {
    return [{ file: path, subject: 'reading', expected: 'a readable file', found: String(error) }];
  }
  const checksum = file.role === 'labels' ? checksumProblems(file, path, bytes) : [];
  return [...checksum, ...decodeFile(definition, file, { bytes, path }, labels, target)];
}
