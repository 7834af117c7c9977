import type { KerasLayer, KerasTopology } from './keras-topology.js';
import { asExtents, asList, asPair } from './read-json.js';
import { Refusal } from '../import-error.js';
import type { OnnxAttribute, OnnxModel } from '../onnx/onnx-model.js';
import { type KerasWeight, OnnxNodeWriter } from './onnx-node-writer.js';

/**
 * Rewrites a Keras model as ONNX nodes, so that one importer translates, verifies and refuses both.
 *
 * Images go channels first inside, as ONNX wants them; the transpositions cost nothing, since the importer only notes
 * them. Layers that ONNX does not know keep their class as operator and are refused by the importer.
 *
 * @param weights by `LAYER/NAME`
 * @param notes things to tell the user are added
 * @throws Refusal naming the layer in its message, if its configuration cannot be read
 */
export function kerasToOnnx(
  { layers, output }: KerasTopology,
  weights: ReadonlyMap<string, KerasWeight>,
  notes: string[],
): OnnxModel {
  const writer = new OnnxNodeWriter(weights);
  const translator = new LayerTranslator(writer, output, notes);
  for (const layer of layers) {
    try {
      translator.write(layer);
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      throw new Refusal(`layer ${layer.name}: ${error.message}`, error.remedy);
    }
  }
  return writer.build(output);
}

const ints = (...value: number[]): OnnxAttribute => ({ kind: 'ints', value });

/** Operators of ONNX for Keras's names of activations; others keep theirs, to be refused. */
const ACTIVATIONS: ReadonlyMap<string, string> = new Map([
  ['elu', 'Elu'],
  ['gelu', 'Gelu'],
  ['selu', 'Selu'],
  ['sigmoid', 'Sigmoid'],
  ['softmax', 'Softmax'],
  ['softplus', 'Softplus'],
  ['swish', 'Swish'],
  ['tanh', 'Tanh'],
]);

const IGNORED = new Set([
  'Dropout',
  'SpatialDropout2D',
  'GaussianNoise',
  'GaussianDropout',
  'ActivityRegularization',
]);

class LayerTranslator {
  readonly #writer: OnnxNodeWriter;
  readonly #output: string;
  readonly #notes: string[];

  constructor(writer: OnnxNodeWriter, output: string, notes: string[]) {
    this.#writer = writer;
    this.#output = output;
    this.#notes = notes;
  }

  write(layer: KerasLayer): void {
    const { name, className, config } = layer;
    if (config['data_format'] === 'channels_first') {
      throw new Refusal('its data_format is channels_first', 'Save a channels_last model, or export to ONNX');
    }
    if (this.#writer.results.has(name)) throw new Refusal('its name occurs twice', 'Save the model again');
    if (layer.inputs.some((input) => this.#writer.vectors.has(input))) this.#writer.vectors.add(name);
    if (className === 'InputLayer') this.#writeInput(layer);
    else if (IGNORED.has(className)) this.#writer.append(layer, 'Identity', this.#writer.from(layer));
    else if (!this.#writeWeighted(layer) && !this.#writeActivation(layer) && !this.#writeShaping(layer)) {
      this.#writer.append(layer, className, this.#writer.from(layer));
    }
    if (['Conv2D', 'DepthwiseConv2D', 'Dense'].includes(className))
      this.#activate(layer, config['activation']);
  }

  #writeInput({ name, config }: KerasLayer): void {
    const [, ...shape] = asList(config['batch_input_shape'] ?? config['batch_shape'], 'batch_input_shape');
    const dims = ['N', ...shape.map((extent) => (typeof extent === 'number' ? extent : '?'))];
    this.#writer.inputs.push({ name, elementType: 1, dims });
    const transposed = `${name}:first`;
    this.#writer.push(transposed, 'Transpose', [name], transposed, { perm: ints(0, 3, 1, 2) });
    this.#writer.results.set(name, transposed);
  }

  /** Layers with weights. */
  #writeWeighted(layer: KerasLayer): boolean {
    const { name, className } = layer;
    switch (className) {
      case 'Conv2D':
      case 'DepthwiseConv2D':
        this.#writeConvolution(layer);
        return true;
      case 'Dense': {
        const { shape, data } = this.#writer.weight(name, 'kernel');
        this.#writer.vectors.add(name);
        const kernel = this.#writer.tensor(`${name}/kernel`, shape, data);
        this.#writer.append(layer, 'Gemm', [
          ...this.#writer.from(layer),
          kernel,
          ...this.#writer.bias(layer),
        ]);
        return true;
      }
      case 'BatchNormalization': {
        const { epsilon } = layer.config;
        const { shape } = this.#writer.weight(name, 'moving_mean');
        const statistics = ['gamma', 'beta', 'moving_mean', 'moving_variance'].map((weight, index) => {
          const given =
            index < 2 ? this.#writer.weights.get(`${name}/${weight}`) : this.#writer.weight(name, weight);
          const size = shape[0] ?? 0;
          const data = given?.data ?? new Float32Array(size).fill(index === 0 ? 1 : 0);
          return this.#writer.tensor(`${name}/${weight}`, [data.length], data);
        });
        const value = typeof epsilon === 'number' ? epsilon : 1e-3;
        this.#writer.append(layer, 'BatchNormalization', [...this.#writer.from(layer), ...statistics], {
          epsilon: { kind: 'float', value },
        });
        return true;
      }
      default:
        return false;
    }
  }

  #writeConvolution(layer: KerasLayer): void {
    const { name, config, className } = layer;
    const isDepthwise = className === 'DepthwiseConv2D';
    const weight =
      this.#writer.weights.get(`${name}/kernel`) ??
      this.#writer.weight(name, isDepthwise ? 'depthwise_kernel' : 'kernel');
    const [height, width, channels, multiplier] = asExtents(weight.shape, 'its kernel');
    if (multiplier === undefined || weight.shape.length !== 4) {
      throw new Refusal('its kernel has not four axes', 'Save the model again');
    }
    // A depthwise kernel [h, w, in, m] is one of in·m filters over one channel each.
    const [inputs, filters] = isDepthwise ? [1, channels! * multiplier] : [channels!, multiplier];
    const pixels = height! * width!;
    const data = new Float32Array(weight.data.length);
    for (let i = 0; i < data.length; i++) {
      const filter = i % filters;
      const rest = (i - filter) / filters;
      const channel = rest % inputs;
      data[(filter * inputs + channel) * pixels + (rest - channel) / inputs] = weight.data[i]!;
    }
    const kernel = this.#writer.tensor(`${name}/kernel`, [filters, inputs, height!, width!], data);
    this.#writer.append(layer, 'Conv', [...this.#writer.from(layer), kernel, ...this.#writer.bias(layer)], {
      ...windowAttributes(layer, config['strides'] ?? 1),
      dilations: ints(...asPair(config['dilation_rate'] ?? 1, 'dilation_rate')),
      group: { kind: 'int', value: isDepthwise ? channels! : 1 },
    });
  }

  #writeActivation(layer: KerasLayer): boolean {
    const { className, config } = layer;
    if (className === 'Activation' || className === 'Softmax') {
      this.#writer.results.set(layer.name, this.#writer.from(layer)[0]!);
      this.#activate(layer, className === 'Softmax' ? 'softmax' : config['activation']);
      return true;
    }
    if (className !== 'ReLU') return false;
    const { max_value: bound, negative_slope: slope, threshold } = config;
    if ((slope ?? 0) !== 0 || (threshold ?? 0) !== 0) {
      throw new Refusal(
        'it is a ReLU with a slope below zero or a threshold',
        'Train with ReLU, or ReLU with max_value',
      );
    }
    if (typeof bound === 'number') this.#writer.clip(layer, this.#writer.from(layer), bound);
    else this.#writer.append(layer, 'Relu', this.#writer.from(layer));
    return true;
  }

  /** Layers without weights that move or join values. */
  #writeShaping(layer: KerasLayer): boolean {
    const { name, className, config } = layer;
    const from = this.#writer.from(layer);
    const isVector = this.#writer.vectors.has(name);
    switch (className) {
      case 'Add':
        this.#writer.append(layer, 'Sum', from);
        return true;
      case 'Concatenate': {
        const axis = config['axis'] ?? -1;
        const last = isVector ? 1 : 3;
        const value = axis === -1 || axis === last ? 1 : Number(axis) + 100;
        this.#writer.append(layer, 'Concat', from, { axis: { kind: 'int', value } });
        return true;
      }
      case 'MaxPooling2D':
      case 'AveragePooling2D': {
        const size = asPair(config['pool_size'] ?? 2, 'pool_size');
        this.#writer.append(layer, className === 'MaxPooling2D' ? 'MaxPool' : 'AveragePool', from, {
          kernel_shape: ints(...size),
          ...windowAttributes(layer, config['strides'] ?? size),
        });
        return true;
      }
      case 'GlobalAveragePooling2D':
        this.#writer.push(`${name}:pixel`, 'GlobalAveragePool', from, name);
        this.#writer.vectors.add(name);
        this.#writer.append(layer, 'Flatten', [`${name}:pixel`]);
        return true;
      case 'Flatten': {
        const [value] = from;
        const flat = isVector ? value! : `${name}:last`;
        if (!isVector) this.#writer.push(flat, 'Transpose', from, name, { perm: ints(0, 2, 3, 1) });
        this.#writer.vectors.add(name);
        this.#writer.append(layer, 'Flatten', [flat]);
        return true;
      }
      case 'ZeroPadding2D': {
        const padding = config['padding'] ?? 1;
        const [rows, columns] = typeof padding === 'number' ? [padding, padding] : asList(padding, 'padding');
        const [[top, bottom], [left, right]] = [asPair(rows, 'padding'), asPair(columns, 'padding')];
        this.#writer.append(layer, 'Pad', from, { pads: ints(0, 0, top, left, 0, 0, bottom, right) });
        return true;
      }
      default:
        return false;
    }
  }

  /** The activation behind a layer, which takes over as the layer's result. */
  #activate(layer: KerasLayer, activation: unknown): void {
    if (activation === undefined || activation === null || activation === 'linear') return;
    if (typeof activation !== 'string')
      throw new Refusal('its activation is no text', 'Save the model again');
    const from = [this.#writer.results.get(layer.name)!];
    if (activation === 'softmax' && layer.name === this.#output) {
      this.#notes.push('The softmax at the end was left out: the output are the logits before it.');
      return;
    }
    const part = { ...layer, name: `${layer.name}:${activation}` };
    if (activation === 'relu6') this.#writer.clip(part, from, 6);
    else
      this.#writer.append(
        part,
        activation === 'relu' ? 'Relu' : (ACTIVATIONS.get(activation) ?? activation),
        from,
      );
    this.#writer.results.set(layer.name, this.#writer.results.get(part.name)!);
  }
}

function windowAttributes({ config }: KerasLayer, strides: unknown): Record<string, OnnxAttribute> {
  const padding = config['padding'] === 'same' ? 'SAME_UPPER' : 'VALID';
  return { strides: ints(...asPair(strides, 'strides')), auto_pad: { kind: 'string', value: padding } };
}
