import { BinaryWriter, WireType } from '@bufbuild/protobuf/wire';

/** An attribute as a number (integer or `{ float }`), a list of integers, or a text. */
export type Attribute = number | readonly number[] | string | { readonly float: number };

/** One node: type, inputs, outputs, and attributes by name; named after its first output unless told otherwise. */
export interface NodeSpecification {
  readonly type: string;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly attributes?: Readonly<Record<string, Attribute>>;
  readonly domain?: string;
}

/** A float32 tensor, or one of another data type whose bytes are given. */
export interface TensorSpecification {
  readonly dims: readonly number[];
  readonly values?: readonly number[];
  readonly integers?: readonly number[];
  readonly dataType?: number;
  readonly external?: boolean;
}

/** What {@link writeOnnx} writes. */
export interface ModelSpecification {
  readonly nodes: readonly NodeSpecification[];
  readonly tensors?: Readonly<Record<string, TensorSpecification>>;
  /** Default: one input `x`, [N, 3, 4, 4]. */
  readonly inputs?: Readonly<Record<string, readonly (number | string)[]>>;
  /** Default: `y`. */
  readonly outputs?: readonly string[];
  readonly opset?: number;
  readonly elementType?: number;
}

/** The bytes of an ONNX file, for tests of what importers must refuse. */
export function writeOnnx(model: ModelSpecification): Uint8Array {
  const { nodes, tensors = {}, inputs = { x: ['N', 3, 4, 4] }, outputs = ['y'], opset = 18 } = model;
  const graph = new BinaryWriter();
  for (const node of nodes) message(graph, 1, writeNode(node));
  for (const [name, tensor] of Object.entries(tensors)) message(graph, 5, writeTensor(name, tensor));
  for (const [name, dims] of Object.entries(inputs)) {
    message(graph, 11, writeValueInfo(name, dims, model.elementType ?? 1));
  }
  for (const name of outputs)
    message(graph, 12, new BinaryWriter().tag(1, WireType.LengthDelimited).string(name));
  const file = new BinaryWriter().tag(1, WireType.Varint).int64(8);
  message(file, 7, graph);
  message(file, 8, new BinaryWriter().tag(2, WireType.Varint).int64(opset));
  return file.finish();
}

function message(to: BinaryWriter, field: number, content: BinaryWriter): void {
  to.tag(field, WireType.LengthDelimited).bytes(content.finish());
}

function writeNode({ type, inputs, outputs, attributes = {}, domain }: NodeSpecification): BinaryWriter {
  const node = new BinaryWriter();
  for (const name of inputs) node.tag(1, WireType.LengthDelimited).string(name);
  for (const name of outputs) node.tag(2, WireType.LengthDelimited).string(name);
  node.tag(4, WireType.LengthDelimited).string(type);
  for (const [name, value] of Object.entries(attributes)) message(node, 5, writeAttribute(name, value));
  if (domain !== undefined) node.tag(7, WireType.LengthDelimited).string(domain);
  return node;
}

function writeAttribute(name: string, value: Attribute): BinaryWriter {
  const attribute = new BinaryWriter().tag(1, WireType.LengthDelimited).string(name);
  if (typeof value === 'number') attribute.tag(3, WireType.Varint).int64(value);
  else if (typeof value === 'string') attribute.tag(4, WireType.LengthDelimited).string(value);
  else if ('float' in value) attribute.tag(2, WireType.Bit32).float(value.float);
  else for (const each of value) attribute.tag(8, WireType.Varint).int64(each);
  return attribute;
}

function writeTensor(name: string, tensor: TensorSpecification): BinaryWriter {
  const { dims, values, integers, dataType = integers === undefined ? 1 : 7, external } = tensor;
  const writer = new BinaryWriter();
  for (const extent of dims) writer.tag(1, WireType.Varint).int64(extent);
  writer.tag(2, WireType.Varint).int64(dataType);
  writer.tag(8, WireType.LengthDelimited).string(name);
  if (external === true) writer.tag(14, WireType.Varint).int64(1);
  else if (integers !== undefined) for (const value of integers) writer.tag(7, WireType.Varint).int64(value);
  else {
    const count = dims.reduce((product, extent) => product * extent, 1);
    const data = Float32Array.from(values ?? Array.from({ length: count }, (_, i) => Math.sin(i + 1)));
    writer.tag(9, WireType.LengthDelimited).bytes(new Uint8Array(data.buffer));
  }
  return writer;
}

function writeValueInfo(name: string, dims: readonly (number | string)[], elementType: number): BinaryWriter {
  const shape = new BinaryWriter();
  for (const extent of dims) {
    const dimension = new BinaryWriter();
    if (typeof extent === 'number') dimension.tag(1, WireType.Varint).int64(extent);
    else dimension.tag(2, WireType.LengthDelimited).string(extent);
    message(shape, 1, dimension);
  }
  const tensorType = new BinaryWriter().tag(1, WireType.Varint).int64(elementType);
  message(tensorType, 2, shape);
  const type = new BinaryWriter();
  message(type, 1, tensorType);
  const info = new BinaryWriter().tag(1, WireType.LengthDelimited).string(name);
  message(info, 2, type);
  return info;
}
