import { kerasToOnnx } from './keras-to-onnx.js';
import type { KerasWeight } from './onnx-node-writer.js';
import { readTopology } from './keras-topology.js';
import { asExtents, asList, asObject, asText } from './read-json.js';
import { ImportError, Refusal } from '../import-error.js';
import { type ImportedNetwork, importModel, type ImportOnnxOptions } from '../onnx/import-onnx.js';

/** Options of {@link importTfjs}. */
export type ImportTfjsOptions = Omit<ImportOnnxOptions, 'output'>;

/**
 * Imports a TensorFlow.js LayersModel (`model.json` and its weight files): Sequential or functional, saved by
 * TensorFlow.js or converted from Keras 2.
 *
 * Layers: InputLayer, Conv2D, DepthwiseConv2D, Dense, BatchNormalization, Activation, ReLU, Softmax at the end (left
 * out, with a note), Add, Concatenate, pooling, Flatten, ZeroPadding2D, Dropout and other noise.
 *
 * @param modelJson   bytes of `model.json`
 * @param readWeights reads a weight file by the path that `model.json` gives; paths that leave the folder are refused
 * @throws ImportError listing every layer that cannot be imported, with reason and remedy
 */
export async function importTfjs(
  modelJson: Uint8Array,
  readWeights: (path: string) => Promise<Uint8Array>,
  options: ImportTfjsOptions = {},
): Promise<ImportedNetwork> {
  const { source = 'model.json' } = options;
  try {
    const root = asObject(parseJson(modelJson), 'model.json');
    if (root['format'] === 'graph-model') {
      throw new Refusal('it is a graph model', 'Convert the original to a layers model or to ONNX');
    }
    const topology = readTopology(root['modelTopology']);
    const { weights, bytes } = await readManifest(root['weightsManifest'], readWeights);
    const notes: string[] = [];
    const model = kerasToOnnx(topology, weights, notes);
    const fileBytes = modelJson.length + bytes;
    const imported = importModel(
      model,
      { ...options, source },
      { caller: 'importTfjs', format: 'tfjs', fileBytes },
    );
    return { ...imported, notes: [...notes, ...imported.notes] };
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    const problem = { node: null, message: error.message, remedy: error.remedy };
    throw new ImportError('importTfjs', source, [problem], error);
  }
}

function parseJson(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new Refusal(`it is no JSON (${reason})`, 'Give the model.json of a TensorFlow.js LayersModel');
  }
}

async function readManifest(
  manifest: unknown,
  readWeights: (path: string) => Promise<Uint8Array>,
): Promise<{ readonly weights: ReadonlyMap<string, KerasWeight>; readonly bytes: number }> {
  const weights = new Map<string, KerasWeight>();
  let bytes = 0;
  for (const entry of asList(manifest, 'weightsManifest')) {
    const group = asObject(entry, 'a group of weights');
    const files: Uint8Array[] = [];
    for (const path of asList(group['paths'], 'paths')) files.push(await readWeights(localPath(path)));
    const content = Buffer.concat(files);
    bytes += content.length;
    let at = 0;
    for (const specification of asList(group['weights'], 'weights'))
      at = readWeight(specification, content, at, weights);
    if (at !== content.length) {
      throw new Refusal(
        `the weight files hold ${content.length} bytes, the manifest lists ${at}`,
        'Copy all files again',
      );
    }
  }
  return { weights, bytes };
}

/** A path inside the model's folder. */
function localPath(given: unknown): string {
  const path = asText(given, 'a path of weights');
  const isLocal = !/^[/\\]|^[a-z]+:|\\|\0/i.test(path) && !path.split('/').includes('..');
  if (isLocal && path !== '') return path;
  throw new Refusal(
    `the weight file ${JSON.stringify(path)} is not in the model's folder`,
    'Put all files into one folder',
  );
}

function readWeight(given: unknown, content: Buffer, at: number, weights: Map<string, KerasWeight>): number {
  const specification = asObject(given, 'a weight');
  const name = asText(specification['name'], 'the name of a weight');
  const shape = asExtents(specification['shape'], `the shape of ${name}`);
  if (specification['dtype'] !== 'float32' || specification['quantization'] !== undefined) {
    throw new Refusal(
      `weight ${name} is not plain float32`,
      'Save or convert the model without quantization',
    );
  }
  const count = shape.reduce((product, extent) => product * extent, 1);
  if (!(4 * count <= content.length - at)) {
    throw new Refusal(`the weight files end before ${name}`, 'Copy all files again');
  }
  const data = new Float32Array(count);
  for (let i = 0; i < count; i++) data[i] = content.readFloatLE(at + 4 * i);
  weights.set(name, { shape, data });
  return at + 4 * count;
}
