import { type Field, ItemBudget, readFields } from './message-reader.js';
import type { OnnxAttribute, OnnxModel, OnnxNode, OnnxTensor, OnnxValueInfo } from './onnx-model.js';
import { ImportError, Refusal } from '../import-error.js';

/**
 * Reads the protobuf messages of an ONNX file as far as they matter for the network. Tensors stay views of `bytes`.
 *
 * Field numbers are those of `onnx.proto` (IR version 3 and later); fields without meaning here are skipped.
 *
 * @param source the file's name for error messages
 * @throws ImportError if the bytes are no ONNX model, or hold an unreasonable number of messages
 * @see https://github.com/onnx/onnx/blob/main/onnx/onnx.proto
 */
export function decodeOnnx(bytes: Uint8Array, source: string): OnnxModel {
  try {
    return readModel(bytes, new ItemBudget());
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    const remedy =
      error instanceof Refusal ? error.remedy : 'The file is cut, damaged or no ONNX file; export it again';
    throw new ImportError('importOnnx', source, [{ node: null, message, remedy }], error);
  }
}

function readModel(bytes: Uint8Array, budget: ItemBudget): OnnxModel {
  const opsets = new Map<string, number>();
  let producer = '';
  let graph: Omit<OnnxModel, 'producer' | 'opsets'> | undefined;
  readFields(bytes, budget, (field) => {
    if (field.number === 2) producer = field.string();
    else if (field.number === 3) producer = `${producer} ${field.string()}`.trim();
    else if (field.number === 7) graph = field.message(readGraph);
    else if (field.number === 8) opsets.set(...field.message(readOperatorSet));
    else return false;
    return true;
  });
  if (graph === undefined) {
    throw new Refusal('the file holds no graph', 'The file is cut or no ONNX file; export it again');
  }
  return { producer, opsets, ...graph };
}

function readOperatorSet(bytes: Uint8Array, budget: ItemBudget): [domain: string, version: number] {
  let domain = '';
  let version = 0;
  readFields(bytes, budget, (field) => {
    if (field.number === 1) domain = field.string();
    else if (field.number === 2) version = field.integer();
    else return false;
    return true;
  });
  return [domain === 'ai.onnx' ? '' : domain, version];
}

function readGraph(bytes: Uint8Array, budget: ItemBudget): Omit<OnnxModel, 'producer' | 'opsets'> {
  const nodes: OnnxNode[] = [];
  const initializers = new Map<string, OnnxTensor>();
  const inputs: OnnxValueInfo[] = [];
  const outputs: OnnxValueInfo[] = [];
  let sparseInitializers = 0;
  readFields(bytes, budget, (field) => {
    if (field.number === 1) nodes.push(field.message(readNode));
    else if (field.number === 5) {
      const tensor = field.message(readTensor);
      initializers.set(tensor.name, tensor);
    } else if (field.number === 11) inputs.push(field.message(readValueInfo));
    else if (field.number === 12) outputs.push(field.message(readValueInfo));
    else if (field.number === 15) {
      sparseInitializers++;
      return false;
    } else return false;
    return true;
  });
  return { nodes, initializers, inputs, outputs, sparseInitializers };
}

function readNode(bytes: Uint8Array, budget: ItemBudget): OnnxNode {
  const inputs: string[] = [];
  const outputs: string[] = [];
  const attributes = new Map<string, OnnxAttribute>();
  let [name, opType, domain] = ['', '', ''];
  readFields(bytes, budget, (field) => {
    if (field.number === 1) appendName(inputs, field, budget);
    else if (field.number === 2) appendName(outputs, field, budget);
    else if (field.number === 3) name = field.string();
    else if (field.number === 4) opType = field.string();
    else if (field.number === 5) attributes.set(...field.message(readAttribute));
    else if (field.number === 7) domain = field.string();
    else return false;
    return true;
  });
  return { name, opType, domain: domain === 'ai.onnx' ? '' : domain, inputs, outputs, attributes };
}

function appendName(names: string[], field: Field, budget: ItemBudget): void {
  budget.take();
  names.push(field.string());
}

/** The kind of an attribute follows from the field that is set; the declared type only repeats it. */
function readAttribute(bytes: Uint8Array, budget: ItemBudget): [name: string, value: OnnxAttribute] {
  let name = '';
  let type = 0;
  let scalar: OnnxAttribute | undefined;
  const ints: number[] = [];
  const floats: Uint8Array[] = [];
  readFields(bytes, budget, (field) => {
    if (field.number === 1) name = field.string();
    else if (field.number === 2) scalar = { kind: 'float', value: field.float() };
    else if (field.number === 3) scalar = { kind: 'int', value: field.integer() };
    else if (field.number === 4) scalar = { kind: 'string', value: new TextDecoder().decode(field.bytes()) };
    else if (field.number === 5) scalar = { kind: 'tensor', value: field.message(readTensor) };
    else if (field.number === 7) field.appendFixed(floats, 4);
    else if (field.number === 8) field.appendIntegers(ints);
    else if (field.number === 20) type = field.integer();
    else return false;
    return true;
  });
  return [name, scalar ?? listAttribute(type, ints, floats)];
}

const TYPE_FLOAT = 1;
const TYPE_INT = 2;
const TYPE_STRING = 3;
const TYPE_FLOATS = 6;
const TYPE_INTS = 7;

/** An attribute without a scalar field: a list, or a scalar of value zero that the writer left out. */
function listAttribute(type: number, ints: number[], floats: Uint8Array[]): OnnxAttribute {
  if (ints.length > 0 || type === TYPE_INTS) return { kind: 'ints', value: ints };
  if (floats.length > 0 || type === TYPE_FLOATS) return { kind: 'floats', value: floatsOf(floats) };
  if (type === TYPE_FLOAT) return { kind: 'float', value: 0 };
  if (type === TYPE_INT) return { kind: 'int', value: 0 };
  if (type === TYPE_STRING) return { kind: 'string', value: '' };
  return { kind: 'other' };
}

function floatsOf(pieces: readonly Uint8Array[]): number[] {
  return pieces.flatMap((piece) => {
    const view = new DataView(piece.buffer, piece.byteOffset, piece.byteLength);
    return Array.from({ length: Math.floor(piece.length / 4) }, (_, i) => view.getFloat32(4 * i, true));
  });
}

const EXTERNAL = 1;

function readTensor(bytes: Uint8Array, budget: ItemBudget): OnnxTensor {
  const dims: number[] = [];
  const floats: Uint8Array[] = [];
  const doubles: Uint8Array[] = [];
  const integers: number[] = [];
  let name = '';
  let dataType = 0;
  let raw: Uint8Array | undefined;
  let external = false;
  readFields(bytes, budget, (field) => {
    if (field.number === 1) field.appendIntegers(dims);
    else if (field.number === 2) dataType = field.integer();
    else if (field.number === 4) field.appendFixed(floats, 4);
    else if (field.number === 5 || field.number === 7) field.appendIntegers(integers);
    else if (field.number === 8) name = field.string();
    else if (field.number === 9) raw = field.bytes();
    else if (field.number === 10) field.appendFixed(doubles, 8);
    else if (field.number === 14) external = field.integer() === EXTERNAL;
    else return false;
    return true;
  });
  return { name, dims, dataType, raw, floats, doubles, integers, external };
}

function readValueInfo(bytes: Uint8Array, budget: ItemBudget): OnnxValueInfo {
  let name = '';
  let elementType = 0;
  let dims: (number | string)[] | undefined;
  readFields(bytes, budget, (field) => {
    if (field.number === 1) name = field.string();
    else if (field.number === 2) {
      readFields(field.bytes(), budget, (type) => {
        if (type.number !== 1) return false;
        readFields(type.bytes(), budget, (tensorType) => {
          if (tensorType.number === 1) elementType = tensorType.integer();
          else if (tensorType.number === 2) dims = tensorType.message(readShape);
          else return false;
          return true;
        });
        return true;
      });
    } else return false;
    return true;
  });
  return { name, elementType, dims };
}

function readShape(bytes: Uint8Array, budget: ItemBudget): (number | string)[] {
  const dims: (number | string)[] = [];
  readFields(bytes, budget, (field) => {
    if (field.number !== 1) return false;
    dims.push(field.message(readDimension));
    return true;
  });
  return dims;
}

function readDimension(bytes: Uint8Array, budget: ItemBudget): number | string {
  let dimension: number | string = '?';
  readFields(bytes, budget, (field) => {
    if (field.number === 1) dimension = field.integer();
    else if (field.number === 2) dimension = field.string();
    else return false;
    return true;
  });
  return dimension;
}
