/** A Python tuple. */
export interface PickledTuple {
  readonly kind: 'tuple';
  readonly items: readonly Pickled[];
}

/** A Python list. */
export interface PickledList {
  readonly kind: 'list';
  readonly items: Pickled[];
}

/** A Python dictionary with text or number keys, in its order. */
export interface PickledDictionary {
  readonly kind: 'dictionary';
  readonly entries: Map<string | number, Pickled>;
}

/** A class or function that the file names; nothing is ever looked up or called by that name. */
export interface PickledGlobal {
  readonly kind: 'global';
  /** `module.name`. */
  readonly name: string;
}

/** Numbers that lie elsewhere in the file. */
export interface PickledStorage {
  readonly kind: 'storage';
  /** PyTorch's name of the kind of number, such as `FloatStorage`. */
  readonly type: string;
  readonly key: string;
  /** Number of values. */
  readonly length: number;
}

/** A tensor: a view of a storage. */
export interface PickledTensor {
  readonly kind: 'tensor';
  readonly storage: PickledStorage;
  readonly offset: number;
  readonly shape: readonly number[];
  readonly strides: readonly number[];
}

/** An instance of a class that is not admitted, kept only to be named. */
export interface PickledObject {
  readonly kind: 'object';
}

/** What a pickle of tensors and plain values consists of. */
export type Pickled =
  | number
  | bigint
  | string
  | boolean
  | null
  | PickledTuple
  | PickledList
  | PickledDictionary
  | PickledGlobal
  | PickledStorage
  | PickledTensor
  | PickledObject;

/** Whether a value is of a kind other than a plain one. */
export function isPickled<K extends Exclude<Pickled, number | bigint | string | boolean | null>['kind']>(
  value: Pickled | undefined,
  kind: K,
): value is Extract<Pickled, { readonly kind: K }> {
  return typeof value === 'object' && value !== null && value.kind === kind;
}
