import { mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryFolder } from '@opi-snn/test-utils';
import sharp from 'sharp';
import { beforeAll, describe, expect, it } from 'vitest';
import { DatasetError, listDatasets, loadDataset, loadImageFolder } from '../src/index.js';

const SIZE = { resize: 16, crop: 12 };
/** WordNet ids, and a shade of red for each. */
const CLASSES = ['n01440764', 'n02102040', 'n03000684'];
const SHADES = [40, 120, 200];
let jpegs: readonly Buffer[];

beforeAll(async () => {
  jpegs = await Promise.all(
    SHADES.map((r) =>
      sharp({ create: { width: 30, height: 20, channels: 3, background: { r, g: 0, b: 0 } } })
        .jpeg({ quality: 100, chromaSubsampling: '4:4:4' })
        .toBuffer(),
    ),
  );
});

/** Image k of the validation set is of class (2k) mod 3. */
const NAMES = ['val_1.JPEG', 'val_2.JPEG', 'val_3.JPEG', 'val_4.JPEG'];
const classOf = (index: number): number => (2 * index) % 3;

/** DIR/imagenet/val with a folder per class, or flat. */
function folderOf(layout: 'folders' | 'flat'): string {
  const data = temporaryFolder();
  const folder = join(data, 'imagenet', 'val');
  mkdirSync(folder, { recursive: true });
  NAMES.forEach((name, index) => {
    const inside = layout === 'flat' ? folder : join(folder, CLASSES[classOf(index)]!);
    mkdirSync(inside, { recursive: true });
    writeFileSync(join(inside, name), jpegs[classOf(index)]!);
  });
  return data;
}

const val = (data: string): string => join(data, 'imagenet', 'val');
const LABELS = NAMES.map((name, index) => `${name} ${CLASSES[classOf(index)]!}`).join('\n');
const SOLUTION = [
  'ImageId,PredictionString',
  ...NAMES.map((name, index) => `${name.replace('.JPEG', '')},${CLASSES[classOf(index)]!} 1 2 30 40`),
].join('\r\n');

describe('loadImageFolder', () => {
  it('gives the images in the order of their file names, whatever their folders, with labels in the order of the classes', async () => {
    const { length, labels, classes, images, imageShape, split } = await loadImageFolder(
      val(folderOf('folders')),
      {
        size: SIZE,
      },
    );
    expect({ length, classes, imageShape, split }).toEqual({
      length: 4,
      classes: CLASSES,
      imageShape: [12, 12, 3],
      split: 'test',
    });
    expect([...labels]).toEqual([0, 2, 1, 0]);
    const reds = [0, 1, 2, 3].map((index) => images[index * 12 * 12 * 3]!);
    reds.forEach((red, index) => {
      expect(Math.abs(red - SHADES[classOf(index)]!)).toBeLessThanOrEqual(2);
    });
  });

  it.each([
    ['labels.txt', LABELS],
    ['labels.csv', LABELS.replaceAll(' ', ',')],
    ['LOC_val_solution.csv', SOLUTION],
    ['../LOC_val_solution.csv', SOLUTION],
  ])('gives the same data set from one folder with %s', async (file, text) => {
    const folder = val(folderOf('flat'));
    writeFileSync(join(folder, file), text);
    const flat = await loadImageFolder(folder, { size: SIZE });
    const nested = await loadImageFolder(val(folderOf('folders')), { size: SIZE });
    expect(flat).toEqual(nested);
  });

  it('takes labels from a list of all classes, so that a part of the classes keeps its labels', async () => {
    const folder = val(folderOf('folders'));
    const lines = ['n00000001 first', ...CLASSES.map((id) => `${id} its name, and another`)];
    writeFileSync(join(folder, '..', 'LOC_synset_mapping.txt'), lines.join('\n'));
    const { labels, classes } = await loadImageFolder(folder, { size: SIZE });
    expect([...labels]).toEqual([1, 3, 2, 1]);
    expect(classes).toEqual(['n00000001', ...CLASSES]);
  });

  it('loads the first images only when asked, and refuses lengths and sizes that mean nothing', async () => {
    const folder = val(folderOf('folders'));
    expect((await loadImageFolder(folder, { size: SIZE, length: 2 })).length).toBe(2);
    expect((await loadImageFolder(folder, { size: SIZE, length: 9 })).length).toBe(4);
    await expect(loadImageFolder(folder, { length: 0 })).rejects.toThrow(
      'loadImageFolder: length must be a whole number of at least 1, got 0.',
    );
    await expect(loadImageFolder(folder, { size: { resize: 10, crop: 12 } })).rejects.toThrow(
      'loadImageFolder: size must have whole numbers 1 ≤ crop ≤ resize ≤ 4096, got crop 12, resize 10.',
    );
  });

  it('lists every image that cannot be read, every one without label, and every label without image', async () => {
    const folder = val(folderOf('folders'));
    writeFileSync(join(folder, CLASSES[0]!, 'val_5.JPEG'), 'no image');
    writeFileSync(join(folder, CLASSES[1]!, 'val_6.JPEG'), jpegs[1]!.subarray(0, 100));
    const broken = await loadImageFolder(folder, { size: SIZE }).catch(
      (error: unknown) => error as DatasetError,
    );
    expect((broken as DatasetError).problems.map(({ file }) => file)).toEqual([
      join(folder, CLASSES[0]!, 'val_5.JPEG'),
      join(folder, CLASSES[1]!, 'val_6.JPEG'),
    ]);
    expect((broken as DatasetError).message).toContain(
      'val_5.JPEG: cannot be read: is neither JPEG nor PNG, judged by its first bytes.',
    );

    const flat = val(folderOf('flat'));
    writeFileSync(
      join(flat, 'labels.txt'),
      'val_1.JPEG n01440764\nval_2.JPEG n01440764\nval_3.JPEG n9\nval_9.JPEG n01440764',
    );
    writeFileSync(join(flat, 'classes.txt'), CLASSES.join('\n'));
    await expect(loadImageFolder(flat, { size: SIZE })).rejects.toThrow(
      [
        `loadImageFolder: ${flat} must hold labelled images, 3 problems:`,
        `  ${join(flat, 'val_3.JPEG')}: label must be one of 3 classes, got "n9".`,
        `  ${join(flat, 'val_4.JPEG')}: label must be a line in ${join(flat, 'labels.txt')}, got none.`,
        `  ${join(flat, 'val_9')}: is missing (expected as ${join(flat, 'labels.txt')} says).`,
        'Lay the images out as one folder per class, or as one folder with labels.txt (a line for each image: file and class).',
      ].join('\n'),
    );
    rmSync(join(flat, 'labels.txt'));
    await expect(loadImageFolder(flat, { size: SIZE })).rejects.toThrow(
      'is missing (expected a folder per class, or one of labels.txt, labels.csv, LOC_val_solution.csv)',
    );
  });
});

describe('imagenet', () => {
  it('is loaded by name from the usual places, at the size its networks are evaluated at, and listed', async () => {
    const data = folderOf('folders');
    const { name, imageShape, length } = await loadDataset('imagenet', 'test', { folder: data, length: 1 });
    expect({ name, imageShape, length }).toEqual({ name: 'imagenet', imageShape: [224, 224, 3], length: 1 });
    const [train] = CLASSES;
    mkdirSync(join(data, 'imagenet', 'train', train!), { recursive: true });
    renameSync(join(val(data), train!, NAMES[0]!), join(data, 'imagenet', 'train', train!, NAMES[0]!));
    expect((await loadDataset('imagenet', 'train', { folder: data })).split).toBe('train');
    expect((await listDatasets(data)).at(-1)).toMatchObject({ name: 'imagenet', state: 'complete' });
    const nothing = temporaryFolder();
    expect((await listDatasets(nothing)).at(-1)).toMatchObject({ name: 'imagenet', state: 'absent' });
    await expect(loadDataset('imagenet', 'test', { folder: nothing })).rejects.toThrow(
      /imagenet\/val: is missing \(expected a folder of images\)\.\nRegister at image-net\.org/u,
    );
  });
});
