/** A protobuf `TensorProto`, its numbers still as bytes or integers. */
export interface OnnxTensor {
  readonly name: string;
  readonly dims: readonly number[];
  /** `TensorProto.DataType`. */
  readonly dataType: number;
  /** Little-endian numbers of the data type (`raw_data`), if given so. */
  readonly raw: Uint8Array | undefined;
  /** `float_data`: little-endian float32, in pieces. */
  readonly floats: readonly Uint8Array[];
  /** `double_data`: little-endian float64, in pieces. */
  readonly doubles: readonly Uint8Array[];
  /** `int32_data` or `int64_data`. */
  readonly integers: readonly number[];
  /** The numbers are in another file. */
  readonly external: boolean;
}

/** Value of an attribute; what is never used here (graphs, strings in lists) is only named. */
export type OnnxAttribute =
  | { readonly kind: 'float' | 'int'; readonly value: number }
  | { readonly kind: 'string'; readonly value: string }
  | { readonly kind: 'tensor'; readonly value: OnnxTensor }
  | { readonly kind: 'floats' | 'ints'; readonly value: readonly number[] }
  | { readonly kind: 'other' };

/** One operation. */
export interface OnnxNode {
  readonly name: string;
  readonly opType: string;
  /** Empty for ONNX's own operators. */
  readonly domain: string;
  /** Names of values; an empty name is an input left out. */
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly attributes: ReadonlyMap<string, OnnxAttribute>;
}

/** A graph input or output; a dimension is a number, or the name of a variable one. */
export interface OnnxValueInfo {
  readonly name: string;
  readonly elementType: number;
  /** Undefined when the file does not say. */
  readonly dims: readonly (number | string)[] | undefined;
}

/** What of an ONNX file matters for the network it describes. */
export interface OnnxModel {
  readonly producer: string;
  /** Versions of the operator sets by domain; `''` is ONNX's own. */
  readonly opsets: ReadonlyMap<string, number>;
  readonly nodes: readonly OnnxNode[];
  readonly initializers: ReadonlyMap<string, OnnxTensor>;
  readonly inputs: readonly OnnxValueInfo[];
  readonly outputs: readonly OnnxValueInfo[];
  readonly sparseInitializers: number;
}

/** `TensorProto.DataType` by number. */
export const ONNX_DATA_TYPES: readonly string[] = [
  'undefined',
  'float',
  'uint8',
  'int8',
  'uint16',
  'int16',
  'int32',
  'int64',
  'string',
  'bool',
  'float16',
  'double',
  'uint32',
  'uint64',
  'complex64',
  'complex128',
  'bfloat16',
  'float8e4m3fn',
  'float8e4m3fnuz',
  'float8e5m2',
  'float8e5m2fnuz',
  'uint4',
  'int4',
  'float4e2m1',
];
