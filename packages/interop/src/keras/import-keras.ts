import type { Hdf5Dataset } from './hdf5-worker.js';
import { kerasToOnnx } from './keras-to-onnx.js';
import type { KerasWeight } from './onnx-node-writer.js';
import { readTopology, type KerasLayer, type KerasTopology } from './keras-topology.js';
import { asObject } from './read-json.js';
import { readHdf5 } from './read-hdf5.js';
import { ImportError, Refusal } from '../import-error.js';
import { type ImportedNetwork, importModel, type ImportOnnxOptions } from '../onnx/import-onnx.js';
import { readZip } from '../zip.js';

/** Options of {@link importKeras}. */
export type ImportKerasOptions = Omit<ImportOnnxOptions, 'output'>;

/**
 * Imports a whole Keras model: `.h5` of Keras 2 and 3, `.keras` of Keras 3. The layers are those of `importTfjs`.
 *
 * A `.h5` with weights alone does not say how its layers are connected and is refused.
 *
 * @param bytes of the file
 * @throws ImportError listing every layer that cannot be imported, with reason and remedy
 * @example
 * const { network } = await importKeras(await readFile('model.keras'));
 */
export async function importKeras(
  bytes: Uint8Array,
  options: ImportKerasOptions = {},
): Promise<ImportedNetwork> {
  const { source = 'bytes' } = options;
  try {
    const isArchive = bytes[0] === 0x50 && bytes[1] === 0x4b;
    const { topology, weights } = await (isArchive ? readArchive(bytes) : readModel(bytes));
    const notes: string[] = [];
    const model = kerasToOnnx(topology, weights, notes);
    const description = { caller: 'importKeras', format: 'keras', fileBytes: bytes.length } as const;
    const imported = importModel(model, { ...options, source }, description);
    return { ...imported, notes: [...notes, ...imported.notes] };
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    const problem = { node: null, message: error.message, remedy: error.remedy };
    throw new ImportError('importKeras', source, [problem], error);
  }
}

interface KerasModel {
  readonly topology: KerasTopology;
  readonly weights: ReadonlyMap<string, KerasWeight>;
}

/** `.h5`: the description is an attribute, weights are called `model_weights/LAYER/…/NAME` or `…/NAME:0`. */
async function readModel(bytes: Uint8Array): Promise<KerasModel> {
  const { modelConfig, datasets } = await readHdf5(bytes);
  if (modelConfig === undefined) {
    throw new Refusal(
      'it has no model_config: it holds weights alone, or no Keras model',
      'Save the whole model with model.save, not save_weights',
    );
  }
  const weights = new Map<string, KerasWeight>();
  for (const dataset of datasets) {
    const [root, layer, ...rest] = dataset.path.split('/');
    const name = rest.at(-1)?.replace(/:0$/, '');
    if (root === 'model_weights' && name !== undefined) addWeight(weights, `${layer!}/${name}`, dataset);
  }
  return { topology: readTopology(parse(modelConfig, 'model_config')), weights };
}

/** `.keras`: the description is a file; weights are numbered, in a group that names its layer. */
async function readArchive(bytes: Uint8Array): Promise<KerasModel> {
  const files = await readZip(bytes, (path) => path === 'config.json' || path === 'model.weights.h5');
  const [config, weightFile] = [files.get('config.json'), files.get('model.weights.h5')];
  if (config === undefined || weightFile === undefined) {
    throw new Refusal(
      `it has no ${config === undefined ? 'config.json' : 'model.weights.h5'}`,
      'Save the model with model.save("NAME.keras")',
    );
  }
  const topology = readTopology(parse(new TextDecoder().decode(config), 'config.json'));
  const layers = new Map(topology.layers.map((layer) => [layer.name, layer]));
  const weights = new Map<string, KerasWeight>();
  for (const dataset of (await readHdf5(weightFile)).datasets) {
    const layer = layers.get(dataset.owner ?? '');
    const place = /\/vars\/(\d+)$/.exec(dataset.path);
    if (layer === undefined || place === null) continue;
    const name = numberedNames(layer)[Number(place[1])];
    if (name !== undefined) addWeight(weights, `${layer.name}/${name}`, dataset);
  }
  return { topology, weights };
}

/** Names of a layer's weights in the order in which Keras 3 numbers them. */
function numberedNames({ className, config }: KerasLayer): readonly string[] {
  if (className !== 'BatchNormalization') return ['kernel', 'bias'];
  return [
    ...(config['scale'] === false ? [] : ['gamma']),
    ...(config['center'] === false ? [] : ['beta']),
    'moving_mean',
    'moving_variance',
  ];
}

function addWeight(weights: Map<string, KerasWeight>, name: string, { shape, data }: Hdf5Dataset): void {
  if (weights.has(name)) {
    throw new Refusal(
      `weight ${name} occurs twice`,
      'Give every layer one set of weights, or export to ONNX',
    );
  }
  weights.set(name, { shape, data });
}

function parse(text: string, what: string): unknown {
  try {
    return asObject(JSON.parse(text), what);
  } catch (error) {
    if (error instanceof Refusal) throw error;
    throw new Refusal(`${what} is no JSON`, 'The file is damaged; save the model again');
  }
}
