import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { foldBatchNorm } from '@opi-snn/network';
import { describe, expect, test } from 'vitest';
import { ImportError, importKeras, readNpz, verifyLogits } from '../src/index.js';
import { readZip } from '../src/zip.js';
import { fuzz, FUZZ_TIMEOUT } from './fuzz.js';
import { mutate, randomNumbers, storedZip } from './mutate.js';

const read = (name: string): Promise<Uint8Array> =>
  readFile(join(import.meta.dirname, 'fixtures', 'keras', name));

const MODELS = [
  'sequential-keras2.h5',
  'sequential-keras3.h5',
  'sequential-keras3.keras',
  'functional-keras2.h5',
  'functional-keras3.h5',
  'functional-keras3.keras',
];

/** A model of Keras 3 with its description changed as text, or with files changed or left out. */
async function changedArchive(change: (files: Map<string, Uint8Array>) => void): Promise<Uint8Array> {
  const files = new Map(await readZip(await read('functional-keras3.keras'), () => true));
  change(files);
  return storedZip(files);
}

function changedConfig(from: string | RegExp, to: string): Promise<Uint8Array> {
  return changedArchive((files) => {
    const text = new TextDecoder().decode(files.get('config.json'));
    const changed = text.replace(from, to);
    expect(changed).not.toBe(text);
    files.set('config.json', new TextEncoder().encode(changed));
  });
}

/** A file with one text replaced by another of the same length, everywhere. */
async function changedBytes(name: string, from: string, to: string): Promise<Uint8Array> {
  const text = Buffer.from(await read(name)).toString('latin1');
  expect(to).toHaveLength(from.length);
  expect(text).toContain(from);
  return Buffer.from(text.replaceAll(from, to), 'latin1');
}

describe('importKeras', () => {
  test.each(MODELS)('computes the logits of the source for %s', async (name) => {
    const { network, inputLayout, notes } = await importKeras(await read(name));
    const samples = await readNpz(await read(name.replace(/\.(h5|keras)$/, '.npz')));
    expect(inputLayout).toBe('NHWC');
    for (const candidate of [network, foldBatchNorm(network)]) {
      const { largestDifference, sameArgMax } = verifyLogits(candidate, samples, inputLayout);
      expect(largestDifference).toBeLessThan(1e-4);
      expect(sameArgMax).toBe(3);
    }
    const softmax = 'The softmax at the end was left out: the output are the logits before it.';
    const groups = 'Grouped convolutions became full ones, with zeros between the groups.';
    expect(notes).toEqual(name.startsWith('functional') ? [softmax, groups] : []);
  });

  const REFUSED: [title: string, bytes: () => Promise<Uint8Array>, message: RegExp][] = [
    ['what is no HDF5 file', () => Promise.resolve(new TextEncoder().encode('hello')), /it is no HDF5 file that can be read \(.+\)\. Save the model again, or export it to ONNX/],
    ['a file that is cut', async () => (await read('sequential-keras2.h5')).slice(0, 20_000), /it is no HDF5 file that can be read/],
    ['weights without a model', () => changedBytes('sequential-keras2.h5', 'model_config', 'model_onfigs'), /it has no model_config: it holds weights alone.*Save the whole model with model\.save/],
    ['a description that is no JSON', () => changedBytes('sequential-keras2.h5', '{"class_name": "Sequential"', '["class_name": "Sequential"'), /model_config is no JSON/],
    ['an archive without a description', () => changedArchive((files) => { files.delete('config.json'); }), /it has no config\.json\. Save the model with model\.save\("NAME\.keras"\)/],
    ['an archive without weights', () => changedArchive((files) => { files.delete('model.weights.h5'); }), /it has no model\.weights\.h5/],
    ['a layer without its weights', () => changedConfig(/"stem"/g, '"stemless"'), /layer stemless: its weight stemless\/kernel is missing/],
    ['another activation', () => changedConfig('"activation": "relu6"', '"activation": "tanh"'), /operator Tanh cannot be imported/],
    ['another layer', () => changedConfig('"class_name": "Add"', '"class_name": "Multiply"'), /operator Multiply cannot be imported/],
    ['a model of a class of one’s own', () => changedConfig('"class_name": "Functional"', '"class_name": "Mine"'), /the model is of class Mine/],
    ['an argument that is no result of a layer', () => changedConfig('"class_name": "__keras_tensor__"', '"class_name": "__numpy__"'), /a layer takes an argument that is no result of a layer/],
    ['a layer that is used twice', () => changedConfig('"keras_history": ["image", 0, 0]', '"keras_history": ["image", 1, 0]'), /a layer is used several times/],
  ]; // prettier-ignore
  test.each(REFUSED)('refuses %s', async (_, bytes, message) => {
    const file = await bytes();
    await expect(importKeras(file)).rejects.toThrow(ImportError);
    await expect(importKeras(file, { source: 'model.h5' })).rejects.toThrow(message);
  });

  test('refuses numbers of another type, and arrays that claim more than the file holds', async () => {
    // The datatype message of IEEE float32, little-endian: bit field 0x20, 0x3f, sign 31; size 4; 0, 32 bits, exponent…
    const bytes = Buffer.from(await read('sequential-keras2.h5'));
    const float32 = Buffer.from([0x11, 0x20, 0x1f, 0x00, 4, 0, 0, 0]);
    expect(bytes.includes(float32)).toBe(true);
    for (let at = bytes.indexOf(float32); at >= 0; at = bytes.indexOf(float32, at + 1)) bytes[at + 1] = 0x21;
    await expect(importKeras(bytes)).rejects.toThrow(
      /array model_weights\/.* is of type >f, not plain float32/,
    );

    await expect(importKeras(await read('claims.h5'))).rejects.toThrow(
      /array model_weights\/conv\/conv\/kernel:0 claims 1073741824 values, more than the file holds/,
    );
  });

  test('refuses a group that contains itself', async () => {
    await expect(importKeras(await read('circle.h5'))).rejects.toThrow(/its groups are nested too deeply/);
  });

  test(
    'imports or refuses mutated files with an ImportError, soon and in bounded memory',
    { timeout: FUZZ_TIMEOUT },
    async () => {
      const sources = await Promise.all(MODELS.map(read));
      await fuzz({
        name: 'Keras HDF5 and .keras',
        load: (bytes) => importKeras(bytes),
        file: (seed, random) => {
          const source = sources[seed % sources.length]!;
          const isArchive = source[0] === 0x50;
          return isArchive && seed % 4 > 0 ? mutatedInside(source, random) : mutate(source, random);
        },
      });
    },
  );

  test('refuses a file on which the library runs in circles, and reads the next one', async () => {
    // Found by the fuzzer: a text behind a damaged heap.
    const source = await read('functional-keras2.h5');
    await expect(importKeras(mutate(source, randomNumbers(447)))).rejects.toThrow(
      /it is no HDF5 file that can be read \(it took longer than 5 s\)/,
    );
    await expect(importKeras(source)).resolves.toBeDefined();
  });

  test('reads sound files as before after damaged ones, several at once', async () => {
    const damaged = (await read('functional-keras2.h5')).slice(0, 9_000);
    const sound = await read('functional-keras2.h5');
    const alone = await importKeras(sound);
    const [, again, , last] = await Promise.allSettled(
      [damaged, sound, damaged, sound].map((bytes) => importKeras(bytes)),
    );
    for (const outcome of [again, last]) expect(outcome).toEqual({ status: 'fulfilled', value: alone });
  });
});

async function mutatedInside(archive: Uint8Array, random: () => number): Promise<Uint8Array> {
  const files = await readZip(archive, () => true);
  return storedZip(
    new Map(
      [...files].map(([path, content]) => [
        path,
        path === 'metadata.json' ? content : mutate(content, random),
      ]),
    ),
  );
}
