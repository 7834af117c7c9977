import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { ImportError, importOnnx, importStateDict, readNpz, readStateDict } from '../src/index.js';
import { readZip } from '../src/zip.js';
import { mutate, randomNumbers, storedZip } from './mutate.js';

/** Mutated files of each kind; `pnpm fuzz` takes 10,000. */
const CASES = Number(process.env['OPI_FUZZ_CASES'] ?? 100);

/** Growth of the process that no small file may cause [bytes]. */
const MOST_MEMORY = 2 ** 30;

const read = (name: string): Promise<Uint8Array> => readFile(join(import.meta.dirname, 'fixtures', name));

interface Kind {
  readonly name: string;
  readonly files: readonly string[];
  readonly load: (bytes: Uint8Array) => unknown;
  /** Paths inside a zip whose contents are mutated, the archive written anew; without it the file itself is mutated. */
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

describe.each(KINDS)('mutated files: $name', ({ files, load, inside }) => {
  const sources: Uint8Array[] = [];
  beforeAll(async () => {
    for (const file of files) sources.push(await read(file));
  });

  test('are imported or refused with an ImportError, in bounded memory', { timeout: 3_600_000 }, async () => {
    const before = process.memoryUsage().rss;
    let [refused, largest] = [0, 0];
    for (let seed = 1; seed <= CASES; seed++) {
      const source = sources[seed % sources.length]!;
      const random = randomNumbers(seed);
      const bytes =
        inside === undefined ? mutate(source, random) : await mutateInside(source, inside, random);
      try {
        await load(bytes);
      } catch (error) {
        if (!(error instanceof ImportError))
          throw new Error(`seed ${seed}: ${String(error)}`, { cause: error });
        refused++;
      }
      largest = Math.max(largest, process.memoryUsage().rss - before);
    }
    // If nothing were refused, nothing would have been mutated.
    expect(refused).toBeGreaterThan(CASES / 20);
    expect(largest).toBeLessThan(MOST_MEMORY);
  });
});

async function mutateInside(archive: Uint8Array, paths: RegExp, random: () => number): Promise<Uint8Array> {
  const files = await readZip(archive, () => true);
  return storedZip(
    new Map(
      [...files].map(([path, content]) => [path, paths.test(path) ? mutate(content, random) : content]),
    ),
  );
}
