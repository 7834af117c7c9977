import { type Activation, channelsOf, pixelsOf } from './activation.js';
import type { Constant } from './constant.js';
import { isWhole, materialize } from './materialize.js';
import type { OnnxNode } from './onnx-model.js';
import type { PerChannel } from './scalar-function.js';
import { Refusal } from '../import-error.js';
import type { NetworkWriter } from '../network-writer.js';

/** A value of the graph: known now, or depending on the image. */
export type Value = Constant | Activation;

/** Values of the graph so far, by name, and how often each is read. */
export interface GraphValues {
  readonly values: Map<string, Value>;
  readonly uses: ReadonlyMap<string, number>;
  readonly writer: NetworkWriter;
  /** Version of ONNX's operator set. */
  readonly opset: number;
  /** Batch size that the file's input declares, if a number. */
  readonly batch: number | undefined;
  /** Things a user should know about the import. */
  readonly notes: Set<string>;
}

/** Translates one ONNX node: reads its inputs, makes network nodes, returns its first output. */
export type Operator = (call: OperatorCall) => Value;

/** One ONNX node being translated, with typed access to its inputs and attributes. */
export class OperatorCall {
  readonly node: OnnxNode;
  readonly graph: GraphValues;

  constructor(node: OnnxNode, graph: GraphValues) {
    this.node = node;
    this.graph = graph;
  }

  get writer(): NetworkWriter {
    return this.graph.writer;
  }

  /** Name for what this node becomes. */
  get wanted(): string {
    return wantedName(this.node);
  }

  /** The i-th input; undefined if it was left out. */
  optional(index: number): Value | undefined {
    const name = this.node.inputs[index];
    if (name === undefined || name === '') return undefined;
    const value = this.graph.values.get(name)!;
    if (value.kind === 'constant' || (this.graph.uses.get(name) ?? 0) <= 1) return value;
    return this.#shared(name, value);
  }

  /** The i-th input. */
  input(index: number): Value {
    const value = this.optional(index);
    if (value !== undefined) return value;
    throw new Refusal(`input ${index} is missing`, 'The file is damaged; export the network again');
  }

  /** The i-th input, which must depend on the image. */
  activation(index: number): Activation {
    const value = this.input(index);
    if (value.kind === 'activation') return value;
    throw new Refusal(
      `input ${index} is a constant where a value that depends on the image belongs`,
      'Simplify the graph (constant folding) before exporting',
    );
  }

  /** The i-th input, which must be known now. */
  constant(index: number, what: string): Constant {
    const value = this.input(index);
    if (value.kind === 'constant') return value;
    throw new Refusal(
      `${what} is computed from the image`,
      'Only constant weights, bounds and shapes can be imported',
    );
  }

  /** As {@link constant}, or undefined if left out. */
  optionalConstant(index: number, what: string): Constant | undefined {
    return this.optional(index) === undefined ? undefined : this.constant(index, what);
  }

  /** The node that computes a value, all that was noted about it applied. */
  whole(value: Activation): Activation {
    return materialize(value, this.writer, `${this.wanted}.input`);
  }

  int(name: string, otherwise: number): number {
    const attribute = this.node.attributes.get(name);
    if (attribute === undefined) return otherwise;
    if (attribute.kind === 'int') return attribute.value;
    return this.#wrongKind(name, 'an integer');
  }

  float(name: string, otherwise: number): number {
    const attribute = this.node.attributes.get(name);
    if (attribute === undefined) return otherwise;
    if (attribute.kind === 'float') return attribute.value;
    return this.#wrongKind(name, 'a number');
  }

  string(name: string, otherwise: string): string {
    const attribute = this.node.attributes.get(name);
    if (attribute === undefined) return otherwise;
    if (attribute.kind === 'string') return attribute.value;
    return this.#wrongKind(name, 'a text');
  }

  ints(name: string): readonly number[] | undefined {
    const attribute = this.node.attributes.get(name);
    if (attribute === undefined) return undefined;
    if (attribute.kind === 'ints') return attribute.value;
    return this.#wrongKind(name, 'a list of integers');
  }

  /** Integers given as an attribute in older operator sets and as an input in newer ones. */
  intsOrInput(name: string, index: number): readonly number[] | undefined {
    return this.ints(name) ?? optionalList(this.optionalConstant(index, name));
  }

  /** A value that several nodes read becomes a node once, for all of them. */
  #shared(name: string, value: Activation): Activation {
    const whole = isWhole(value) ? value : materialize(value, this.writer, name);
    const parts = whole.parts.map((part) => ({ ...part, sole: false }));
    const shared = { ...whole, parts };
    this.graph.values.set(name, shared);
    return shared;
  }

  #wrongKind(name: string, kind: string): never {
    throw new Refusal(
      `attribute ${name} must be ${kind}`,
      'The file is damaged or of an unknown operator set; export the network again',
    );
  }
}

/** The constant's numbers as a list. */
export function optionalList(constant: Constant | undefined): readonly number[] | undefined {
  if (constant === undefined) return undefined;
  if (constant.data.length > 64) {
    throw new Refusal('a list of axes or extents is too long', 'The file is damaged; export it again');
  }
  return Array.from(constant.data);
}

/** A readable name: that of the node, without the repetition of its type that exporters add. */
function wantedName({ name, opType, outputs }: OnnxNode): string {
  const given = name === '' ? (outputs[0] ?? opType) : name;
  const suffix = `/${opType}`;
  return given.endsWith(suffix) && given.length > suffix.length ? given.slice(0, -suffix.length) : given;
}

/** Name of a layer after its weights, as PyTorch's exporter keeps them: `layer1.0.conv1.weight`. */
export function layerName(call: OperatorCall, weightInput: number): string {
  const weights = call.node.inputs[weightInput] ?? '';
  return /[./](weight|kernel)$/.test(weights) ? weights.replace(/[./](weight|kernel)$/, '') : call.wanted;
}

/**
 * A constant that is broadcast to a value, as one number per channel in the network's order.
 *
 * @throws Refusal if it varies over pixels or images
 */
export function perChannel(constant: Constant, value: Activation): PerChannel {
  const { dims, data } = constant;
  if (data.length === 1) return Float64Array.of(data[0]!);
  const rank = value.dims.length + 1;
  const channelAxis = value.layout === 'HWC' ? 3 : 1;
  const aligned = [...Array<number>(Math.max(0, rank - dims.length)).fill(1), ...dims];
  const fits =
    aligned.length === rank &&
    aligned.every((extent, axis) => extent === (axis === channelAxis ? channelsOf(value) : 1));
  if (!fits) {
    throw new Refusal(
      `a constant of extents [${dims.join(', ')}] meets a value of extents [N, ${value.dims.join(', ')}]`,
      'Only constants for the whole layer or per channel can be imported',
    );
  }
  return permuteFeatures(Float64Array.from(data), value);
}

/** Features of a flattened image from ONNX's order (channels first) to the network's (channels last). */
export function permuteFeatures(features: Float64Array, { flattenedFrom }: Activation): Float64Array {
  if (flattenedFrom === undefined) return features;
  return features.map((_, index) => features[sourceFeature(index, flattenedFrom)]!);
}

/** Position in ONNX's channels-first vector of feature `index` of the network's channels-last one. */
export function sourceFeature(
  index: number,
  [channels, height, width]: readonly [number, number, number],
): number {
  const channel = index % channels;
  const pixel = (index - channel) / channels;
  return channel * height * width + pixel;
}

/** The sizes of an image value, or a refusal that names the operation. */
export function requireImage(value: Activation, operation: string): readonly [number, number] {
  if (value.layout === 'CHW') return pixelsOf(value);
  throw new Refusal(
    `${operation} needs [N, C, H, W], got [N, ${value.dims.join(', ')}]`,
    'Only images (two spatial axes), channels first, can be imported',
  );
}
