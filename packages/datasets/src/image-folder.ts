import { readFile, readdir, stat } from 'node:fs/promises';
import { basename, dirname, extname, join } from 'node:path';
import type { DatasetProblem } from './dataset-error.js';

/** One image of a folder. */
export interface FolderImage {
  readonly path: string;
  /** Index into {@link ImageFolder.classes}. */
  readonly label: number;
}

/** The images of a folder with their classes, in the order of their file names. */
export interface ImageFolder {
  readonly layout: 'folder per class' | 'labels file';
  readonly classes: readonly string[];
  readonly images: readonly FolderImage[];
  readonly problems: readonly DatasetProblem[];
}

/** Files that say which class an image has, beside the images or in the folder above them. */
export const LABEL_FILES = ['labels.txt', 'labels.csv', 'LOC_val_solution.csv'] as const;
/** Files that list all classes in the order of their labels, one a line, likewise. */
export const CLASS_FILES = ['classes.txt', 'LOC_synset_mapping.txt'] as const;

const EXTENSIONS = new Set(['.jpg', '.jpeg', '.png']);
const MAXIMUM_TEXT_BYTES = 64 * 2 ** 20;

/**
 * Finds the images of a folder and their labels, without opening an image.
 *
 * Two layouts: one folder per class, named by it (ImageNet: the WordNet id); or all images in one folder with a file of
 * labels ({@link LABEL_FILES}), each line an image (with or without extension) and its class, separated by space, tab or
 * comma, anything after that ignored. Classes are those of a file of classes ({@link CLASS_FILES}), else those found, in
 * alphabetical order, as in torchvision's `ImageFolder`. Images come in the order of their file names, so that both
 * layouts of the same files give the same data set.
 *
 * @param folder folder of the images
 * @returns images and everything that is wrong: unknown classes, images without label, labels without image
 */
export async function listImageFolder(folder: string): Promise<ImageFolder> {
  let entries;
  try {
    entries = await readdir(folder, { withFileTypes: true });
  } catch (error) {
    const missing = (error as NodeJS.ErrnoException).code === 'ENOENT';
    const problem: DatasetProblem = missing
      ? { file: folder, subject: 'presence', expected: 'a folder of images', found: 'nothing' }
      : { file: folder, subject: 'reading', expected: 'a folder of images', found: String(error) };
    return { layout: 'folder per class', classes: [], images: [], problems: [problem] };
  }
  const files = entries
    .filter((entry) => !entry.isDirectory() && isImage(entry.name))
    .map(({ name }) => name);
  const folders = entries.filter((entry) => entry.isDirectory()).map(({ name }) => name);
  const listed = await firstLines(folder, CLASS_FILES);
  const classes = listed?.lines.map((line) => fields(line)[0]!);
  return files.length > 0
    ? fromLabels(folder, files, classes)
    : fromFolders(folder, folders.sort(byText), classes);
}

async function fromFolders(
  folder: string,
  folders: readonly string[],
  given: readonly string[] | undefined,
): Promise<ImageFolder> {
  const images: (FolderImage & { readonly name: string })[] = [];
  const problems: DatasetProblem[] = [];
  const contents = new Map<string, readonly string[]>();
  for (const name of folders) {
    const names = (await readdir(join(folder, name))).filter(isImage);
    if (names.length > 0) contents.set(name, names);
  }
  const classes = given ?? [...contents.keys()];
  const labels = new Map(classes.map((name, label) => [name, label]));
  for (const [name, names] of contents) {
    const label = labels.get(name);
    if (label === undefined) problems.push(unknownClass(join(folder, name), name, classes));
    else images.push(...names.map((file) => ({ name: file, path: join(folder, name, file), label })));
  }
  if (contents.size === 0) problems.push(nothingIn(folder));
  return { layout: 'folder per class', classes, images: inOrder(images), problems };
}

async function fromLabels(
  folder: string,
  files: readonly string[],
  given: readonly string[] | undefined,
): Promise<ImageFolder> {
  const found = await firstLines(folder, LABEL_FILES);
  if (found === undefined) {
    const expected = `a folder per class, or one of ${LABEL_FILES.join(', ')}`;
    const problem: DatasetProblem = {
      file: folder,
      subject: 'presence',
      expected,
      found: `${files.length} images without labels`,
    };
    return { layout: 'labels file', classes: [], images: [], problems: [problem] };
  }
  const rows = found.lines.map(fields).filter(([image]) => image !== 'ImageId');
  const classOf = new Map(rows.map(([image, name = '']) => [withoutExtension(image!), name]));
  const classes = given ?? [...new Set(classOf.values())].sort(byText);
  const labels = new Map(classes.map((name, label) => [name, label]));
  const images: (FolderImage & { readonly name: string })[] = [];
  const problems: DatasetProblem[] = [];
  for (const name of files) {
    const path = join(folder, name);
    const itsClass = classOf.get(withoutExtension(name));
    const label = labels.get(itsClass ?? '');
    if (itsClass === undefined) {
      problems.push({ file: path, subject: 'label', expected: `a line in ${found.path}`, found: 'none' });
    } else if (label === undefined) problems.push(unknownClass(path, itsClass, classes));
    else images.push({ name, path, label });
    classOf.delete(withoutExtension(name));
  }
  for (const name of classOf.keys()) {
    problems.push({
      file: join(folder, name),
      subject: 'presence',
      expected: `as ${found.path} says`,
      found: 'no image',
    });
  }
  return { layout: 'labels file', classes, images: inOrder(images), problems };
}

/** By file name, which is the order of the published validation images; equal names of different classes by path. */
function inOrder(images: (FolderImage & { readonly name: string })[]): FolderImage[] {
  return images
    .sort((a, b) => byText(a.name, b.name) || byText(a.path, b.path))
    .map(({ path, label }) => ({ path, label }));
}

/** The first of some files that is there, beside the images or above them, without empty lines. */
async function firstLines(
  folder: string,
  names: readonly string[],
): Promise<{ readonly path: string; readonly lines: readonly string[] } | undefined> {
  for (const path of names.flatMap((name) => [join(folder, name), join(dirname(folder), name)])) {
    const found = await stat(path).catch(() => undefined);
    if (found?.isFile() !== true) continue;
    if (found.size > MAXIMUM_TEXT_BYTES) {
      throw new RangeError(
        `listImageFolder: ${path} must have at most ${MAXIMUM_TEXT_BYTES} bytes, got ${found.size}.`,
      );
    }
    const text = await readFile(path, 'utf8');
    return { path, lines: text.split(/\r?\n/u).filter((line) => line.trim() !== '') };
  }
  return undefined;
}

function fields(line: string): string[] {
  return line.trim().split(/[\s,]+/u);
}

function isImage(name: string): boolean {
  return EXTENSIONS.has(extname(name).toLowerCase());
}

function withoutExtension(name: string): string {
  return isImage(name) ? basename(name, extname(name)) : name;
}

/** By code units: the same order under every locale. */
function byText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function unknownClass(file: string, name: string, classes: readonly string[]): DatasetProblem {
  return {
    file,
    subject: 'label',
    expected: `one of ${classes.length} classes`,
    found: JSON.stringify(name),
  };
}

function nothingIn(folder: string): DatasetProblem {
  return { file: folder, subject: 'presence', expected: 'folders of JPEG or PNG images', found: 'none' };
}
