import { createDataset } from './create-dataset.js';
import type { Dataset } from './dataset.js';
import { DatasetError, type DatasetProblem } from './dataset-error.js';
import { decodeImage, ImageError, loadSharp } from './decode-image.js';
import { listImageFolder, type FolderImage } from './image-folder.js';
import { IMAGENET_SIZE, type ImageSize } from './image-size.js';

/** Options of {@link loadImageFolder}. */
export interface ImageFolderOptions {
  /** What the data set is called; default `image-folder`. */
  readonly name?: string;
  readonly split?: 'train' | 'test';
  /** Only the first so many images, in the order of their file names. */
  readonly length?: number | undefined;
  /** Default {@link IMAGENET_SIZE}. */
  readonly size?: ImageSize;
  /** Last sentence of an error: what the reader can do. */
  readonly remedy?: string;
}

/** Decoded at once: enough for the decoder's threads. */
const AT_ONCE = 8;
/** Largest data set in memory [bytes]: 14,000 images of 224 × 224. */
const MAXIMUM_BYTES = 2 * 2 ** 30;
/** More problems than this are counted, not listed: a folder may hold a million. */
const MAXIMUM_PROBLEMS = 20;

const REMEDY =
  'Lay the images out as one folder per class, or as one folder with labels.txt (a line for each image: file and class).';

/**
 * Loads images from a folder, scaled and cropped to one size, into memory as bytes. Needs `sharp`. The folder
 * has one folder per class, or a `labels.txt` beside the images; they come in the order of their file names.
 *
 * @param folder folder of the images
 * @returns images `[n, crop, crop, 3]`, labels, classes, and a hash over the decoded pixels
 * @throws DatasetError listing images that cannot be read, labels that are missing or unknown
 * @throws RangeError if `length` or the size is out of range, or the images would take more than 2 GiB
 * @throws Error if `sharp` is not installed
 * @example
 * const images = await loadImageFolder('imagenet/val', { length: 1000 });
 * images.imageShape; // [224, 224, 3]
 */
export async function loadImageFolder(folder: string, options: ImageFolderOptions = {}): Promise<Dataset> {
  const { name = 'image-folder', split = 'test', size = IMAGENET_SIZE, remedy = REMEDY } = options;
  requireSize(size);
  const refuse = (problems: readonly DatasetProblem[]): never => {
    throw new DatasetError(`loadImageFolder: ${folder} must hold labelled images`, name, problems, remedy);
  };
  const listed = await listImageFolder(folder);
  if (listed.problems.length > 0) refuse(shortened(folder, listed.problems));
  const chosen = listed.images.slice(0, requireLength(options.length, listed.images.length));
  const pixels = size.crop * size.crop * 3;
  if (chosen.length * pixels > MAXIMUM_BYTES) {
    throw new RangeError(
      `loadImageFolder: images must take at most ${MAXIMUM_BYTES} bytes, got ${chosen.length} · ${pixels}. Load fewer: length at most ${Math.floor(MAXIMUM_BYTES / pixels)}.`,
    );
  }
  const images = new Uint8Array(new SharedArrayBuffer(chosen.length * pixels));
  const problems = await decodeAll(chosen, images, size);
  if (problems.length > 0) refuse(shortened(folder, problems));
  return createDataset({
    name,
    split,
    imageShape: [size.crop, size.crop, 3],
    images,
    labels: Uint16Array.from(chosen, ({ label }) => label),
    classes: listed.classes,
  });
}

async function decodeAll(
  chosen: readonly FolderImage[],
  out: Uint8Array,
  size: ImageSize,
): Promise<DatasetProblem[]> {
  const sharp = await loadSharp();
  const problems: DatasetProblem[] = [];
  let next = 0;
  const decodeNext = async (): Promise<void> => {
    while (next < chosen.length) {
      const index = next;
      next += 1;
      const { path } = chosen[index]!;
      try {
        out.set(await decodeImage(sharp, path, size), index * size.crop * size.crop * 3);
      } catch (error) {
        const found = error instanceof ImageError ? error.message : String(error);
        problems.push({ file: path, subject: 'reading', expected: 'a JPEG or PNG image', found });
      }
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, decodeNext));
  return problems.sort((a, b) => (a.file < b.file ? -1 : 1));
}

function shortened(folder: string, problems: readonly DatasetProblem[]): readonly DatasetProblem[] {
  if (problems.length <= MAXIMUM_PROBLEMS) return problems;
  const more = `${problems.length - MAXIMUM_PROBLEMS} more problems`;
  return [
    ...problems.slice(0, MAXIMUM_PROBLEMS),
    { file: folder, subject: 'reading', expected: 'images without problems', found: more },
  ];
}

function requireSize({ resize, crop }: ImageSize): void {
  if (Number.isInteger(crop) && crop >= 1 && Number.isInteger(resize) && resize >= crop && resize <= 4096)
    return;
  throw new RangeError(
    `loadImageFolder: size must have whole numbers 1 ≤ crop ≤ resize ≤ 4096, got crop ${crop}, resize ${resize}.`,
  );
}

function requireLength(length: number | undefined, available: number): number {
  if (length === undefined) return available;
  if (Number.isInteger(length) && length >= 1) return Math.min(length, available);
  throw new RangeError(`loadImageFolder: length must be a whole number of at least 1, got ${length}.`);
}
