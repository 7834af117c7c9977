import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { dataFolder } from './data-folder.js';
import type { Dataset } from './dataset.js';
import type { DatasetPresence } from './dataset-presence.js';
import { listImageFolder } from './image-folder.js';
import { loadImageFolder } from './load-image-folder.js';

/** Name of the data set that is a folder of images: ILSVRC 2012, which nobody may hand on. */
export const IMAGENET = 'imagenet';

/** Where the images of a split may lie inside the data folder. */
const FOLDERS = {
  test: ['imagenet/val', 'ILSVRC2012/val', 'ILSVRC/Data/CLS-LOC/val', 'val'],
  train: ['imagenet/train', 'ILSVRC2012/train', 'ILSVRC/Data/CLS-LOC/train', 'train'],
} as const;

/** What every message about absent images ends with. */
export const IMAGENET_REMEDY =
  'Register at image-net.org, then lay ILSVRC2012_img_val out in DIR/imagenet/val (a folder per class, or all images with LOC_val_solution.csv), some training images in DIR/imagenet/train, and name DIR with --data or OPI_DATA_DIR.';

/**
 * Folder of a split of ImageNet: the first candidate that exists, else the first.
 *
 * @param folder folder of the data sets; default as {@link dataFolder}
 */
export function imagenetFolder(split: 'train' | 'test', folder?: string): string {
  const root = dataFolder(folder).path;
  const candidates = FOLDERS[split].map((name) => join(root, name));
  return candidates.find((path) => existsSync(path)) ?? candidates[0]!;
}

/**
 * A split of ImageNet; validation images are the test split. Shorter side 256, central 224 × 224. The classes are those
 * of `classes.txt` or `LOC_synset_mapping.txt` beside or above the images, else the folders (or labels) that are there.
 *
 * @param options.length only the first so many images, in the order of their file names
 * @throws as {@link loadImageFolder}
 */
export function loadImagenet(
  split: 'train' | 'test',
  { folder, length }: { readonly folder?: string | undefined; readonly length?: number | undefined } = {},
): Promise<Dataset> {
  return loadImageFolder(imagenetFolder(split, folder), {
    name: IMAGENET,
    split,
    length,
    remedy: IMAGENET_REMEDY,
  });
}

/** Whether there are validation images; none is opened. */
export async function imagenetPresence(folder?: string): Promise<DatasetPresence> {
  const path = imagenetFolder('test', folder);
  const { images, problems } = await listImageFolder(path);
  const state = problems.length === 0 ? 'complete' : images.length === 0 ? 'absent' : 'partial';
  return { name: IMAGENET, folder: path, state, problems };
}
