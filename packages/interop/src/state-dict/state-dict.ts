/** A tensor of a state dict; its numbers are read when asked for. */
export interface StateTensor {
  readonly shape: readonly number[];
  /** Whether it holds floating-point numbers; counters do not. */
  readonly isFloat: boolean;
  /** Row-major; throws an ImportError if the file does not hold the numbers. */
  readonly read: () => Float32Array;
}

/** Tensors by key, as a framework saved them. */
export interface StateDict {
  readonly tensors: ReadonlyMap<string, StateTensor>;
  /** Whether the order of the tensors is that of the modules in the network. */
  readonly isInModuleOrder: boolean;
  /** `pth` or `safetensors`. */
  readonly format: 'pth' | 'safetensors';
  readonly notes: readonly string[];
}
