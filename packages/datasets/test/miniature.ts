import { createHash } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { pack, type Header } from 'tar-stream';
import type { DatasetDefinition, DatasetFile } from '../src/index.js';

/** A data set of a few small images in an official layout, with its right sums. */
export interface Miniature {
  readonly definition: DatasetDefinition;
  /** Content by file name. */
  readonly files: ReadonlyMap<string, Buffer>;
}

/** Height, width, channels of the miniature CIFARs. */
export const MINIATURE_SHAPE = [4, 3, 3] as const;

/** CIFAR's layout: two training files of 5 and 7 records, a test file of 4; one label byte, or two as CIFAR-100. */
export function miniatureCifar(labelBytes: 1 | 2, address = 'http://localhost/'): Miniature {
  const contents = [5, 7, 4].map((records, file) => cifarRecords(records, labelBytes, file));
  const names = ['data_1.bin', 'data_2.bin', 'test.bin'];
  const files = names.map((name, i) =>
    describeFile(name, i < 2 ? 'train' : 'test', 'records', [5, 7, 4][i]!, contents[i]!),
  );
  const coarse = { name: 'coarse', classes: ['a', 'b', 'c'] } as const;
  const fine = { name: 'fine', classes: Array.from({ length: 10 }, (_, i) => `class ${i}`) } as const;
  return {
    definition: {
      name: 'miniature',
      layout: 'cifar',
      folders: ['miniature-bin'],
      imageShape: MINIATURE_SHAPE,
      labelSets: labelBytes === 1 ? [fine] : [coarse, fine],
      files,
      downloads: [
        { url: `${address}miniature.tar.gz`, packing: 'tar.gz', md5: '0'.repeat(32), contents: names },
      ],
    },
    files: new Map(names.map((name, i) => [name, contents[i]!])),
  };
}

/** MNIST's layout: images of 3x2 pixels, five for training and four for the test, four files. */
export function miniatureIdx(address = 'http://localhost/'): Miniature {
  const counts = [5, 4];
  const contents = counts.flatMap((count, part) => [
    Buffer.concat([header(0x803, count, 3, 2), Buffer.from(bytes(count * 6, part))]),
    Buffer.concat([header(0x801, count), Buffer.from(Array.from({ length: count }, (_, i) => (i * 3) % 10))]),
  ]);
  const names = ['train-images', 'train-labels', 'test-images', 'test-labels'];
  const files = names.map((name, i) =>
    describeFile(
      name,
      i < 2 ? 'train' : 'test',
      i % 2 === 0 ? 'images' : 'labels',
      counts[i >> 1]!,
      contents[i]!,
    ),
  );
  const digits = Array.from({ length: 10 }, (_, i) => String(i));
  return {
    definition: {
      name: 'miniature-digits',
      layout: 'idx',
      folders: ['digits'],
      imageShape: [3, 2, 1],
      labelSets: [{ name: 'fine', classes: digits }],
      files,
      downloads: names.map((name, i) => {
        const packed = gzipSync(contents[i]!);
        const md5 = createHash('md5').update(packed).digest('hex');
        return { url: `${address}${name}.gz`, packing: 'gz', bytes: packed.length, md5, contents: [name] };
      }),
    },
    files: new Map(names.map((name, i) => [name, contents[i]!])),
  };
}

/** Writes the files of a miniature into a sub-folder of `folder` and returns its path. */
export function writeMiniature({ definition, files }: Miniature, folder: string): string {
  const target = join(folder, definition.folders[0]!);
  mkdirSync(target, { recursive: true });
  for (const [name, content] of files) writeFileSync(join(target, name), content);
  return target;
}

/** One entry of an archive. */
export type Entry = readonly [header: Partial<Header> & { name: string }, content?: Buffer];

/** A gzipped tar archive of entries; nothing about their names and kinds is checked. */
export async function tarGz(entries: readonly Entry[]): Promise<Buffer> {
  const tar = pack();
  for (const [head, content] of entries) tar.entry(head, content ?? '');
  tar.finalize();
  const chunks: Buffer[] = [];
  for await (const chunk of tar as unknown as AsyncIterable<Buffer>) chunks.push(chunk);
  return gzipSync(Buffer.concat(chunks));
}

/** The archive of a miniature as its publisher would make it: a folder, a note, the files. */
export function archiveOf({ files }: Miniature): Promise<Buffer> {
  return tarGz([
    [{ name: 'miniature-bin', type: 'directory' }],
    [{ name: 'miniature-bin/readme.html' }, Buffer.from('a note')],
    ...[...files].map(([name, content]): Entry => [{ name: `miniature-bin/${name}` }, content]),
  ]);
}

/** Pixel p of record r in file f is a mix of all three, so that no two are alike by accident. */
function bytes(count: number, salt: number): Uint8Array {
  return Uint8Array.from({ length: count }, (_, i) => (i * 37 + salt * 101 + (i >> 3)) % 256);
}

function cifarRecords(records: number, labelBytes: number, file: number): Buffer {
  const pixels = MINIATURE_SHAPE[0] * MINIATURE_SHAPE[1] * MINIATURE_SHAPE[2];
  return Buffer.concat(
    Array.from({ length: records }, (_, record) => {
      const labels = labelBytes === 1 ? [(record * 3) % 10] : [record % 3, (record * 3) % 10];
      return Buffer.concat([Buffer.from(labels), bytes(pixels, 10 * file + record)]);
    }),
  );
}

function header(...words: readonly number[]): Buffer {
  const out = Buffer.alloc(4 * words.length);
  words.forEach((word, i) => out.writeUInt32BE(word, 4 * i));
  return out;
}

function describeFile(
  name: string,
  split: DatasetFile['split'],
  role: DatasetFile['role'],
  records: number,
  content: Buffer,
): DatasetFile {
  const sum = (kind: string): string => createHash(kind).update(content).digest('hex');
  return { name, split, role, records, md5: sum('md5'), sha256: sum('sha256') };
}
