import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, test } from 'vitest';
import { importOnnx, importStateDict, readNpz, readStateDict } from '../src/index.js';
import { readZip } from '../src/zip.js';
import { fuzz, FUZZ_TIMEOUT } from './fuzz.js';
import { mutate, storedZip } from './mutate.js';

const read = (name: string): Promise<Uint8Array> => readFile(join(import.meta.dirname, 'fixtures', name));

interface Kind {
  readonly name: string;
  readonly files: readonly string[];
  readonly load: (bytes: Uint8Array) => unknown;
  /** Paths inside a zip, one of which is mutated, the archive written anew; without it the file itself is mutated. */
  readonly inside?: RegExp;
}

const resnet20 = (bytes: Uint8Array): Promise<unknown> =>
  importStateDict(bytes, { architecture: 'resnet20' });

const KINDS: readonly Kind[] = [
  {
    name: 'ONNX',
    files: [
      'resnet-padded',
      'bounds',
      'resnet-qcfs',
      'viewed-vgg-opset11',
      'one-sided',
      'concatenating',
      'channels-last-opset11',
    ].map((name) => `${name}.onnx`),
    load: (bytes) => importOnnx(bytes),
  },
  { name: 'zip .pth', files: ['resnet20.pth', 'views.pth'], load: resnet20 },
  {
    name: 'pickle in a zip .pth',
    files: ['resnet20.pth', 'views.pth'],
    inside: /data\.pkl$/,
    load: resnet20,
  },
  { name: 'legacy .pth', files: ['views-legacy.pth', 'resnet20-legacy.pth'], load: readAll },
  { name: 'safetensors', files: ['resnet20.safetensors'], load: resnet20 },
  { name: 'npz', files: ['arrays.npz', 'arrays-stored.npz'], load: readNpz },
  { name: 'npy in an npz', files: ['arrays.npz'], inside: /\.npy$/, load: readNpz },
];

/** Reads every tensor, which importing onto an architecture would mostly not come to. */
async function readAll(bytes: Uint8Array): Promise<void> {
  const { tensors } = await readStateDict(bytes);
  for (const tensor of tensors.values()) if (tensor.isFloat) tensor.read();
}

describe.each(KINDS)('mutated files: $name', ({ name, files, load, inside }) => {
  const sources: Uint8Array[] = [];
  beforeAll(async () => {
    for (const file of files) sources.push(await read(file));
  });

  test(
    'are imported or refused with an ImportError, soon and in bounded memory',
    { timeout: FUZZ_TIMEOUT },
    () =>
      fuzz({
        name,
        load,
        file: (seed, random) => {
          const source = sources[seed % sources.length]!;
          return inside === undefined ? mutate(source, random) : mutateInside(source, inside, random);
        },
      }),
  );
});

/** The archive with one of the files of these paths mutated: with all of them, the first would be refused nearly always. */
async function mutateInside(archive: Uint8Array, paths: RegExp, random: () => number): Promise<Uint8Array> {
  const files = new Map(await readZip(archive, () => true));
  const candidates = [...files.keys()].filter((path) => paths.test(path));
  const path = candidates[Math.floor(random() * candidates.length)]!;
  files.set(path, mutate(files.get(path)!, random));
  return storedZip(files);
}
