import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { foldBatchNorm, loadSafetensors } from '@opi-snn/network';
import { describe, expect, test } from 'vitest';
import {
  ImportError,
  type ImportedNetwork,
  importTfjs,
  type NumpyArray,
  verifyLogits,
} from '../src/index.js';
import { fuzz, FUZZ_TIMEOUT } from './fuzz.js';
import { mutate } from './mutate.js';

const FOLDER = join(import.meta.dirname, 'fixtures', 'tfjs');
const read = (path: string): Promise<Uint8Array> => readFile(join(FOLDER, path));

type Json = Record<string, unknown>;
interface Layer {
  class_name: string;
  config: Json;
}

/** Imports the sequential model after a change of its JSON. */
async function importChanged(change: (json: Json, layers: Layer[]) => void): Promise<ImportedNetwork> {
  const json = JSON.parse(new TextDecoder().decode(await read('sequential.json'))) as Json;
  const topology = json['modelTopology'] as { config: { layers: Layer[] } };
  change(json, topology.config.layers);
  return importTfjs(new TextEncoder().encode(JSON.stringify(json)), read);
}

describe('importTfjs', () => {
  test.each(['sequential', 'functional'])(
    'computes the logits of the source for the %s model',
    async (name) => {
      const { network, inputLayout } = await importTfjs(await read(`${name}.json`), read);
      const { tensors } = await loadSafetensors(join(FOLDER, `${name}.safetensors`));
      const samples = new Map<string, NumpyArray>();
      for (const [key, { shape, data }] of tensors)
        samples.set(key, { shape, data: Float64Array.from(data) });
      expect(inputLayout).toBe('NHWC');
      for (const candidate of [network, foldBatchNorm(network)]) {
        const { largestDifference, sameArgMax } = verifyLogits(candidate, samples, inputLayout);
        expect(largestDifference).toBeLessThan(1e-4);
        expect(sameArgMax).toBe(3);
      }
    },
  );

  test('leaves the softmax at the end out and says so', async () => {
    const { notes, network } = await importTfjs(await read('functional.json'), read);
    expect(notes).toEqual(['The softmax at the end was left out: the output are the logits before it.']);
    expect(network.description.output).toBe('logits.sum');
  });

  type Change = Parameters<typeof importChanged>[0];
  const CHANGES: [title: string, change: Change, message: RegExp][] = [
    ['another activation', (_, layers) => { layers[0]!.config['activation'] = 'tanh'; }, /operator Tanh cannot be imported\. .*train the network again/],
    ['another layer', (_, layers) => { layers[4]!.class_name = 'UpSampling2D'; }, /operator UpSampling2D cannot be imported/],
    ['a ReLU with a slope', (_, layers) => { layers[3]!.config['negative_slope'] = 0.1; }, /layer .*: it is a ReLU with a slope below zero/],
    ['channels first', (_, layers) => { layers[0]!.config['data_format'] = 'channels_first'; }, /its data_format is channels_first/],
    ['a softmax in the middle', (_, layers) => { layers[7]!.config['activation'] = 'softmax'; }, /operator Softmax cannot be imported/],
    ['a size left open', (_, layers) => { layers[0]!.config['batch_input_shape'] = [null, null, 7, 3]; }, /the input has extents \[N, \?, 7, 3\]/],
    ['a layer without its weights', (_, layers) => { layers[0]!.config['name'] = 'other'; }, /layer other: its weight other\/kernel is missing/],
    ['a graph model', (json) => { json['format'] = 'graph-model'; }, /it is a graph model/],
    ['a class of models that is unknown', (json) => { (json['modelTopology'] as Json)['class_name'] = 'Mine'; }, /the model is of class Mine/],
    ['a path that leaves the folder', (json) => { (json['weightsManifest'] as { paths: string[] }[])[0]!.paths = ['../../secret']; }, /the weight file "\.\.\/\.\.\/secret" is not in the model's folder/],
    ['an absolute path', (json) => { (json['weightsManifest'] as { paths: string[] }[])[0]!.paths = ['/etc/passwd']; }, /is not in the model's folder/],
    ['quantized weights', (json) => { (json['weightsManifest'] as { weights: Json[] }[])[0]!.weights[0]!['dtype'] = 'uint8'; }, /is not plain float32/],
    ['weights that are cut', (json) => { (json['weightsManifest'] as { weights: Json[] }[])[0]!.weights[0]!['shape'] = [1e6]; }, /the weight files end before/],
    ['weights left over', (json) => { (json['weightsManifest'] as { weights: Json[] }[])[0]!.weights.pop(); }, /bytes, the manifest lists \d+/],
  ]; // prettier-ignore
  test.each(CHANGES)('refuses %s', async (_, change, message) => {
    await expect(importChanged(change)).rejects.toThrow(ImportError);
    await expect(importChanged(change)).rejects.toThrow(message);
  });

  test('refuses what is no JSON', async () => {
    await expect(importTfjs(new TextEncoder().encode('hello'), read)).rejects.toThrow(/it is no JSON/);
  });

  test(
    'imports or refuses mutated files with an ImportError, soon and in bounded memory',
    { timeout: FUZZ_TIMEOUT },
    async () => {
      const sources = [await read('sequential.json'), await read('functional.json')];
      await fuzz({
        name: 'tfjs',
        file: (seed, random) => mutate(sources[seed % 2]!, random),
        // A mutated path is refused or names no file; both models' weights are at hand for the rest.
        load: (bytes, seed) =>
          importTfjs(bytes, () => read(seed % 2 === 0 ? 'sequential.bin' : 'functional.bin')),
      });
    },
  );
});
