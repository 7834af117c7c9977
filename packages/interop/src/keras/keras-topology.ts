import { asList, asObject, asText, type JsonObject } from './read-json.js';
import { Refusal } from '../import-error.js';

/** One layer of a Keras model. */
export interface KerasLayer {
  readonly name: string;
  readonly className: string;
  readonly config: JsonObject;
  /** Names of the layers whose results it takes. */
  readonly inputs: readonly string[];
}

/** Layers of a Keras model in the order of computation, and the one whose result is the model's. */
export interface KerasTopology {
  readonly layers: readonly KerasLayer[];
  readonly output: string;
}

/**
 * Reads the JSON in which Keras 2 and 3 and TensorFlow.js describe a Sequential or functional model.
 *
 * @throws Refusal if it is of another kind, has several outputs, or uses a layer twice
 */
export function readTopology(json: unknown): KerasTopology {
  const root = asObject(json, 'modelTopology');
  const model = root['model_config'] === undefined ? root : asObject(root['model_config'], 'model_config');
  const className = asText(model['class_name'], 'class_name');
  if (className === 'Sequential') return readSequential(model['config']);
  if (className === 'Functional' || className === 'Model')
    return readFunctional(asObject(model['config'], 'config'));
  throw new Refusal(`the model is of class ${className}`, 'Save a Sequential or functional model');
}

function readSequential(config: unknown): KerasTopology {
  const list = Array.isArray(config) ? config : asObject(config, 'config')['layers'];
  const layers: KerasLayer[] = [];
  for (const entry of asList(list, 'layers')) {
    const layer = readLayer(entry);
    // The first layer may say itself what it takes.
    const shape = layer.config['batch_input_shape'] ?? layer.config['batch_shape'];
    if (layers.length === 0 && layer.className !== 'InputLayer') {
      layers.push({
        name: 'input',
        className: 'InputLayer',
        config: { batch_input_shape: shape },
        inputs: [],
      });
    }
    layers.push({ ...layer, inputs: layers.slice(-1).map(({ name }) => name) });
  }
  const last = layers.at(-1);
  if (last === undefined) throw new Refusal('the model has no layers', 'Save the model again');
  return { layers, output: last.name };
}

function readFunctional(config: JsonObject): KerasTopology {
  const layers = asList(config['layers'], 'layers').map((entry) => {
    const calls = asList(asObject(entry, 'a layer')['inbound_nodes'], 'inbound_nodes');
    const layer = readLayer(entry);
    if (calls.length > 1) {
      throw new Refusal(
        `layer ${layer.name} is used ${calls.length} times`,
        'Give every use a layer of its own',
      );
    }
    const inputs = calls.flatMap((call) =>
      Array.isArray(call) ? call.map(readReference) : readArguments(asObject(call, 'inbound_nodes')['args']),
    );
    return { ...layer, inputs };
  });
  const outputs = asList(config['output_layers'], 'output_layers');
  // A single output is written as one reference or as a list of one.
  const references = typeof outputs[0] === 'string' ? [outputs] : outputs;
  if (references.length !== 1) {
    throw new Refusal(
      `the model has ${references.length} outputs`,
      'Save a model with one output, the logits',
    );
  }
  return { layers, output: readReference(references[0]) };
}

function readLayer(entry: unknown): Omit<KerasLayer, 'inputs'> {
  const layer = asObject(entry, 'a layer');
  const config = asObject(layer['config'], 'the config of a layer');
  const name = asText(layer['name'] ?? config['name'], 'the name of a layer');
  return { name, className: asText(layer['class_name'], 'class_name'), config };
}

/** Keras 3: the arguments of the call, in which the results of other layers stand alone or in lists. */
function readArguments(given: unknown): string[] {
  return asList(given, 'args').flatMap((argument) => {
    if (Array.isArray(argument)) return readArguments(argument);
    const tensor = asObject(argument, 'an argument');
    if (tensor['class_name'] !== '__keras_tensor__') {
      throw new Refusal('a layer takes an argument that is no result of a layer', 'Export the model to ONNX');
    }
    return [readReference(asObject(tensor['config'], 'config')['keras_history'])];
  });
}

/** [layer, index of its use, index of its result, …]. */
function readReference(reference: unknown): string {
  const [layer, use, result] = asList(reference, 'a reference to a layer');
  if (use === 0 && result === 0) return asText(layer, 'a reference to a layer');
  throw new Refusal(
    'a layer is used several times or has several results',
    'Give every use a layer of its own',
  );
}
