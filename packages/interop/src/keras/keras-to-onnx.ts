import type { KerasLayer, KerasTopology } from './keras-topology.js';
import { asExtents, asList, asPair } from './read-json.js';
import { Refusal } from '../import-error.js';
import type { OnnxAttribute, OnnxModel, OnnxNode, OnnxTensor, OnnxValueInfo } from '../onnx/onnx-model.js';

/** A weight of a Keras model: float32, row-major. */
export interface KerasWeight {
  readonly shape: readonly number[];
  readonly data: Float32Array;
}

/** Operator set whose operators the rewriting uses. */
const OPSET = 13;

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
  const writer = new LayerWriter(weights, output, notes);
  for (const layer of layers) {
    try {
      writer.write(layer);
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      throw new Refusal(`layer ${layer.name}: ${error.message}`, error.remedy);
    }
  }
  return writer.build();
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

class LayerWriter {
  readonly #nodes: OnnxNode[] = [];
  readonly #initializers = new Map<string, OnnxTensor>();
  readonly #inputs: OnnxValueInfo[] = [];
  /** Name of the value that a layer's result is. */
  readonly #results = new Map<string, string>();
  /** Layers whose results are vectors. */
  readonly #vectors = new Set<string>();
  readonly #weights: ReadonlyMap<string, KerasWeight>;
  readonly #output: string;
  readonly #notes: string[];

  constructor(weights: ReadonlyMap<string, KerasWeight>, output: string, notes: string[]) {
    this.#weights = weights;
    this.#output = output;
    this.#notes = notes;
  }

  build(): OnnxModel {
    const name = this.#results.get(this.#output);
    if (name === undefined) throw new Refusal(`there is no layer ${this.#output}`, 'Save the model again');
    return {
      producer: 'Keras',
      opsets: new Map([['', OPSET]]),
      nodes: this.#nodes,
      initializers: this.#initializers,
      inputs: this.#inputs,
      outputs: [{ name, elementType: 1, dims: undefined }],
      sparseInitializers: 0,
    };
  }

  write(layer: KerasLayer): void {
    const { name, className, config } = layer;
    if (config['data_format'] === 'channels_first') {
      throw new Refusal('its data_format is channels_first', 'Save a channels_last model, or export to ONNX');
    }
    if (this.#results.has(name)) throw new Refusal('its name occurs twice', 'Save the model again');
    if (layer.inputs.some((input) => this.#vectors.has(input))) this.#vectors.add(name);
    if (className === 'InputLayer') this.#writeInput(layer);
    else if (IGNORED.has(className)) this.#append(layer, 'Identity', this.#from(layer));
    else if (!this.#writeWeighted(layer) && !this.#writeActivation(layer) && !this.#writeShaping(layer)) {
      this.#append(layer, className, this.#from(layer));
    }
    if (['Conv2D', 'DepthwiseConv2D', 'Dense'].includes(className))
      this.#activate(layer, config['activation']);
  }

  #writeInput({ name, config }: KerasLayer): void {
    const [, ...shape] = asList(config['batch_input_shape'] ?? config['batch_shape'], 'batch_input_shape');
    const dims = ['N', ...shape.map((extent) => (typeof extent === 'number' ? extent : '?'))];
    this.#inputs.push({ name, elementType: 1, dims });
    const transposed = `${name}:first`;
    this.#push(transposed, 'Transpose', [name], transposed, { perm: ints(0, 3, 1, 2) });
    this.#results.set(name, transposed);
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
        const { shape, data } = this.#weight(name, 'kernel');
        this.#vectors.add(name);
        const kernel = this.#tensor(`${name}/kernel`, shape, data);
        this.#append(layer, 'Gemm', [...this.#from(layer), kernel, ...this.#bias(layer)]);
        return true;
      }
      case 'BatchNormalization': {
        const { epsilon } = layer.config;
        const { shape } = this.#weight(name, 'moving_mean');
        const statistics = ['gamma', 'beta', 'moving_mean', 'moving_variance'].map((weight, index) => {
          const given = index < 2 ? this.#weights.get(`${name}/${weight}`) : this.#weight(name, weight);
          const size = shape[0] ?? 0;
          const data = given?.data ?? new Float32Array(size).fill(index === 0 ? 1 : 0);
          return this.#tensor(`${name}/${weight}`, [data.length], data);
        });
        const value = typeof epsilon === 'number' ? epsilon : 1e-3;
        this.#append(layer, 'BatchNormalization', [...this.#from(layer), ...statistics], {
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
      this.#weights.get(`${name}/kernel`) ?? this.#weight(name, isDepthwise ? 'depthwise_kernel' : 'kernel');
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
    const kernel = this.#tensor(`${name}/kernel`, [filters, inputs, height!, width!], data);
    this.#append(layer, 'Conv', [...this.#from(layer), kernel, ...this.#bias(layer)], {
      ...windowAttributes(layer, config['strides'] ?? 1),
      dilations: ints(...asPair(config['dilation_rate'] ?? 1, 'dilation_rate')),
      group: { kind: 'int', value: isDepthwise ? channels! : 1 },
    });
  }

  #writeActivation(layer: KerasLayer): boolean {
    const { className, config } = layer;
    if (className === 'Activation' || className === 'Softmax') {
      this.#results.set(layer.name, this.#from(layer)[0]!);
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
    if (typeof bound === 'number') this.#clip(layer, this.#from(layer), bound);
    else this.#append(layer, 'Relu', this.#from(layer));
    return true;
  }

  /** Layers without weights that move or join values. */
  #writeShaping(layer: KerasLayer): boolean {
    const { name, className, config } = layer;
    const from = this.#from(layer);
    const isVector = this.#vectors.has(name);
    switch (className) {
      case 'Add':
        this.#append(layer, 'Sum', from);
        return true;
      case 'Concatenate': {
        const axis = config['axis'] ?? -1;
        const last = isVector ? 1 : 3;
        const value = axis === -1 || axis === last ? 1 : Number(axis) + 100;
        this.#append(layer, 'Concat', from, { axis: { kind: 'int', value } });
        return true;
      }
      case 'MaxPooling2D':
      case 'AveragePooling2D': {
        const size = asPair(config['pool_size'] ?? 2, 'pool_size');
        this.#append(layer, className === 'MaxPooling2D' ? 'MaxPool' : 'AveragePool', from, {
          kernel_shape: ints(...size),
          ...windowAttributes(layer, config['strides'] ?? size),
        });
        return true;
      }
      case 'GlobalAveragePooling2D':
        this.#push(`${name}:pixel`, 'GlobalAveragePool', from, name);
        this.#vectors.add(name);
        this.#append(layer, 'Flatten', [`${name}:pixel`]);
        return true;
      case 'Flatten': {
        const [value] = from;
        const flat = isVector ? value! : `${name}:last`;
        if (!isVector) this.#push(flat, 'Transpose', from, name, { perm: ints(0, 2, 3, 1) });
        this.#vectors.add(name);
        this.#append(layer, 'Flatten', [flat]);
        return true;
      }
      case 'ZeroPadding2D': {
        const padding = config['padding'] ?? 1;
        const [rows, columns] = typeof padding === 'number' ? [padding, padding] : asList(padding, 'padding');
        const [[top, bottom], [left, right]] = [asPair(rows, 'padding'), asPair(columns, 'padding')];
        this.#append(layer, 'Pad', from, { pads: ints(0, 0, top, left, 0, 0, bottom, right) });
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
    const from = [this.#results.get(layer.name)!];
    if (activation === 'softmax' && layer.name === this.#output) {
      this.#notes.push('The softmax at the end was left out: the output are the logits before it.');
      return;
    }
    const part = { ...layer, name: `${layer.name}:${activation}` };
    if (activation === 'relu6') this.#clip(part, from, 6);
    else
      this.#append(part, activation === 'relu' ? 'Relu' : (ACTIVATIONS.get(activation) ?? activation), from);
    this.#results.set(layer.name, this.#results.get(part.name)!);
  }

  #clip(layer: KerasLayer, from: readonly string[], bound: number): void {
    const low = this.#tensor(`${layer.name}/low`, [], Float32Array.of(0));
    const high = this.#tensor(`${layer.name}/high`, [], Float32Array.of(bound));
    this.#append(layer, 'Clip', [...from, low, high]);
  }

  #from({ inputs }: KerasLayer): readonly string[] {
    return inputs.map((input) => {
      const value = this.#results.get(input);
      if (value !== undefined) return value;
      throw new Refusal(
        `it takes the result of ${input}, which does not stand before it`,
        'Save the model again',
      );
    });
  }

  #weight(layer: string, name: string): KerasWeight {
    const weight = this.#weights.get(`${layer}/${name}`);
    if (weight !== undefined) return weight;
    throw new Refusal(`its weight ${layer}/${name} is missing`, 'Save the model together with its weights');
  }

  #bias({ name, config }: KerasLayer): readonly string[] {
    if (config['use_bias'] === false) return [];
    const { shape, data } = this.#weight(name, 'bias');
    return [this.#tensor(`${name}/bias`, shape, data)];
  }

  #tensor(name: string, dims: readonly number[], data: Float32Array): string {
    const raw = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
    const shared = { dataType: 1, floats: [], doubles: [], integers: [], external: false };
    this.#initializers.set(name, { name, dims, raw, ...shared });
    return name;
  }

  #append(
    { name }: KerasLayer,
    opType: string,
    inputs: readonly string[],
    attributes: Readonly<Record<string, OnnxAttribute>> = {},
  ): void {
    const output = `${name}:out`;
    this.#push(output, opType, inputs, name, attributes);
    this.#results.set(name, output);
  }

  #push(
    output: string,
    opType: string,
    inputs: readonly string[],
    name: string,
    attributes: Readonly<Record<string, OnnxAttribute>> = {},
  ): void {
    const map = new Map(Object.entries(attributes));
    this.#nodes.push({ name, opType, domain: '', inputs, outputs: [output], attributes: map });
  }
}

function windowAttributes({ config }: KerasLayer, strides: unknown): Record<string, OnnxAttribute> {
  const padding = config['padding'] === 'same' ? 'SAME_UPPER' : 'VALID';
  return { strides: ints(...asPair(strides, 'strides')), auto_pad: { kind: 'string', value: padding } };
}
