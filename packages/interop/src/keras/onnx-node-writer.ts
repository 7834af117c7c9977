import { Refusal } from '../import-error.js';
import type { OnnxAttribute, OnnxModel, OnnxNode, OnnxTensor, OnnxValueInfo } from '../onnx/onnx-model.js';
import type { KerasLayer } from './keras-topology.js';

/** A weight of a Keras model: float32, row-major. */
export interface KerasWeight {
  readonly shape: readonly number[];
  readonly data: Float32Array;
}

/** Operator set whose operators the rewriting uses. */
const OPSET = 13;

/** Collects ONNX nodes and constants, and knows which value is the result of which Keras layer. */
export class OnnxNodeWriter {
  /** Name of the value that a layer's result is. */
  readonly results: Map<string, string> = new Map<string, string>();
  /** Layers whose results are vectors. */
  readonly vectors: Set<string> = new Set<string>();
  readonly inputs: OnnxValueInfo[] = [];
  readonly #nodes: OnnxNode[] = [];
  readonly #initializers = new Map<string, OnnxTensor>();

  /** @param weights by `LAYER/NAME` */
  constructor(readonly weights: ReadonlyMap<string, KerasWeight>) {}

  /**
   * @param output name of the layer that is the output
   * @throws Refusal if there is no such layer
   */
  build(output: string): OnnxModel {
    const name = this.results.get(output);
    if (name === undefined) throw new Refusal(`there is no layer ${output}`, 'Save the model again');
    return {
      producer: 'Keras',
      opsets: new Map([['', OPSET]]),
      nodes: this.#nodes,
      initializers: this.#initializers,
      inputs: this.inputs,
      outputs: [{ name, elementType: 1, dims: undefined }],
      sparseInitializers: 0,
    };
  }

  /** min(max(x, 0), bound). */
  clip(layer: KerasLayer, from: readonly string[], bound: number): void {
    const low = this.tensor(`${layer.name}/low`, [], Float32Array.of(0));
    const high = this.tensor(`${layer.name}/high`, [], Float32Array.of(bound));
    this.append(layer, 'Clip', [...from, low, high]);
  }

  /** Names of the values that a layer reads. @throws Refusal if one of them does not stand before it */
  from({ inputs }: KerasLayer): readonly string[] {
    return inputs.map((input) => {
      const value = this.results.get(input);
      if (value !== undefined) return value;
      throw new Refusal(
        `it takes the result of ${input}, which does not stand before it`,
        'Save the model again',
      );
    });
  }

  /** @throws Refusal if it is not there */
  weight(layer: string, name: string): KerasWeight {
    const weight = this.weights.get(`${layer}/${name}`);
    if (weight !== undefined) return weight;
    throw new Refusal(`its weight ${layer}/${name} is missing`, 'Save the model together with its weights');
  }

  /** Name of the bias as a list, empty where there is none. */
  bias({ name, config }: KerasLayer): readonly string[] {
    if (config['use_bias'] === false) return [];
    const { shape, data } = this.weight(name, 'bias');
    return [this.tensor(`${name}/bias`, shape, data)];
  }

  /** Adds a constant and returns its name. */
  tensor(name: string, dims: readonly number[], data: Float32Array): string {
    const raw = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
    const shared = { dataType: 1, floats: [], doubles: [], integers: [], external: false };
    this.#initializers.set(name, { name, dims, raw, ...shared });
    return name;
  }

  /** Adds a node whose output becomes the layer's result. */
  append(
    { name }: KerasLayer,
    opType: string,
    inputs: readonly string[],
    attributes: Readonly<Record<string, OnnxAttribute>> = {},
  ): void {
    const output = `${name}:out`;
    this.push(output, opType, inputs, name, attributes);
    this.results.set(name, output);
  }

  /** Adds a node; `output` names its value. */
  push(
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
